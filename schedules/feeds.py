"""Calendars that a telephone subscribes to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from icalendar import Calendar, Event

from schedules.models import Reception, WorkItem
from schedules.rules.meetings import Meeting
from vietnamese import VIETNAM

# An item without an end is shown as long as this.
USUAL_LENGTH = timedelta(hours=1)
SESSION_HOURS = {
    "morning": (time(7, 30), time(11, 30)),
    "afternoon": (time(13, 30), time(17)),
    "evening": (time(19), time(21)),
}


def answer(name: str, events: Iterable[Event], file_name: str) -> HttpResponse:
    """The calendar `name` with these events as a file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cong//Commune portal//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", VIETNAM.key)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def reception_events(
    meetings: Iterable[Meeting[Reception]], host: str, address: str, words: tuple[str, str]
) -> Iterable[Event]:
    """One event for each span of each reception. `words` are the title and what a cancelled one is called.

    The number of an event is made of its rule, its day by the rule and its span: a moved day moves in the
    calendar of a citizen instead of standing there twice.
    """
    title, cancelled = words
    for meeting in meetings:
        rule = meeting.who
        by_rule = meeting.moved_from or meeting.on
        for place, (opens, closes) in enumerate(meeting.spans):
            event = Event()
            event.add("uid", f"reception-{rule.pk}-{by_rule:%Y%m%d}-{place}@{host}")
            event.add("dtstamp", datetime.combine(by_rule, time.min, VIETNAM))
            event.add("dtstart", datetime.combine(meeting.on, opens, VIETNAM))
            event.add("dtend", datetime.combine(meeting.on, closes, VIETNAM))
            who = meeting.deputy or f"{rule.post.person}, {rule.post.name}"
            event.add("summary", f"{cancelled if meeting.is_cancelled else title}: {who}")
            event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
            event.add("location", rule.place)
            if meeting.reason:
                event.add("description", meeting.reason)
            event.add("url", address)
            yield event


def work_events(items: Iterable[WorkItem], host: str, address: str) -> Iterable[Event]:
    """The lines of published weeks. One without an hour fills its session, one without a session the day."""
    for item in items:
        event = Event()
        event.add("uid", f"work-{item.pk}@{host}")
        event.add("dtstamp", item.week.published_at)
        event.add("summary", item.content.replace("\n", "; "))
        if item.starts_at:
            start = datetime.combine(item.on, item.starts_at, VIETNAM)
            event.add("dtstart", start)
            event.add("dtend", start + USUAL_LENGTH)
        elif item.session:
            begins, ends = SESSION_HOURS[item.session]
            event.add("dtstart", datetime.combine(item.on, begins, VIETNAM))
            event.add("dtend", datetime.combine(item.on, ends, VIETNAM))
        else:
            event.add("dtstart", item.on)
        if item.place:
            event.add("location", item.place.replace("\n", ", "))
        if item.who:
            event.add("description", item.who)
        event.add("url", address)
        yield event
