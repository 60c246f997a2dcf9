"""How much a commune may keep in its libraries, and whether there is room for one more file.

Asked twice: before a file is stored (`refusal_of`), so that none is stored in vain, and in the transaction of its row
(`keep_within`), where of two uploads that both found the last room free the second is refused.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from communes.models import Commune
from library.models import Document, Picture, Recording
from vietnamese import format_file_size

GIGABYTE = 1024**3  # bytes
# Of the advisory lock, beside the number of the commune.
LOCK = 7018


class NoRoomError(Exception):
    """There is no room for a file. The message is for the person uploading."""


def limit_of(commune: Commune) -> int:
    """Bytes that the commune may keep, its own limit before the portal's; 0 where there is none."""
    own = commune.storage_limit
    return (settings.COMMUNE_STORAGE_GB if own is None else own) * GIGABYTE


def used_by(commune: Commune) -> int:
    """Bytes of its pictures, with their smaller copies, of its documents, video and sound; those in the trash are still there."""
    libraries = (model.with_trashed.of(commune) for model in (Picture, Document, Recording))
    return sum(files.aggregate(bytes=Sum("size"))["bytes"] or 0 for files in libraries)


def refusal_of(commune: Commune, size: int, *, freed: int = 0) -> str:
    """Why a file of `size` bytes has no room, in a sentence for the person uploading; empty where it has.

    `freed` bytes go when it comes: those of the file whose place it takes.
    """
    limit = limit_of(commune)
    if not limit or used_by(commune) - freed + size <= limit:
        return ""
    return _full(commune, limit)


def keep_within(commune: Commune) -> None:
    """Raise NoRoomError when the row that this transaction has just written takes the commune over its limit.

    Others that have just written one wait until the end of the transaction.
    """
    limit = limit_of(commune)
    if not limit:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, commune.pk])
    if used_by(commune) > limit:
        raise NoRoomError(_full(commune, limit))


def _full(commune: Commune, limit: int) -> str:
    return _(
        "The libraries of %(commune)s are full (%(limit)s). Please delete files that nothing shows any more, empty the trash, "
        "or ask the administrator for more room."
    ) % {"commune": commune.name, "limit": format_file_size(limit)}


def in_words(commune: Commune) -> str:
    """How much of its room the commune uses, for the pages of its libraries."""
    used, limit = format_file_size(used_by(commune)), limit_of(commune)
    if not limit:
        return _("Used: %(used)s.") % {"used": used}
    return _("Used: %(used)s of %(limit)s.") % {"used": used, "limit": format_file_size(limit)}
