"""The forms in which files come into the libraries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneForm
from library.documents import add_document, replace_document
from library.models import Document, Picture, Recording
from library.pictures import PictureError, add_picture, replace_file
from library.recordings.storing import add_recording, replace_recording


class DescriptionForm(CommuneForm):
    """What a picture of the library shows, in words."""

    class Meta:
        model = Picture
        fields = ("alt", "is_decorative", "caption", "credit")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("alt") and not cleaned.get("is_decorative"):
            self.add_error("alt", ValidationError(_("Say what the picture shows, or mark it as decorative.")))
        return cleaned


class PictureForm(DescriptionForm):
    """Describes a picture of the library; a new one comes with its file. `user` is set by the admin."""

    upload = forms.FileField(
        label=_("Picture file"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP, at most 15 MB. "
            "Another file takes the place of the present one everywhere."
        ),
    )

    class Meta:
        model = Picture
        fields = ("alt", "is_decorative", "caption", "credit", "tags", "focal_x", "focal_y")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self._take_upload(cleaned.get("upload"))
        return cleaned

    def _take_upload(self, upload: Any) -> None:
        if upload is None:
            if self.instance.pk is None:
                self.add_error("upload", ValidationError(_("Choose a picture file.")))
            return
        try:
            if self.instance.pk is None:
                self.instance = add_picture(upload, self.commune, self.user)
            else:
                replace_file(self.instance, upload)
        except PictureError as refusal:
            self.add_error("upload", ValidationError(str(refusal)))


class DocumentForm(CommuneForm):
    """Describes a document of the library; a new one comes with its file. `user` is set by the admin."""

    user: Any = None
    upload = forms.FileField(
        label=_("Document file"),
        required=False,
        help_text=_("PDF, DOCX or XLSX, at most 30 MB. Another file takes the place of the present one everywhere."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.commune is not None and self.commune.site.takes_more_documents:
            self.fields["upload"].help_text = _(
                "PDF, Word, Excel, PowerPoint, ODT, RTF or ZIP, at most 30 MB. "
                "Another file takes the place of the present one everywhere."
            )

    class Meta:
        model = Document
        fields = ("title", "tags")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("upload")
        if upload is None and self.instance.pk is None:
            self.add_error("upload", ValidationError(_("Choose a document file.")))
        if self.errors or upload is None:
            return cleaned
        try:
            if self.instance.pk is None:
                self.instance = add_document(upload, self.commune, self.user)
            else:
                replace_document(self.instance, upload)
        except ValidationError as refusal:
            self.add_error("upload", refusal)
        return cleaned


class RecordingForm(CommuneForm):
    """Describes video or sound of the library; a new one comes with its file. `user` is set by the admin."""

    user: Any = None
    upload = forms.FileField(label=_("Video or sound file"), required=False)

    class Meta:
        model = Recording
        fields = ("title", "poster", "transcript", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].help_text = _(
            "MP4 (H.264) or MP3, at most %(limit)d MB. Another file takes the place of the present one everywhere."
        ) % {"limit": settings.RECORDING_MB}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("upload")
        if upload is None and self.instance.pk is None:
            self.add_error("upload", ValidationError(_("Choose a video or sound file.")))
        if self.errors or upload is None:
            return cleaned
        try:
            if self.instance.pk is None:
                self.instance = add_recording(upload, self.commune, self.user, title=cleaned["title"])
            else:
                replace_recording(self.instance, upload)
        except ValidationError as refusal:
            self.add_error("upload", refusal)
        return cleaned
