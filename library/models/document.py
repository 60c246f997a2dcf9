"""The document library. A file is stored once, however often it is uploaded or attached."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField
from trash.rows import KeptManager, TrashKey, one_row


class DocumentQuerySet(CommuneQuerySet):
    def visible_to(self, user: AbstractBaseUser | None) -> DocumentQuerySet:
        """Documents that `user` may know of: all of a commune for those who look into its library, else the own; None is the portal.

        An upload is recognised among these only: its number must not tell what strangers stored.
        """
        looks = ("library.view_document", "library.change_document")
        if user is None or any(user.has_perm(permission) for permission in looks):
            return self
        return self.filter(uploaded_by=user.pk)


def document_name(document: Document, name: str) -> str:
    """Where the file of a new document is stored: every commune has a folder."""
    return f"{document.commune.slug}/{Document.FOLDER}/{name}"


class Document(models.Model):
    # In the folder of the commune; documents stored before there were several lie in one of this name.
    FOLDER = "tep"

    commune = CommuneKey()
    trashed = TrashKey()
    file = models.FileField(
        _("file"), upload_to=document_name, max_length=200, help_text=_("PDF, DOCX or XLSX, at most 30 MB.")
    )
    title = LineField(_("title"), max_length=200, help_text=_("What the document is, as citizens read it."))
    tags = LineField(
        _("keywords"), max_length=250, blank=True, help_text=_("Words to find it by, separated by commas.")
    )
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("In bytes."))
    page_count = models.PositiveIntegerField(
        _("number of pages"), null=True, editable=False, help_text=_("Of a PDF; 0 when it could not be read.")
    )
    has_text = models.BooleanField(
        _("has text"), null=True, editable=False, help_text=_("Whether a PDF holds text, and not only pictures of it.")
    )
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

    objects = KeptManager.from_queryset(DocumentQuerySet)()
    with_trashed = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-id",)
        constraints = (
            one_row("library_document"),
            models.UniqueConstraint(
                fields=["commune", "uploaded_by", "digest"],
                condition=models.Q(trashed__isnull=True),
                name="library_document_uploader_digest_unique",
                violation_error_message=_("This document is already in the library."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.kind})"

    @property
    def kind(self) -> str:
        """The type of the document in capitals: PDF, DOCX, XLSX."""
        return self.file.name.rsplit(".", 1)[-1].upper()

    @property
    def advice(self) -> str:
        """What its type means for citizens, in a sentence for the editor; empty for a PDF with text, which every phone opens."""
        if self.kind == "PDF" and self.has_text is False:
            return gettext(
                "“%(title)s” is a scan: it holds pictures of pages and no text, so that nothing in it is found or read "
                "aloud. Please attach the PDF that the document was printed from, or write what it says on the page."
            ) % {"title": self.title}
        if self.kind == "PDF":
            return ""
        return gettext(
            "“%(title)s” is a file of type %(kind)s, which many phones cannot open. Text on the page or a PDF serves "
            "citizens better."
        ) % {"title": self.title, "kind": self.kind}
