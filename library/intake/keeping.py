"""How a file comes into the storage together with its row, or not at all."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from library.intake import quota
from library.models import Document, Recording
from serving.outages import is_full
from vietnamese import slugify, to_nfc

logger = logging.getLogger(__name__)


def digest_of(upload: UploadedFile) -> str:
    """SHA-256 of the file as it came."""
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return digest


def stored(library: type[Document | Recording], upload: UploadedFile, commune: Commune, *, freed: int = 0) -> str:
    """Store the file in the folder of `commune`; its name there. Raises ValidationError, where there is no room, too.

    `freed` bytes go when it comes. The row is saved last: what is left of an interrupted upload is referred to by nothing.
    """
    if refusal := quota.refusal_of(commune, upload.size, freed=freed):
        raise ValidationError(refusal)
    row = library(commune=commune)
    try:
        row.file.save(_new_name(upload, library.FOLDER), upload, save=False)
    except OSError as error:
        logger.exception("A file could not be stored")
        sentence = _("The file could not be stored. Please try again, or tell the administrator.")
        if is_full(error):
            sentence = _("The server's disk is full. Nothing was stored; please tell the administrator.")
        raise ValidationError(sentence) from error
    name: str = row.file.name
    return name


def _new_name(upload: UploadedFile, unnamed: str) -> str:
    """A name that citizens recognise, and that nobody can guess who only has a copy of the file."""
    name = PurePosixPath(to_nfc(upload.name or ""))
    return f"{slugify(name.stem, max_length=60) or unnamed}-{secrets.token_hex(6)}{name.suffix.lower()}"


@contextmanager
def with_its_row(
    commune: Commune, forget: Callable[[], object], refused: type[Exception] = ValidationError
) -> Iterator[None]:
    """The transaction that saves the row of a file that was stored before; where the row is refused, `forget` removes the file.

    Raises `refused`, with a sentence for the person uploading, when the row takes the commune over its limit, and
    IntegrityError when it breaks a constraint. After other errors, such as a connection lost while it commits, the row may
    be there all the same; a file without one is removed by the clock.
    """
    try:
        with transaction.atomic():
            yield
            quota.keep_within(commune)
    except quota.NoRoomError as error:
        forget()
        raise refused(str(error)) from error
    except IntegrityError:
        forget()
        raise
