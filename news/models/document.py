"""The document library. A file is stored once, however often it is uploaded or attached."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from textfields import LineField


class Document(models.Model):
    file = models.FileField(
        _("file"), upload_to="tep", max_length=200, help_text=_("PDF, DOCX or XLSX, at most 30 MB.")
    )
    title = LineField(_("title"), max_length=200, help_text=_("What the document is, as citizens read it."))
    tags = LineField(
        _("keywords"), max_length=250, blank=True, help_text=_("Words to find it by, separated by commas.")
    )
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("In bytes."))
    digest = LineField(
        _("content digest"),
        max_length=64,
        editable=False,
        help_text=_("SHA-256 of the file; the same file is recognised by it."),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="documents",
        help_text=_("The account that uploaded the file."),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True, help_text=_("When the file was uploaded."))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["digest"],
                name="news_document_digest_unique",
                violation_error_message=_("This document is already in the library."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.kind})"

    @property
    def kind(self) -> str:
        """The type of the document in capitals: PDF, DOCX, XLSX."""
        return self.file.name.rsplit(".", 1)[-1].upper()
