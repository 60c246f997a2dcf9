"""The numbers in the chrome of every page, of the commune that is asked, rendered without SQL."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from visitors.counting.background import ensure_running
from visitors.counting.pages import mark
from visitors.counting.presence import Numbers, memo

register = template.Library()


@register.inclusion_tag("visitors/_online_count.html", takes_context=True)
def online_count(context: Context) -> dict[str, Any]:
    """“1.876 người đang online”; whoever reads it is one of them. Nothing while nobody knows."""
    numbers = _numbers(context)
    return {"online": None if numbers is None else max(1, numbers.online)}


@register.inclusion_tag("visitors/_visit_totals.html", takes_context=True)
def visit_totals(context: Context) -> dict[str, Any]:
    """The block with today, yesterday, this week, this month and all time."""
    numbers = _numbers(context)
    return {"online": None if numbers is None else max(1, numbers.online), "numbers": numbers}


@register.simple_tag
def page_mark(key: str = "") -> str:
    """The signed key of the page for `<body data-page>`; empty for a page without one."""
    return mark(key) if key else ""


@register.inclusion_tag("visitors/_view_image.html", takes_context=True)
def view_image(context: Context, key: str = "") -> dict[str, Any]:
    """Counts the view of a reader without JavaScript; not of a page in a frame that staff look at."""
    return {"mark": page_mark(key), "is_counted": not context.get("is_framed")}


@register.inclusion_tag("visitors/_page_views.html", takes_context=True)
def page_views(context: Context, key: str = "") -> dict[str, Any]:
    """“1.024 lượt xem”, where the office wants it shown and the page has a key."""
    ensure_running()
    return {"views": memo.views(context["request"].commune.pk, key) if key else None}


def _numbers(context: Context) -> Numbers | None:
    ensure_running()
    return memo.known_numbers(context["request"].commune.pk)
