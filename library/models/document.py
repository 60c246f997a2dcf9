"""The document library. A file is stored once, however often it is uploaded or attached."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from library.models.stored_file import StoredFile, StoredFileQuerySet, name_in, stored_once
from textfields import LineField
from trash.rows import KeptManager


def document_name(document: Document, name: str) -> str:
    """Where the file of a new document is stored: every commune has a folder."""
    return name_in(Document.FOLDER, document, name)


class Document(StoredFile):
    # In the folder of the commune; documents stored before there were several lie in one of this name.
    FOLDER = "tep"

    file = models.FileField(
        _("file"), upload_to=document_name, max_length=200, help_text=_("PDF, DOCX or XLSX, at most 30 MB.")
    )
    title = LineField(_("title"), max_length=200, help_text=_("What the document is, as citizens read it."))
    page_count = models.PositiveIntegerField(
        _("number of pages"), null=True, editable=False, help_text=_("Of a PDF; 0 when it could not be read.")
    )
    has_text = models.BooleanField(
        _("has text"), null=True, editable=False, help_text=_("Whether a PDF holds text, and not only pictures of it.")
    )

    objects = KeptManager.from_queryset(StoredFileQuerySet)()
    with_trashed = StoredFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = stored_once("library_document", _("This document is already in the library."))

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
