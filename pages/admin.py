"""Writing pages: the newsroom of the articles, and a list that shows the tree."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from news import rights
from news.admin.articles import COVER_FIELDS, FOLDED, ArticleAdmin
from news.models import Redirect, Status
from pages.forms import PageForm
from pages.models import Page
from pages.starter import missing_texts, start_pages
from section import Row
from trash.models import TrashItem


class TreeList(ChangeList):
    """Every page after the one it stands under. A commune has dozens of pages, which stand on one list."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = self.result_list.in_order()


@admin.register(Page)
class PageAdmin(ArticleAdmin):
    form = PageForm
    is_of_pages = True
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "base_version", "base_details")}),
        (
            _("Cover picture"),
            {
                "classes": ("collapse", "cover-fields"),
                "fields": COVER_FIELDS,
            },
        ),
    )
    place_fieldset = (_("Place"), {"fields": ("parent", ("slug", "position"), ("language", "translation_of"))})
    publication_fieldset = (
        _("Publication"),
        {"classes": FOLDED, "fields": ("review_on", "published_at", "expires_at")},
    )
    autocomplete_fields = ("cover",)
    list_display = ("place", "address", "position", "state", "review", "changed")
    list_display_links = ("place",)
    list_filter = ("status", "language")
    list_select_related = ("author",)
    list_per_page = 1000
    list_max_show_all = 1000
    take_back_fields = ("slug",)
    bulk_steps: ClassVar[dict[str, tuple[str, ...]]] = {
        name: ArticleAdmin.bulk_steps[name] for name in ("withdraw", "assign")
    }

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TreeList

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("path",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        return super().get_queryset(request).select_related("parent")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        initial.pop("byline", None)
        return initial

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"parent", "translation_of"}:  # a page is not made or taken away beside the form of another
            for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, button, False)
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Page | None = None) -> Any:
        first, kind, *rest = super().get_fieldsets(request, obj)
        if kind != self.kind_fieldset:  # somebody who does not publish changes a public page: it stays where it is
            return [first, kind, *rest]
        return [first, self.place_fieldset, *rest]

    # --- The list ---

    @admin.display(description=_("title"))
    def place(self, page: Page) -> str:
        return format_html('<span class="tree-level-{}">{}</span>', page.level, page.title)

    @admin.display(description=_("address"))
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    @admin.display(description=_("check again on"))
    def review(self, page: Page) -> str:
        return date_format(page.review_on, "SHORT_DATE_FORMAT") if page.review_on else "–"

    @admin.display(description=_("last change"))
    def changed(self, page: Page) -> str:
        return date_format(timezone.localtime(page.updated_at), "SHORT_DATE_FORMAT")

    # --- Rights: pages stand in no category, so groups that work in some only do not write them ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return rights.may_in(request.user, rights.WRITE, None)

    # --- The trash ---

    def uses_of(self, request: HttpRequest, row: Page) -> list[Row]:
        below = Page.objects.of(row.commune_id).filter(parent=row).order_by("path")
        return [Row(page.title, page.form_address, gettext("stands under it")) for page in below]

    def throw(self, request: HttpRequest, row: Page, reason: str) -> TrashItem:
        """Meanwhile nobody puts a page under it."""
        with transaction.atomic():
            row.hold_tree()
            return super().throw(request, row, reason)

    def is_in_use(self, row: Page) -> bool:
        return Page.objects.of(row.commune_id).filter(parent=row).exists()

    # --- Saving ---

    def newsroom_urls(self) -> list[URLPattern]:
        """What is done beside the form has one address for all kinds; here is what pages alone have."""
        return [path("mau/", self.admin_site.admin_view(require_POST(self.start)), name="pages_page_start")]

    def start(self, request: HttpRequest) -> HttpResponse:
        """Draft the pages that every commune needs and this one does not have."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        pages = start_pages(request.commune, request.user)
        text = ngettext("%(count)d page was drafted.", "%(count)d pages were drafted.", len(pages))
        self.message_user(request, text % {"count": len(pages)}, messages.SUCCESS)
        return redirect("admin:pages_page_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        missing = missing_texts(request.commune) if self.has_add_permission(request) else []
        return super().changelist_view(request, (extra_context or {}) | {"missing": missing})

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the page; old addresses of what was public lead to the new ones."""
        old = obj.saved_path() if change else ""
        super().save_model(request, obj, form, change)
        new = obj.saved_path()
        if not old or old == new:
            return
        moved = Page.objects.of(obj.commune_id).filter(published_at__isnull=False).exclude(status=Status.DRAFT)
        for address in moved.in_section(new).values_list("path", flat=True):
            if f"{address}/".startswith(f"{new}/"):
                Redirect.objects.follow_move(obj.commune_id, f"/{old}{address.removeprefix(new)}/", f"/{address}/")
