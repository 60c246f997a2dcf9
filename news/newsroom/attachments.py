"""The form in which documents come in under an article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from library.documents import store_document
from news.models import Attachment


class AttachmentForm(forms.ModelForm):
    """A document under an article: one of the library, or a new file. `user` is set by the admin."""

    user: Any = None
    upload = forms.FileField(
        label=_("new file"), required=False, help_text=_("PDF, DOCX or XLSX, at most 30 MB. It enters the library.")
    )

    class Meta:
        model = Attachment
        fields = ("document", "upload", "title", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].required = False
        for field in self.fields.values():
            # The heading of the column names a field, which a screen reader does not say.
            field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("upload")
        if upload:
            try:
                document = store_document(upload, self.user.commune, self.user, title=cleaned.get("title", ""))
            except ValidationError as refusal:
                self.add_error("upload", refusal)
            else:
                cleaned["document"] = document
                # Kept when another field is wrong: nobody uploads the same document twice.
                self.data = self.data.copy()
                self.data[self.add_prefix("document")] = str(document.pk)
        elif not cleaned.get("document") and not self.errors:
            self.add_error("upload", ValidationError(_("Choose a document of the library or a new file.")))
        if cleaned.get("document") and not cleaned.get("title"):
            cleaned["title"] = cleaned["document"].title
        return cleaned
