"""What the frame of every page shows of the news. Each tag runs one query."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from communes.models import Commune
from library import renditions
from news.links import outgoing
from news.models import Article, Category
from news.public import reading

register = template.Library()


@register.inclusion_tag("news/_latest_articles.html", takes_context=True)
def latest_articles(context: Context, count: int) -> dict[str, Any]:
    """The newest titles of the whole portal."""
    return {"articles": reading.latest(context["request"].commune, count)}


@register.inclusion_tag("news/_main_menu.html", takes_context=True)
def main_menu(context: Context) -> dict[str, Any]:
    """Home and the categories of the menu; the one the reader is in is marked."""
    commune, path = context["request"].commune, context["request"].path
    categories = cache.get_or_set(f"news:menu:{commune.pk}", lambda: _menu_entries(commune), settings.FRAME_SECONDS)
    home = reverse("portal:home")
    section = home if path == home else path[: path.find("/", 1) + 1]
    known = {home, *(category["address"] for category in categories)}
    return {
        "categories": categories,
        # Only addresses of the menu: the path of a page that does not exist is no key of a cache.
        "current": section if section in known else "",
        "is_below": path != section,
        "frame_owner": context.get("frame_owner"),
        "frame_seconds": context.get("frame_seconds", 0),
    }


def _menu_entries(commune: Commune) -> list[dict[str, str]]:
    categories = Category.objects.of(commune).in_menu()
    return [{"name": category.name, "address": category.get_absolute_url()} for category in categories]


@register.simple_tag(takes_context=True)
def open_notices(context: Context) -> list[Article]:
    """Notices with a deadline that has not passed, the nearest first, and the newest others."""
    return reading.open_notices(context["request"].commune)


@register.inclusion_tag("news/_featured_articles.html", takes_context=True)
def featured_articles(context: Context) -> dict[str, Any]:
    """One large article and up to four more, chosen by the editors."""
    return {"articles": reading.featured(context["request"].commune)}


@register.inclusion_tag("news/_category_blocks.html", takes_context=True)
def category_blocks(context: Context) -> dict[str, Any]:
    """The newest articles of every category in the menu."""
    return {"blocks": reading.newest_per_category(context["request"].commune)}


@register.inclusion_tag("news/_list_head.html", takes_context=True)
def list_head(context: Context, title: str, description: str = "", number: int = 1) -> dict[str, Any]:
    """What a list says of itself to machines; every page `number` of it is an address of its own."""
    request = context["request"]
    address = request.build_absolute_uri(request.path + (f"?trang={number}" if number > 1 else ""))
    return {"title": title, "description": description, "address": address, "site": context["site"]}


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
    """The text of an article under its `cover`, its pictures in the sizes and formats a browser may choose from."""
    return renditions.in_text(body, is_below=bool(cover))


@register.filter
def media_url(name: str) -> str:
    """The address of a stored file."""
    return default_storage.url(name)


@register.filter
def file_kind(name: str) -> str:
    """PDF, DOCX, XLSX"""
    return name.rsplit(".", 1)[-1].upper()
