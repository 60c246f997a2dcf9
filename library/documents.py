"""Taking documents in: what is accepted, how it is named, how it enters the library and changes there."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from library.intake import kinds, pdfs, scanner
from library.intake.keeping import digest_of, stored, with_its_row
from library.models import Document
from library.uses import replace_address
from vietnamese import to_nfc

MAX_BYTES = 30 * 1024 * 1024
TITLE_LENGTH = 200


def store_document(
    upload: UploadedFile, commune: Commune, user: AbstractUser | None, *, title: str = "", tags: str = ""
) -> Document:
    """Put an uploaded document into the library of `commune`, or return it when `user` may see that it is there.

    Without a `title` it is called like its file. Raises ValidationError for the person uploading.
    """
    check_document(upload, commune)
    digest = digest_of(upload)
    return _present(digest, commune, user) or _add(upload, digest, commune, user, title=title, tags=tags)


def add_document(upload: UploadedFile, commune: Commune, user: AbstractUser | None) -> Document:
    """Put a document into the library of `commune` that is not there yet. Raises ValidationError, also when it is."""
    check_document(upload, commune)
    digest = digest_of(upload)
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
    document.file = stored(Document, upload, commune)
    try:
        with with_its_row(commune, lambda: document.file.storage.delete(document.file.name)):
            document.save()
    except IntegrityError:  # sent twice at once
        return Document.objects.of(commune).get(uploaded_by=user, digest=digest)
    return document


def replace_document(document: Document, upload: UploadedFile) -> None:
    """Put another file in the place of the document's, under every article and in every text of its commune that links to it.

    Raises ValidationError, also when the file is already another document of the library.
    """
    check_document(upload, document.commune)
    digest = digest_of(upload)
    if digest == document.digest:
        return
    taken = ValidationError(_("This document is already in the library."))
    if Document.objects.of(document.commune_id).filter(digest=digest).exists():
        raise taken
    storage, old_name, old_address = document.file.storage, document.file.name, document.file.url
    document.file = stored(Document, upload, document.commune, freed=document.size)
    document.size, document.digest = upload.size, digest
    _take_facts(document, upload)
    try:
        with with_its_row(document.commune, lambda: storage.delete(document.file.name)):
            document.save()
            replace_address(document.commune_id, old_address, document.file.url)
            # Until the commit the old row is the true one, and needs its file.
            transaction.on_commit(lambda: storage.delete(old_name))
    except IntegrityError as error:
        raise taken from error


def _take_facts(document: Document, upload: UploadedFile) -> None:
    is_pdf = PurePosixPath(upload.name or "").suffix.lower() == ".pdf"
    document.page_count, document.has_text = pdfs.facts_of(upload) if is_pdf else (None, None)


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
