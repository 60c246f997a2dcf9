"""Taking documents in: what is accepted, how it is named, how it enters the library and changes there."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import PurePosixPath

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from news.models import Article, ArticleQuerySet, Document
from news.pictures import replace_address
from vietnamese import slugify, to_nfc

MAX_BYTES = 30 * 1024 * 1024
# What a file of each kind contains; the name alone proves nothing.
ZIP_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
TITLE_LENGTH = 200


def store_document(upload: UploadedFile, user: AbstractUser | None, *, title: str = "", tags: str = "") -> Document:
    """Put an uploaded document into the library, or return it when it is already there.

    Without a `title` it is called like its file. Raises ValidationError for the person uploading.
    """
    check_document(upload)
    digest = _digest(upload)
    name = PurePosixPath(to_nfc(upload.name or ""))
    document = Document(
        title=(title or name.stem)[:TITLE_LENGTH], tags=tags, size=upload.size, digest=digest, uploaded_by=user
    )
    try:
        with transaction.atomic():
            document.file.save(_stored_name(name, digest), upload, save=False)
            document.save()
    except IntegrityError:
        present = Document.objects.get(digest=digest)
        if present.file.name != document.file.name:
            document.file.storage.delete(document.file.name)
        return present
    return document


def replace_document(document: Document, upload: UploadedFile) -> None:
    """Put another file in the place of the document's, under every article and in every text that links to it.

    Raises ValidationError, also when the file is already another document of the library.
    """
    check_document(upload)
    digest = _digest(upload)
    if digest == document.digest:
        return
    if Document.objects.filter(digest=digest).exists():
        raise ValidationError(_("This document is already in the library."))
    storage, old_name, old_address = document.file.storage, document.file.name, document.file.url
    document.file.save(_stored_name(PurePosixPath(to_nfc(upload.name or "")), digest), upload, save=False)
    document.size, document.digest = upload.size, digest
    with transaction.atomic():
        document.save()
        replace_address(old_address, document.file.url)
    storage.delete(old_name)


def articles_with(document: Document) -> ArticleQuerySet:
    """Articles that carry the document or link to it in their text."""
    carried = Q(attachments__document=document)
    return Article.objects.filter(carried | Q(body__contains=document.file.url)).distinct().order_by("-id")


def check_document(file: UploadedFile) -> None:
    """Raise ValidationError unless the file is, by its content, a PDF, DOCX or XLSX without macros."""
    suffix = PurePosixPath(file.name).suffix.lower().lstrip(".")
    if file.size > MAX_BYTES:
        raise ValidationError(_("The document is larger than 30 MB."))
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    if suffix == "pdf" and head.lstrip()[:5] == b"%PDF-":
        return
    if suffix in ZIP_PARTS and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
        file.seek(0)
        if ZIP_PARTS[suffix] in names and not any("vbaProject" in name for name in names):
            return
    raise ValidationError(_("Only PDF, DOCX and XLSX documents can be attached."))


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return digest


def _stored_name(name: PurePosixPath, digest: str) -> str:
    return f"{slugify(name.stem, max_length=60)}-{digest[:12]}{name.suffix.lower()}"
