"""The form in which an article is written."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from news.models import Article, Picture
from news.pictures import PictureError, store_picture
from richtext import RichTextEditor


class ArticleForm(forms.ModelForm):
    """Writes an article; `user` is set on the class by the admin."""

    cover_file = forms.FileField(
        label=_("New cover picture"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF, at most 15 MB. It is stored in the picture library."),
    )

    class Meta:
        model = Article
        fields = (
            "title",
            "summary",
            "body",
            "category",
            "cover",
            "cover_alt",
            "cover_caption",
            "cover_credit",
            "byline",
            "source",
            "is_featured",
            "published_at",
            "expires_at",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "body": RichTextEditor(upload_url=reverse_lazy("news:picture_upload")),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("cover_file")
        if upload:
            try:
                cleaned["cover"] = store_picture(upload, self.user)
            except PictureError as refusal:
                self.add_error("cover_file", ValidationError(str(refusal)))
            else:
                # Kept when another field is wrong: nobody uploads the same picture twice.
                self.data = self.data.copy()
                self.data[self.add_prefix("cover")] = str(cleaned["cover"].pk)
        cover = cleaned.get("cover")
        if cover and not cleaned.get("cover_alt"):
            cleaned["cover_alt"] = cover.alt
        return cleaned


class PictureForm(forms.ModelForm):
    """Describes a picture of the library; a new one comes with its file. `user` is set by the admin."""

    upload = forms.FileField(
        label=_("Picture file"), required=False, help_text=_("JPEG, PNG, WebP or GIF, at most 15 MB.")
    )

    class Meta:
        model = Picture
        fields = ("alt", "is_decorative", "caption", "credit", "tags")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("alt") and not cleaned.get("is_decorative"):
            self.add_error("alt", ValidationError(_("Say what the picture shows, or mark it as decorative.")))
        if self.instance.pk is None and not self.errors:
            self._take_upload(cleaned.get("upload"))
        return cleaned

    def _take_upload(self, upload: Any) -> None:
        if upload is None:
            self.add_error("upload", ValidationError(_("Choose a picture file.")))
            return
        try:
            self.instance = store_picture(upload, self.user)
        except PictureError as refusal:
            self.add_error("upload", ValidationError(str(refusal)))
