"""Addresses that staff type for a menu or a link: a path of the portal itself, or https."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.hosts import table

# One slash, and no second one that a browser would take for the name of a host; no space, control character or backslash.
OWN = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")
OUTSIDE = re.compile(r"https://[^\s\\/?#@\x00-\x1f\x7f]+(?:[/?#][^\s\\\x00-\x1f\x7f]*)?")
# The same, as far as the database must hold it.
STORED = r"^(|/|/[^/\\\s][^\s]*|https://[^/\s][^\s]*)$"
STORED_OUTSIDE = r"^https://[^/\s][^\s]*$"


def validate_address(address: str) -> None:
    """Refuse anything but a path of the portal or an https address of another server."""
    if not OWN.fullmatch(address) and not _is_outside(address):
        raise ValidationError(
            _("Type a path of this portal, such as /thong-bao/, or an address that begins with https://."),
            code="address",
        )


def validate_outside_address(address: str) -> None:
    """Refuse anything but an https address of another server."""
    if not _is_outside(address):
        raise ValidationError(_("Type the whole address of the page, beginning with https://."), code="address")


def _is_outside(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        urlsplit(address).port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    return bool(OUTSIDE.fullmatch(address)) and "." in host.strip(".")


def without_own_host(address: str, commune_id: int) -> str:
    """A path, where `address` names the portal of the commune itself by its host."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme not in {"http", "https"} or not parts.netloc or port not in {None, 80, 443}:
        return address
    place = table.find(parts.netloc)
    if place is None or place.commune.pk != commune_id:
        return address
    return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()


def is_own(address: str) -> bool:
    return address.startswith("/")


def in_form(field: str, pattern: str) -> Q:
    """The condition of a database constraint: `field` holds an address of this form."""
    return Q(**{f"{field}__regex": pattern})
