"""Documents that come with an article."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="attachments",
        help_text=_("The article it belongs to."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("What the document is, as citizens read it."))
    file = models.FileField(
        _("file"), upload_to="tep", max_length=200, help_text=_("PDF, DOCX or XLSX, at most 30 MB.")
    )
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("In bytes."))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))

    class Meta:
        verbose_name = _("attached document")
        verbose_name_plural = _("attached documents")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> str:
        """The type of the document in capitals: PDF, DOCX, XLSX."""
        return self.file.name.rsplit(".", 1)[-1].upper()
