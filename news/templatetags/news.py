"""What the frame of every page shows of the news. Each tag runs one query."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.files.storage import default_storage
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from library import renditions
from library.recordings.in_text import with_recordings
from news.links import outgoing
from news.models import Article, Category
from news.public import reading
from richtext import with_readable_tables

register = template.Library()

NOTICES = "notices"  # the block of the home page


@register.inclusion_tag("news/_latest_articles.html", takes_context=True)
def latest_articles(context: Context, count: int) -> dict[str, Any]:
    """The newest titles of the whole portal."""
    return {"articles": reading.latest(context["request"].commune, count)}


@register.simple_tag(takes_context=True)
def latest_unseen(context: Context, count: int) -> list[Article]:
    """The newest articles that no block above on this page shows; `shown` in the context is told of them.

    Open notices are left to their own block, where the page has one.
    """
    shown = context["shown"]
    has_notices = any(block.key == NOTICES for block in context.get("blocks", ()))
    notices = {notice.pk for notice in _open_notices(context)} if has_notices else set()
    articles = reading.latest(context["request"].commune, count, but=shown | notices)
    shown.update(article.pk for article in articles)
    return articles


@register.simple_tag(takes_context=True)
def notices_unseen(context: Context) -> list[Article]:
    """The open notices that no block above shows, the nearest deadline first; `shown` is told of them."""
    shown = context["shown"]
    notices = [notice for notice in _open_notices(context) if notice.pk not in shown]
    shown.update(notice.pk for notice in notices)
    return notices


def _open_notices(context: Context) -> list[Article]:
    """Read once for the page, whose blocks ask in turn."""
    request = context["request"]
    if "_open_notices" not in request.__dict__:
        request.__dict__["_open_notices"] = reading.open_notices(request.commune)
    return request.__dict__["_open_notices"]


@register.simple_tag(takes_context=True)
def categories_unseen(context: Context) -> list[tuple[Category, list[Article]]]:
    """The newest articles of every category in the menu that no block above shows; `shown` is told of them."""
    shown = context["shown"]
    blocks = reading.newest_per_category(context["request"].commune, but=shown)
    shown.update(article.pk for _category, articles in blocks for article in articles)
    return blocks


@register.inclusion_tag("news/_article_head.html", takes_context=True)
def article_head(context: Context) -> dict[str, Any]:
    """What the article says of itself to search engines and to programs that show links."""
    article, request, site = context["article"], context["request"], context["site"]
    address = request.build_absolute_uri(article.get_absolute_url())
    picture = request.build_absolute_uri(article.cover.file.url) if article.cover else None
    changed = outgoing.changed_at(article)
    author = request.build_absolute_uri(article.author_address) if article.author_address else None
    return {
        "article": article,
        "site": site,
        "address": address,
        "picture": picture,
        "description": outgoing.description_of(article),
        "published": outgoing.iso(article.published_at) if article.published_at else None,
        "modified": outgoing.iso(changed) if changed else None,
        "structured": outgoing.structured_data(article, address, picture, str(site.agency or site.name), author),
    }


@register.inclusion_tag("news/_article_tools.html", takes_context=True)
def article_tools(context: Context) -> dict[str, Any]:
    """Printing, saving and sharing; on paper the address and its QR code."""
    article = context["article"]
    path = article.get_absolute_url()
    return {"article": article, "path": path, "address": context["request"].build_absolute_uri(path)}


@register.filter
def with_copies(body: str, cover: Any = None) -> SafeString:
    """The text of an article under its `cover`: pictures in sizes and formats to choose from, tables that scroll."""
    text = renditions.in_text(body, is_below=bool(cover))
    return mark_safe(with_readable_tables(text, conditional_escape(gettext("Table; scrolls sideways"))))


@register.filter
def with_players(body: SafeString, commune_id: int) -> SafeString:
    """The text of an article with the players of its commune's own video and sound."""
    return with_recordings(body, commune_id)


@register.filter
def media_url(name: str) -> str:
    """The address of a stored file."""
    return default_storage.url(name)


@register.filter
def file_kind(name: str) -> str:
    """PDF, DOCX, XLSX"""
    return name.rsplit(".", 1)[-1].upper()
