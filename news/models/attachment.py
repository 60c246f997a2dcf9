"""Documents of the library that come with an article."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from textfields import LineField


class Attachment(models.Model):
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="attachments",
        help_text=_("The article it belongs to."),
    )
    document = models.ForeignKey(
        "library.Document",
        verbose_name=_("document of the library"),
        on_delete=models.PROTECT,
        related_name="attachments",
        help_text=_("One that was uploaded before. Leave it empty for a new file."),
    )
    title = LineField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("As citizens read it under this article; left empty, the title of the document."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))

    class Meta:
        verbose_name = _("attached document")
        verbose_name_plural = _("attached documents")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title
