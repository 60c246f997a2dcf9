"""RSS and Atom feeds of the whole portal and of one category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from communes.models import Commune
from news.links.redirect_views import lead_on
from news.models import Article, Category
from serving.publiccache import public_page
from vietnamese import one_line, xml_text

ITEMS = 30
COLUMNS = ("title", "slug", "summary", "byline", "published_at", "updated_at", "created_at", "former_feed_id")
COLUMNS += ("category__name", "category__slug", "cover_alt", "cover__file", "cover__width", "cover__height")
MEDIA = "http://search.yahoo.com/mrss/"  # Media RSS, which needs no size of a file in bytes


@dataclass(frozen=True)
class Source:
    """What a feed is about, and whose it is: the names the shell gives to every template."""

    commune: Commune
    category: Category | None
    portal: str
    agency: str


class Rss(Rss201rev2Feed):
    def add_item(self, *args: Any, **kwargs: Any) -> None:
        super().add_item(*args, **_readable(kwargs))

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:media": MEDIA}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        add_picture(handler, item)


class Atom(Atom1Feed):
    def add_item(self, *args: Any, **kwargs: Any) -> None:
        super().add_item(*args, **_readable(kwargs))

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        add_picture(handler, item)


def add_picture(handler: Any, item: dict[str, Any]) -> None:
    """The cover of an article, as programs that show pictures beside titles read it."""
    if not item["picture"]:
        return
    handler.startElement("media:content", item["picture"])
    handler.addQuickElement("media:description", item["picture_alt"], {"type": "plain"})
    handler.endElement("media:content")


def _readable(told: dict[str, Any]) -> dict[str, Any]:
    """What Django tells of an item, as XML can hold it: one bad character would end the feed for everybody."""
    return {
        name: xml_text(value)
        if isinstance(value, str)
        else [xml_text(text) for text in value]
        if isinstance(value, list)
        else value
        for name, value in told.items()
    }


class ArticleFeed(Feed):
    feed_type = Rss
    address = "feed"
    description = _("The newest articles")
    language = "vi"
    item_guid_is_permalink = False  # an article may move to another category

    def get_object(self, request: HttpRequest, slug: str | None = None) -> Source:
        category = get_object_or_404(Category.objects.of(request.commune).with_branch(), slug=slug) if slug else None
        # Not splitlines(), which also parts at signs that may stand in a name.
        portal, _line_end, agency = render_to_string("news/feed_owner.txt", request=request).partition("\n")
        return Source(request.commune, category, one_line(portal), one_line(agency))

    def title(self, source: Source) -> str:
        return xml_text(f"{source.category.name} | {source.portal}" if source.category else source.portal)

    def link(self, source: Source) -> str:
        return source.category.get_absolute_url() if source.category else "/"

    def feed_url(self, source: Source) -> str:
        if source.category:
            return reverse(f"news:category_{self.address}", args=[source.category.slug])
        return reverse(f"news:{self.address}")

    def author_name(self, source: Source) -> str:
        return source.agency

    def items(self, source: Source) -> list[Article]:
        articles = Article.objects.of(source.commune).published()
        if source.category and source.category.below:
            articles = Article.objects.newest_in(source.category.branch, ITEMS)
        elif source.category:
            articles = articles.filter(category=source.category)
        found = list(articles.select_related("category", "cover").only(*COLUMNS).latest_first()[:ITEMS])
        for article in found:
            article.commune = source.commune  # whose address is part of their ids
        return found

    def item_title(self, article: Article) -> str:
        return article.title

    def item_guid(self, article: Article) -> str:
        return article.feed_id

    def item_description(self, article: Article) -> str:
        return article.summary

    def item_pubdate(self, article: Article) -> datetime:
        return article.published_at

    def item_updateddate(self, article: Article) -> datetime:
        return article.updated_at

    def item_categories(self, article: Article) -> list[str]:
        return [article.category.name]

    def item_extra_kwargs(self, article: Article) -> dict[str, Any]:
        if article.cover is None:
            return {"picture": None}
        cover = article.cover
        address = urljoin(article.commune.origin, cover.file.url)
        size = {"width": str(cover.width), "height": str(cover.height)}
        return {"picture": {"url": address, "medium": "image"} | size, "picture_alt": article.cover_alt}

    def item_author_name(self, article: Article) -> str:
        return article.byline


class AtomArticleFeed(ArticleFeed):
    feed_type = Atom
    address = "atom_feed"
    subtitle = ArticleFeed.description


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
