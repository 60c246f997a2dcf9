"""What search engines are told about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page, Paginator
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import cached_property

from news.models import Article, ArticleQuerySet, Category, CategoryQuerySet, Tag, TagQuerySet, author_slug

NEWEST = 5000  # articles whose authors are told: reading the names of a million would take seconds


class IdPaginator(Paginator):
    """Pages are ranges of ids: the last of two hundred costs no more than the first, and nothing is counted."""

    @cached_property
    def count(self) -> int:
        return self.object_list.aggregate(last=Max("pk"))["last"] or 0

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return self._get_page(self.object_list.filter(pk__gt=first, pk__lte=first + self.per_page), number, self)


class ArticleSitemap(Sitemap):
    limit = 5000
    protocol = None

    @property
    def paginator(self) -> Paginator:
        return IdPaginator(self.items(), self.limit)

    def items(self) -> ArticleQuerySet:
        articles = Article.objects.published().select_related("category")
        return articles.only("slug", "updated_at", "category__slug").order_by("pk")

    def lastmod(self, article: Article) -> datetime:
        return article.updated_at

    def get_latest_lastmod(self) -> None:
        """Not told in the index: Django would read every article to find it."""
        return


class CategorySitemap(Sitemap):
    protocol = None

    def items(self) -> CategoryQuerySet:
        return Category.objects.order_by("position", "id")


class TagSitemap(Sitemap):
    protocol = None

    def items(self) -> TagQuerySet:
        return Tag.objects.of(Article.objects.published()).order_by("pk")


class AuthorSitemap(Sitemap):
    protocol = None

    def items(self) -> list[str]:
        newest = Article.objects.published().exclude(byline="").latest_first()
        slugs = {author_slug(byline) for byline in newest.values_list("byline", flat=True)[:NEWEST]}
        return sorted(slugs - {""})

    def location(self, slug: str) -> str:
        return reverse("news:author_list", args=[slug])
