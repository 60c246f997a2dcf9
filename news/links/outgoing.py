"""What an article says of itself to machines, and how it is printed and kept."""

from __future__ import annotations

import base64
import io
import json
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from news.models import Article
from richtext import plain_text

DESCRIPTION = 200  # characters
# Attribute by attribute: what one holds is never taken for another tag, or searched again from every "<" in it.
_MEDIA_SOURCE = re.compile(r'(<img(?: [a-z-]+="[^"]*")*? src=")([^"]+)(")')
_MIME = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "avif": "image/avif"}
# Characters that end a script element early, written as JSON escapes.
_JSON_SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def description_of(article: Article) -> str:
    """The summary, or the beginning of the text."""
    text = article.summary or plain_text(article.body)
    return text if len(text) <= DESCRIPTION else text[:DESCRIPTION].rsplit(" ", 1)[0] + "…"


def structured_data(
    article: Article, address: str, picture: str | None, publisher: str, author: str | None = None
) -> SafeString:
    """schema.org NewsArticle as JSON-LD, safe inside a script element. `author` is the address of the author's page."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": article.title,
        "description": description_of(article),
        "inLanguage": "vi",
        "articleSection": article.category.name,
        "publisher": {"@type": "GovernmentOrganization", "name": publisher},
        "author": (
            {"@type": "Person", "name": article.byline} | ({"url": author} if author else {})
            if article.byline
            else {"@type": "GovernmentOrganization", "name": publisher}
        ),
    }
    if article.published_at:
        data["datePublished"] = iso(article.published_at)
        data["dateModified"] = iso(changed_at(article) or article.published_at)
    if picture:
        data["image"] = [picture]
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_JSON_SAFE))


def changed_at(article: Article) -> datetime | None:
    """When citizens were last told of a change; silent corrections do not make an article newer."""
    notes = getattr(article, "note_list", [])
    return datetime.fromisoformat(notes[0]["at"]) if notes else None


def iso(moment: datetime) -> str:
    """2024-03-28T14:28:00+07:00: with the offset, to the second."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


@lru_cache(maxsize=512)  # a code takes milliseconds to draw, more than the rest of the page
def qr_code(address: str) -> SafeString:
    """The address as an inline SVG, for the saved page."""
    return mark_safe(segno.make(address, error="m").svg_inline(scale=3, border=0, svgclass=None, lineclass=None))


def qr_image(address: str) -> bytes:
    """The address as an SVG file, for the printed page."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="svg", scale=3, border=0, svgclass=None, lineclass=None)
    return file.getvalue()


def embedded_pictures(html: SafeString) -> SafeString:
    """`html` with the portal's own pictures inside it, for a file that needs nothing else.

    An ordinary string is text and comes back escaped.
    """
    html = conditional_escape(html)
    return mark_safe(_MEDIA_SOURCE.sub(lambda match: f"{match[1]}{_data_address(match[2])}{match[3]}", html))


def embedded_style(name: str) -> str:
    """A style sheet of the portal as an address that holds it."""
    content = Path(finders.find(name)).read_bytes()
    return f"data:text/css;base64,{base64.b64encode(content).decode()}"


def _data_address(address: str) -> str:
    prefix = default_storage.url("")
    name = address.removeprefix(prefix)
    kind = _MIME.get(name.rsplit(".", 1)[-1].lower())
    if name == address or kind is None or not default_storage.exists(name):
        return address
    with default_storage.open(name) as file:
        return f"data:{kind};base64,{base64.b64encode(file.read()).decode()}"
