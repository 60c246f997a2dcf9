"""The numbers in the chrome of every page, rendered without SQL."""

from __future__ import annotations

from typing import Any

from django import template

from visitors.counting.background import ensure_running
from visitors.counting.pages import mark
from visitors.counting.presence import Numbers, memo

register = template.Library()


@register.inclusion_tag("visitors/_online_count.html")
def online_count() -> dict[str, Any]:
    """“1.876 người đang online”; whoever reads it is one of them. Nothing while nobody knows."""
    numbers = _numbers()
    return {"online": None if numbers is None else max(1, numbers.online)}


@register.inclusion_tag("visitors/_visit_totals.html")
def visit_totals() -> dict[str, Any]:
    """The block with today, yesterday, this week, this month and all time."""
    numbers = _numbers()
    return {"online": None if numbers is None else max(1, numbers.online), "numbers": numbers}


@register.simple_tag
def page_mark(key: str = "") -> str:
    """The signed key of the page for `<body data-page>`; empty for a page without one."""
    return mark(key) if key else ""


@register.inclusion_tag("visitors/_view_image.html")
def view_image(key: str = "") -> dict[str, Any]:
    """Counts the view of a reader without JavaScript."""
    return {"mark": page_mark(key)}


@register.inclusion_tag("visitors/_page_views.html")
def page_views(key: str = "") -> dict[str, Any]:
    """“1.024 lượt xem”, where the office wants it shown and the page has a key."""
    ensure_running()
    return {"views": memo.views(key) if key else None}


def _numbers() -> Numbers | None:
    ensure_running()
    return memo.known_numbers()
