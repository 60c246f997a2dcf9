"""Where a page stands, and what it is called in other languages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from communes.templatetags import heads
from news.links import outgoing
from pages.models import Page

register = template.Library()


@register.inclusion_tag("pages/_page_trail.html", takes_context=True)
def page_trail(context: Context) -> dict[str, Any]:
    """The pages above this one, and itself."""
    above = [part for page in context.get("trail", ()) for part in (page.title, page.get_absolute_url())]
    return heads.trail(context, *above, context["article"].title)


@register.inclusion_tag("pages/_language_links.html", takes_context=True)
def language_links(context: Context) -> dict[str, Any]:
    """For search engines, the addresses of the same page in every language there is; each page names all (hreflang)."""
    page, request = context["article"], context["request"]
    same = [page, *context["languages"]] if context["languages"] else []
    return {"pages": [(other.language, request.build_absolute_uri(other.get_absolute_url())) for other in same]}


@register.filter
def description_of(page: Page) -> str:
    """The summary, or the beginning of the text."""
    return outgoing.description_of(page)
