"""Links that lead nowhere."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from news import rights
from news.links.addresses import is_followable
from news.models import Link, OutsideLink
from readonlyadmin import ReadOnlyAdmin


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    """What the nightly check found: to be mended in the article, or let stand."""

    list_display = ("address_link", "article_link", "reason", "since", "is_ignored")
    list_display_links = None
    list_filter = ("is_ignored", "is_own")
    search_fields = ("address", "article__title")
    list_per_page = 50
    actions = ("ignore", "watch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        links = super().get_queryset(request).filter(article__commune=request.commune).select_related("article")
        broken = Link.objects.broken().values("pk")
        links = links.filter(Q(pk__in=broken) | Q(is_ignored=True))
        places = rights.categories_of(request.user, rights.PUBLISH)
        return links if places is None else links.filter(article__category_id__in=places)

    @admin.display(description=_("address"), ordering="address")
    def address_link(self, link: Link) -> str:
        if not is_followable(link.address):  # what was written to the database past the sanitiser
            return link.address
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', link.address)

    @admin.display(description=_("article"), ordering="article")
    def article_link(self, link: Link) -> str:
        return format_html('<a href="{}">{}</a>', link.article.form_address, link.article)

    @admin.display(description=_("problem"), ordering="problem")
    def reason(self, link: Link) -> str:
        return link.reason

    @admin.display(description=_("fails since"), ordering="failed_since")
    def since(self, link: Link) -> str:
        return f"{link.failed_since:%d/%m/%Y}" if link.failed_since else "–"

    @admin.action(description=_("Let the chosen links stand"))
    def ignore(self, request: HttpRequest, links: QuerySet[Link]) -> None:
        links.update(is_ignored=True)

    @admin.action(description=_("Watch the chosen links again"))
    def watch(self, request: HttpRequest, links: QuerySet[Link]) -> None:
        links.update(is_ignored=False, checked_at=None)

    # Whoever publishes decides; the rows come from the check alone.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rights.categories_of(request.user, rights.PUBLISH) != set()

    def has_view_permission(self, request: HttpRequest, obj: Link | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(OutsideLink)
class OutsideLinkAdmin(LinkAdmin):
    """The same for what the menus and other parts of the portal lead to."""

    list_display = ("address_link", "form_link", "reason", "since", "is_ignored")
    list_filter = ("is_ignored",)
    search_fields = ("address", "title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutsideLink]:
        links = OutsideLink.objects.of(request.commune)
        return links.filter(Q(pk__in=links.broken().values("pk")) | Q(is_ignored=True))

    @admin.display(description=_("stands in"), ordering="title")
    def form_link(self, link: OutsideLink) -> str:
        return format_html('<a href="{}">{}</a>', link.form, link.title)
