"""RSS feeds of the whole portal and of one category."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from news.models import Article, ArticleQuerySet, Category
from news.redirect_views import lead_on
from publiccache import public_page

ITEMS = 30


class ArticleFeed(Feed):
    feed_type = Rss201rev2Feed
    description = _("The newest articles")
    language = "vi"
    item_guid_is_permalink = True

    def get_object(self, request: HttpRequest, slug: str | None = None) -> Category | None:
        return get_object_or_404(Category, slug=slug) if slug else None

    def title(self, category: Category | None) -> str:
        return category.name if category else _("News")

    def link(self, category: Category | None) -> str:
        return category.get_absolute_url() if category else "/"

    def feed_url(self, category: Category | None) -> str:
        return reverse("news:category_feed", args=[category.slug]) if category else reverse("news:feed")

    def items(self, category: Category | None) -> ArticleQuerySet:
        articles = Article.objects.published().as_cards().latest_first()
        return (articles.filter(category=category) if category else articles)[:ITEMS]

    def item_title(self, article: Article) -> str:
        return article.title

    def item_description(self, article: Article) -> str:
        return article.summary

    def item_pubdate(self, article: Article) -> datetime:
        return article.published_at

    def item_updateddate(self, article: Article) -> datetime:
        return article.updated_at

    def item_categories(self, article: Article) -> list[str]:
        return [article.category.name]

    def item_author_name(self, article: Article) -> str:
        return article.byline


class AtomArticleFeed(ArticleFeed):
    feed_type = Atom1Feed

    def subtitle(self, category: Category | None) -> str:
        return self.description

    def feed_url(self, category: Category | None) -> str:
        return reverse("news:category_atom_feed", args=[category.slug]) if category else reverse("news:atom_feed")


feed = require_safe(public_page(ArticleFeed()))
atom_feed = require_safe(public_page(AtomArticleFeed()))


@require_safe
@public_page
def category_feed(request: HttpRequest, slug: str) -> HttpResponse:
    return _feed_or_redirect(ArticleFeed(), request, slug)


@require_safe
@public_page
def category_atom_feed(request: HttpRequest, slug: str) -> HttpResponse:
    return _feed_or_redirect(AtomArticleFeed(), request, slug)


def _feed_or_redirect(feed: Feed, request: HttpRequest, slug: str) -> HttpResponse:
    """Programs that follow a category keep following it when it gets another address."""
    try:
        return feed(request, slug=slug)
    except Http404:
        return lead_on(request)
