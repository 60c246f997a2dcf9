"""The document library."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from library.forms import DocumentForm
from library.intake import quota
from library.models import Document
from library.uses import is_used, links_to_uses, uses_of
from section import Row
from trash.admin.throwing import TrashableAdmin
from vietnamese import format_file_size


@admin.register(Document)
class DocumentAdmin(TrashableAdmin):
    form = DocumentForm
    list_display = ("title", "kind", "shown_size", "pages", "article_count", "created_at")
    list_filter = ("created_at",)
    search_fields = ("title", "tags")
    search_help_text = _("Words of the title, with or without accents")
    list_per_page = 50
    ordering = ("-id",)  # said again: the count in the query drops the model's own
    readonly_fields = ("present_file", "pages", "has_text", "uses", "uploader", "created_at")

    def get_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        shown = ("upload", "title", "tags")
        facts = ("pages", "has_text") if obj and obj.kind == "PDF" else ()
        return ("present_file", *facts, *shown, "uses", "uploader", "created_at") if obj else shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return (
            super()
            .get_queryset(request)
            .annotate(article_count=Count("attachments", filter=Q(attachments__article__trashed__isnull=True)))
        )

    @admin.display(description=_("type"))
    def kind(self, document: Document) -> str:
        return document.kind

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, document: Document) -> str:
        return format_file_size(document.size)

    @admin.display(description=_("number of pages"), ordering="page_count")
    def pages(self, document: Document) -> int | None:
        return document.page_count or None

    @admin.display(description=_("attached to"), ordering="article_count")
    def article_count(self, document: Document) -> int:
        return document.article_count

    @admin.display(description=_("present file"))
    def present_file(self, document: Document) -> str:
        name = document.file.name.rsplit("/", 1)[-1]
        return format_html('<a href="{}">{}</a> ({})', document.file.url, name, format_file_size(document.size))

    @admin.display(description=_("used in"))
    def uses(self, document: Document) -> str:
        return links_to_uses(document, document.reader)

    # Not the field itself: Django would link it to an account that only administrators may open.
    @admin.display(description=Document._meta.get_field("uploaded_by").verbose_name)
    def uploader(self, document: Document) -> str:
        return name_of(document.uploaded_by)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Document | None:
        """The document, knowing its `reader`: the titles of drafts are for those who work on them."""
        document = super().get_object(request, object_id, from_field)
        if document is not None:
            document.reader = request.user
        return document

    def get_form(self, request: HttpRequest, obj: Document | None = None, **kwargs: Any) -> type[DocumentForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("DocumentFormOfUser", (form,), {"user": request.user})

    def has_view_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        """Whoever writes chooses documents."""
        return super().has_view_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Document, form: DocumentForm, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("upload") and obj.advice:
            messages.warning(request, obj.advice)

    def uses_of(self, request: HttpRequest, row: Document) -> list[Row]:
        return uses_of(row, request.user)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"subtitle": quota.in_words(request.commune)} | (extra_context or {}))

    def is_in_use(self, row: Document) -> bool:
        return is_used(row)
