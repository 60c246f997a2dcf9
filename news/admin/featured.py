"""The order of the articles at the top of the home page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from communes.rowadmin import CommuneRowAdmin, RowForm
from formrows import list_formset
from news import rights
from news.models import FeaturedArticle


@admin.register(FeaturedArticle)
class FeaturedArticleAdmin(CommuneRowAdmin):
    """The top of the home page: an order by numbers, and a tick that takes an article away."""

    list_display = ("title", "category", "published_at", "featured_position", "is_featured")
    list_editable = ("featured_position", "is_featured")
    list_display_links = None
    list_select_related = ("category",)
    list_per_page = 30
    ordering = ("featured_position", "-published_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeaturedArticle]:
        places = rights.categories_of(request.user, rights.PUBLISH)
        articles = super().get_queryset(request).published().filter(is_featured=True)
        return articles if places is None else articles.filter(category_id__in=places)

    def save_model(self, request: HttpRequest, obj: FeaturedArticle, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.save(update_fields=["featured_position", "is_featured"])

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[RowForm]:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=list_formset(request), **kwargs)

    # Only the order is changed here, by those who publish.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rights.categories_of(request.user, rights.PUBLISH) != set()

    def has_view_permission(self, request: HttpRequest, obj: FeaturedArticle | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: FeaturedArticle | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FeaturedArticle | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[object_id]))
