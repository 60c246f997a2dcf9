"""Taking documents in: what is accepted, how it is named, how it enters the library and changes there."""

from __future__ import annotations

import hashlib
import logging
import secrets
from pathlib import PurePosixPath

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from library.intake import kinds, pdfs, quota, scanner
from library.models import Document
from library.uses import replace_address
from serving.outages import is_full
from vietnamese import slugify, to_nfc

logger = logging.getLogger(__name__)

MAX_BYTES = 30 * 1024 * 1024
TITLE_LENGTH = 200


def store_document(
    upload: UploadedFile, commune: Commune, user: AbstractUser | None, *, title: str = "", tags: str = ""
) -> Document:
    """Put an uploaded document into the library of `commune`, or return it when `user` may see that it is there.

    Without a `title` it is called like its file. Raises ValidationError for the person uploading.
    """
    check_document(upload, commune)
    digest = _digest(upload)
    return _present(digest, commune, user) or _add(upload, digest, commune, user, title=title, tags=tags)


def add_document(upload: UploadedFile, commune: Commune, user: AbstractUser | None) -> Document:
    """Put a document into the library of `commune` that is not there yet. Raises ValidationError, also when it is."""
    check_document(upload, commune)
    digest = _digest(upload)
    if _present(digest, commune, user):
        raise ValidationError(_("This document is already in the library."))
    return _add(upload, digest, commune, user)


def _present(digest: str, commune: Commune, user: AbstractUser | None) -> Document | None:
    return Document.objects.of(commune).visible_to(user).filter(digest=digest).order_by("id").first()


def _add(
    upload: UploadedFile, digest: str, commune: Commune, user: AbstractUser | None, *, title: str = "", tags: str = ""
) -> Document:
    stem = PurePosixPath(to_nfc(upload.name or "")).stem
    document = Document(
        commune=commune,
        title=(title or stem)[:TITLE_LENGTH],
        tags=tags,
        size=upload.size,
        digest=digest,
        uploaded_by=user,
    )
    _take_facts(document, upload)
    document.file = _stored(upload, commune)
    try:
        with transaction.atomic():
            document.save()
            quota.keep_within(commune)
    except quota.NoRoomError as error:
        document.file.storage.delete(document.file.name)
        raise ValidationError(str(error)) from error
    except IntegrityError:  # sent twice at once
        document.file.storage.delete(document.file.name)
        return Document.objects.of(commune).get(uploaded_by=user, digest=digest)
    return document


def replace_document(document: Document, upload: UploadedFile) -> None:
    """Put another file in the place of the document's, under every article and in every text of its commune that links to it.

    Raises ValidationError, also when the file is already another document of the library.
    """
    check_document(upload, document.commune)
    digest = _digest(upload)
    if digest == document.digest:
        return
    taken = ValidationError(_("This document is already in the library."))
    if Document.objects.of(document.commune_id).filter(digest=digest).exists():
        raise taken
    storage, old_name, old_address = document.file.storage, document.file.name, document.file.url
    document.file = _stored(upload, document.commune, freed=document.size)
    document.size, document.digest = upload.size, digest
    _take_facts(document, upload)
    try:
        with transaction.atomic():
            document.save()
            quota.keep_within(document.commune)
            replace_address(document.commune_id, old_address, document.file.url)
            # Until the commit the old row is the true one, and needs its file.
            transaction.on_commit(lambda: storage.delete(old_name))
    except quota.NoRoomError as error:
        storage.delete(document.file.name)
        raise ValidationError(str(error)) from error
    except IntegrityError as error:
        storage.delete(document.file.name)
        raise taken from error


def _take_facts(document: Document, upload: UploadedFile) -> None:
    is_pdf = PurePosixPath(upload.name or "").suffix.lower() == ".pdf"
    document.page_count, document.has_text = pdfs.facts_of(upload) if is_pdf else (None, None)


def _stored(upload: UploadedFile, commune: Commune, *, freed: int = 0) -> str:
    """Store the file in the folder of `commune`; its name. Raises ValidationError.

    The row is saved last: what is left of an interrupted upload is referred to by nothing.
    """
    if refusal := quota.refusal_of(commune, upload.size, freed=freed):
        raise ValidationError(refusal)
    document = Document(commune=commune)
    try:
        document.file.save(_new_name(upload), upload, save=False)
    except OSError as error:
        logger.exception("A document could not be stored")
        sentence = _("The document could not be stored. Please try again, or tell the administrator.")
        if is_full(error):
            sentence = _("The server's disk is full. Nothing was stored; please tell the administrator.")
        raise ValidationError(sentence) from error
    return document.file.name


def check_document(file: UploadedFile, commune: Commune) -> None:
    """Raise ValidationError unless the file is, by its content, a document that `commune` takes and that runs and fetches nothing.

    Also when the malware scanner, where there is one, keeps it out.
    """
    suffix = PurePosixPath(file.name or "").suffix.lower().lstrip(".")
    if file.size > MAX_BYTES:
        raise ValidationError(_("The document is larger than 30 MB."))
    kinds.check_content(file, suffix, on_wish=commune.site.takes_more_documents)
    if refusal := scanner.refusal_of(file):
        raise ValidationError(refusal)


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return digest


def _new_name(upload: UploadedFile) -> str:
    """A name that citizens recognise, and that nobody can guess who only has a copy of the file."""
    name = PurePosixPath(to_nfc(upload.name or ""))
    return f"{slugify(name.stem, max_length=60) or 'tep'}-{secrets.token_hex(6)}{name.suffix.lower()}"
