"""What search engines are told about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.functional import cached_property

from communes.models import Commune
from communes.rows import CommuneQuerySet
from communes.sitemaps import CommuneSitemap
from news.models import Article, ArticleQuerySet, Category, CategoryQuerySet, Tag, TagQuerySet, author_slug
from news.public.archive import years_of

NEWEST = 1000  # articles whose authors are told: reading the names of a million would take seconds


class NumberedPages(Paginator):
    """Pages of as many row numbers each, so that the last of a million costs what the first does.

    A page keeps its entries while new ones appear, and holds fewer where some are not published.
    """

    def __init__(self, rows: CommuneQuerySet, per_page: int, commune: Commune) -> None:
        super().__init__(rows, per_page)
        self.commune = commune

    @cached_property
    def first(self) -> int:
        return self._ends["first"] or 1

    @cached_property
    def count(self) -> int:
        return (self._ends["last"] or 0) - self.first + 1

    @cached_property
    def _ends(self) -> dict[str, int | None]:
        return self.object_list.model.objects.of(self.commune).aggregate(first=Min("pk"), last=Max("pk"))

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = self.first + (number - 1) * self.per_page
        return self._get_page(self.object_list.filter(pk__gte=start, pk__lt=start + self.per_page), number, self)


class ArticleSitemap(CommuneSitemap):
    limit = 5000

    def items(self) -> ArticleQuerySet:
        articles = Article.objects.of(self.commune).published().select_related("category")
        return articles.only("slug", "updated_at", "category__slug").order_by("pk")

    @property
    def paginator(self) -> NumberedPages:
        return NumberedPages(self.items(), self.limit, self.commune)

    def lastmod(self, article: Article) -> datetime:
        return article.updated_at

    def get_latest_lastmod(self) -> None:
        """Not told in the index: Django would read every article to find it."""
        return


class CategorySitemap(CommuneSitemap):
    def items(self) -> CategoryQuerySet:
        return Category.objects.of(self.commune).order_by("position", "id")


class TagSitemap(CommuneSitemap):
    def items(self) -> TagQuerySet:
        return Tag.objects.of(self.commune).carried_by(Article.objects.of(self.commune).published()).order_by("pk")

    @property
    def paginator(self) -> NumberedPages:
        return NumberedPages(self.items(), self.limit, self.commune)


class AuthorSitemap(CommuneSitemap):
    def items(self) -> list[str]:
        newest = Article.objects.of(self.commune).published().exclude(byline="").latest_first()
        slugs = {author_slug(byline) for byline in newest.values_list("byline", flat=True)[:NEWEST]}
        return sorted(slugs - {""})

    def location(self, slug: str) -> str:
        return reverse("news:author_list", args=[slug])


class ArchiveSitemap(CommuneSitemap):
    def items(self) -> list[int]:
        return years_of(self.commune)

    def location(self, year: int) -> str:
        return reverse("news:archive_year", args=[year])
