"""Taking documents in: what is accepted, and how it is named."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from news.models import Attachment
from vietnamese import slugify

MAX_BYTES = 30 * 1024 * 1024
# What a file of each kind contains; the name alone proves nothing.
ZIP_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


class AttachmentForm(forms.ModelForm):
    class Meta:
        model = Attachment
        fields = ("file", "title", "position")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_document(file)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            name = PurePosixPath(file.name)
            file.name = f"{digest[:2]}/{slugify(name.stem, max_length=60)}-{digest[:12]}{name.suffix.lower()}"
            self.instance.size = file.size
        return file


def check_document(file: UploadedFile) -> None:
    """Raise ValidationError unless the file is, by its content, a PDF, DOCX or XLSX without macros."""
    suffix = PurePosixPath(file.name).suffix.lower().lstrip(".")
    if file.size > MAX_BYTES:
        raise ValidationError(_("The document is larger than 30 MB."))
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
