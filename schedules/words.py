"""What citizens read of hours and rules: whole sentences."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from schedules.models.reception import Nth, Weekday
from schedules.rules.hours import Day, DayKind, State, StateKind
from schedules.rules.meetings import LAST, Rhythm, Rule
from vietnamese import VIETNAM, format_near_date
from vietnamese.clock import format_span, format_time


def state_in_words(state: State) -> str:
    """ "Đang mở cửa, đến 17:00"; "Đã đóng cửa, mở lại 7:30 thứ Hai 30/11"."""
    if state.kind is StateKind.OPEN:
        return gettext("Open until %(time)s") % {"time": _clock(state.until)}
    if state.opens_at is not None and state.opens_at == state.until:
        return _pause_in_words(state.kind) % {"time": _clock(state.opens_at)}
    closed = _closed_in_words(state)
    if state.opens_at is None:
        return closed
    return gettext("%(closed)s, opens again at %(time)s on %(day)s") % {
        "closed": closed,
        "time": _clock(state.opens_at),
        "day": format_near_date(state.opens_at.date()),
    }


def _pause_in_words(kind: StateKind) -> str:
    if kind is StateKind.LUNCH:
        return gettext("Lunch break until %(time)s")
    if kind is StateKind.BREAK:
        return gettext("Closed until %(time)s")
    return gettext("Not open yet, opens at %(time)s today")


def _closed_in_words(state: State) -> str:
    if state.kind is StateKind.HOLIDAY:
        return gettext("Closed for the holiday (%(name)s)") % {"name": state.reason}
    if state.kind is StateKind.DAY_OFF:
        return gettext("Closed today (%(reason)s)") % {"reason": state.reason}
    return gettext("Closed now")


def _clock(moment: datetime) -> str:
    return format_time(moment.astimezone(VIETNAM).time())


def hours_in_words(day: Day) -> str:
    """ "7:30–11:30, 13:30–17:00"; "Nghỉ"."""
    return ", ".join(format_span(*span) for span in day.spans) or gettext("Closed all day")


def reason_of(day: Day) -> str:
    """Why the hours of a day are not those of its week; "" when they are."""
    return "" if day.kind is DayKind.WEEKLY else day.reason


def rule_in_words(rule: Rule) -> str:
    """ "Thứ Ba hằng tuần"; "Thứ Năm thứ nhất của tháng"; "Ngày 15 hằng tháng"."""
    if rule.rhythm is Rhythm.DAY_OF_MONTH:
        return gettext("Every month on day %(day)s") % {"day": rule.day}
    weekday = str(Weekday(rule.weekday).label)
    if rule.rhythm is Rhythm.WEEKLY:
        return gettext("%(weekday)s of every week") % {"weekday": weekday}
    if rule.nth == LAST:
        return gettext("The last %(weekday)s of every month") % {"weekday": weekday}
    return gettext("%(weekday)s, %(nth)s") % {"weekday": weekday, "nth": Nth(rule.nth).label}
