"""Hours and receptions for pages and for the home page."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

import vietnamese
from communes.templatetags.heads import script_data
from schedules import reading, words
from schedules.fields import in_words
from vietnamese.clock import format_time

register = template.Library()


@register.inclusion_tag("schedules/_one_stop_hours.html", takes_context=True)
def one_stop_hours(context: Context) -> dict[str, Any]:
    """The one-stop centre with its state and today's hours; nothing where no hours are known."""
    return {"open": reading.one_stop(context["request"].commune)}


@register.inclusion_tag("schedules/_next_reception.html", takes_context=True)
def next_reception(context: Context) -> dict[str, Any]:
    """Who receives citizens next; nothing where nobody does."""
    return {"meeting": reading.next_reception(context["request"].commune), "today": reading.today()}


@register.filter
def near_date(day: date) -> str:
    """thứ Hai 30/11"""
    return vietnamese.format_near_date(day)


@register.filter
def weekday(day: date) -> str:
    """thứ Hai"""
    return vietnamese.format_weekday(day)


@register.filter
def spans(times: list[time]) -> str:
    """7:30–11:30, 13:30–17:00"""
    return in_words(times)


@register.filter
def clock(moment: time | None) -> str:
    """7:30"""
    return format_time(moment) if moment else ""


@register.filter
def hours_of(day: Any) -> str:
    """The hours of a day of a timetable, or that it is closed."""
    return words.hours_in_words(day)


@register.filter
def reason_of(day: Any) -> str:
    """Why they are not those of its week."""
    return words.reason_of(day)


@register.filter
def of_office(found: dict[int, Any], pk: int) -> Any:
    """The hours of an office among those of all."""
    return found.get(pk)


@register.filter
def linked_data(data: Any) -> SafeString:
    """JSON-LD, safe inside a script element."""
    return script_data(data)
