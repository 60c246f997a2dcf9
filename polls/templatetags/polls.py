"""The poll in the frame of every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext, ngettext

from polls.models import Poll
from vietnamese import format_number

register = template.Library()


@register.inclusion_tag("polls/_portal_poll.html", takes_context=True)
def portal_poll(context: Context) -> dict[str, Any]:
    """The open poll that is shown on every page, if there is one: two queries, three with several aspects."""
    poll = Poll.objects.of(context["request"].commune).with_ballot_count().current()
    if poll is None:
        return {"poll": None}
    questions = list(poll.questions.all())
    is_plain = len(questions) == 1 and poll.max_choices == 1
    return {"poll": poll, "questions": questions, "choices": poll.choices.all() if is_plain else None}


@register.filter
def voters(count: int) -> str:
    """518 → “518 người đã bình chọn”"""
    return ngettext("%(number)s person has voted", "%(number)s people have voted", count) % {
        "number": format_number(count)
    }


@register.filter
def iso(moment: datetime) -> str:
    """A moment as the filters of the admin's lists read it from an address."""
    return moment.isoformat()


@register.filter
def score(value: float | None) -> str:
    """4.256 → “4,3”"""
    return "" if value is None else format_number(value, 1)


@register.filter
def quarter(day: date) -> str:
    """A day of October 2026 → “Quý 4/2026”"""
    return gettext("Quarter %(number)s/%(year)s") % {"number": (day.month + 2) // 3, "year": day.year}
