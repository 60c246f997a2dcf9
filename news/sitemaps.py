"""What search engines are told about."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap

from news.models import Article, ArticleQuerySet, Category, CategoryQuerySet


class ArticleSitemap(Sitemap):
    limit = 5000
    protocol = None

    def items(self) -> ArticleQuerySet:
        return (
            Article.objects.published()
            .select_related("category")
            .only("slug", "updated_at", "category__slug")
            .latest_first()
        )

    def lastmod(self, article: Article) -> datetime:
        return article.updated_at


class CategorySitemap(Sitemap):
    protocol = None

    def items(self) -> CategoryQuerySet:
        return Category.objects.order_by("position", "id")
