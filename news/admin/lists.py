"""The list of the newsroom: which articles a person finds there, and what is done with them from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from communes.rowadmin import nearest
from news import rights
from news.kinds import NEWS
from news.models import Action, Article, Status
from news.newsroom import bulk
from news.newsroom.categorychoice import CategoryFilter
from news.newsroom.desk import waiting_for
from news.newsroom.reports.numbers import article_table
from news.newsroom.steps import workflow
from news.public import search
from search.reading import LONGEST_QUERY
from search.words import syllables
from section import readings_of
from spreadsheet import XLSX
from trail.exports import recorded_download
from trash.admin.throwing import TrashableAdmin
from vietnamese import format_datetime_12h, format_number


class KindFilter(admin.SimpleListFilter):
    """News or notices: pages have a list of their own."""

    title = Article._meta.get_field("kind").verbose_name
    parameter_name = "loai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, kind.label) for kind in NEWS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(kind=self.value()) if self.value() in NEWS else queryset


class ViewFilter(admin.SimpleListFilter):
    """The questions one comes to the list with, which are more than a status."""

    title = _("view")
    parameter_name = "xem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("cua-toi", _("my own")),
            ("cho-toi", _("waiting for me")),
            ("hen-gio", _("scheduled")),
            ("het-han", _("expired")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        views: dict[str | None, Callable[[], QuerySet[Article]]] = {
            "cua-toi": lambda: queryset.filter(author=request.user),
            "cho-toi": lambda: waiting_for(queryset, request.user),
            "hen-gio": queryset.scheduled,
            "het-han": queryset.expired,
        }
        return views.get(self.value(), lambda: queryset)()


class ReadList(ChangeList):
    """A list whose rows know how often citizens opened them: one query for those on the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        articles = list(self.result_list)
        read = readings_of(request.commune, [article.page_key for article in articles])
        for article in articles:
            article.view_count = read.get(article.page_key, 0)
        self.result_list = articles


def _bulk(name: str) -> Callable[[ArticleList, HttpRequest, QuerySet[Article]], HttpResponse | None]:
    """The step `name` of news/newsroom/bulk.py as an action of Django's admin."""
    return lambda model_admin, request, articles: model_admin.take_with_many(request, articles, name)


class ArticleList(TrashableAdmin):
    """What the lists of all kinds of articles share: their rows, their columns, their rights, their steps for many."""

    list_display = ("cover_thumbnail", "title", "category", "state", "author_name", "published", "view_count")
    list_display_links = ("title",)
    list_filter = (
        ViewFilter,
        "status",
        KindFilter,
        ("category", CategoryFilter),
        "is_featured",
        "is_forced",
        "published_at",
    )
    list_select_related = ("category", "author")
    list_per_page = 50
    show_full_result_count = False
    # Names in news/newsroom/bulk.py, each for those who hold one of the permissions somewhere.
    bulk_steps: Mapping[str, tuple[str, ...]] = {
        "move": (rights.CHANGE, rights.PUBLISH),
        "withdraw": (rights.PUBLISH,),
        "add_tags": (rights.CHANGE,),
        "feature": (rights.PUBLISH,),
        "unfeature": (rights.PUBLISH,),
        "assign": (rights.PUBLISH, rights.REVIEW),
        "copy": (rights.WRITE,),
    }
    actions = ("export", "throw_selected")
    search_fields = ("title",)
    search_help_text = _("Words of the article, with or without accents")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).workable_by(request.user).select_related("category", "author", "cover")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """The same engine as the public search; also used where an article is picked."""
        if not search_term:
            return queryset, False
        words = syllables(search_term[:LONGEST_QUERY])
        found = search.holding(queryset, words, search.Scope(request.commune))
        return nearest(request, found, search_term, "title"), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReadList

    # --- Steps for many ---

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        steps = {
            name: (_bulk(name), name, bulk.STEPS[name].title)
            for name, permissions in self.bulk_steps.items()
            if any(rights.categories_of(request.user, permission) != set() for permission in permissions)
        }
        return steps | super().get_actions(request)

    def take_with_many(self, request: HttpRequest, articles: QuerySet[Article], name: str) -> HttpResponse | None:
        """Ask what a step needs and take it with each article ticked; back on the list, say what became of it."""
        step = bulk.STEPS[name]
        chosen = list(articles[: bulk.MOST_AT_ONCE + 1])
        if len(chosen) > bulk.MOST_AT_ONCE:
            text = gettext("At most %(count)d at once. Narrow the list down first.")
            self.message_user(request, text % {"count": bulk.MOST_AT_ONCE}, messages.WARNING)
            return None
        answers: dict[str, Any] = {}
        if step.form:
            form = step.form(request.POST if "_answered" in request.POST else None, user=request.user)
            if not form.is_valid():
                context = self.admin_site.each_context(request) | {
                    "title": step.title,
                    "form": form,
                    "chosen": chosen,
                    "action": name,
                    "opts": self.opts,
                }
                return render(request, "admin/news/article/bulk.html", context)
            answers = form.cleaned_data
        result = bulk.take(step, chosen, request.user, answers)
        result.tell(request, step.said)
        if name == "copy" and len(chosen) == len(result.made) == 1:  # to be written in at once
            return HttpResponseRedirect(result.made[0].form_address)
        return None

    @admin.action(description=_("Export as a table (Excel)"), permissions=["view"])
    def export(self, request: HttpRequest, articles: QuerySet[Article]) -> HttpResponse:
        return recorded_download(
            request, article_table(request.commune, articles), XLSX, f"bai-viet-{timezone.localdate()}"
        )

    # --- Columns ---

    @admin.display(description=_("picture"), empty_value="")
    def cover_thumbnail(self, article: Article) -> str | None:
        """The link beside it says the title: the picture is silent."""
        if article.cover is None:
            return None
        address = article.cover.thumbnail_url
        return format_html(
            '<img class="cover-thumbnail" src="{}" alt="" width="60" height="40" loading="lazy">', address
        )

    @admin.display(description=_("author"), ordering="author")
    def author_name(self, article: Article) -> str:
        return name_of(article.author)

    @admin.display(description=_("views in 30 days"), empty_value="")
    def view_count(self, article: Article) -> str | None:
        """On a card, where no heading stands above it, the number says what it counts."""
        if article.published_at is None:
            return None
        number, unit = format_number(article.view_count), gettext("views in 30 days")
        return format_html('{} <span class="card-only">{}</span>', number, unit)

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        words = [article.get_state_display()]
        if article.is_forced:
            words.append(gettext("urgent"))
        return " · ".join(words)

    @admin.display(description=_("publication time"), ordering="published_at", empty_value="")
    def published(self, article: Article) -> str | None:
        return format_datetime_12h(article.published_at) if article.published_at else None

    # --- Rights: the same permissions for all kinds of articles ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return rights.categories_of(request.user, rights.WRITE) != set()

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return request.user.has_perm(rights.VIEW) or request.user.has_perm(rights.CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if not request.user.has_perm(rights.CHANGE):
            return False
        return obj is None or rights.may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only what was never public can be deleted, by those who write in it; the rest is withdrawn."""
        if not request.user.has_perm(rights.DELETE):
            return False
        if obj is None:
            return True
        return obj.status == Status.DRAFT and obj.published_at is None and rights.may_edit(request.user, obj)

    # --- The trash ---

    def trashed_rows(self, request: HttpRequest) -> QuerySet[Article]:
        """Those the person works on; of this kind are those that were thrown away in this admin."""
        return super().trashed_rows(request).workable_by(request.user)

    def log_thrown(self, request: HttpRequest, row: Article, reason: str) -> None:
        workflow.log(row, Action.TRASH, request.user, reason)

    def log_taken_back(self, request: HttpRequest, row: Article) -> None:
        workflow.log(row, Action.UNTRASH, request.user)
