"""Pages of hours, receptions, work schedules and contact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from communes.models import Commune
from offices.models import Office
from schedules import feeds, reading
from schedules.models import Session, WorkItem, WorkWeek
from schedules.models.work import monday_of
from schedules.words import rule_in_words
from serving.publiccache import public_page

# A citizen finds this many weeks before the one shown.
WEEKS_LISTED = 8
# What a subscribed calendar holds: weeks back, and days of receptions to come.
FEED_WEEKS = 4
FEED_DAYS = 120
# What has no session comes first: it is of the whole day.
SESSIONS = ["", *Session.values]
MAP = "https://www.openstreetmap.org/search?"


@require_safe
@public_page
def hours(request: HttpRequest) -> HttpResponse:
    """When each office is open, with its state now."""
    offices = reading.open_offices(request.commune)
    context = {
        "offices": offices,
        "structured": _structured(request, offices),
        "page_key": "hours",
    }
    return render(request, "schedules/hours.html", context)


@require_safe
@public_page
def contact(request: HttpRequest) -> HttpResponse:
    """Where the agency is and how to reach it; the one-stop centre first."""
    commune = request.commune
    offices = reading.open_offices(commune)
    one_stop = next((found for found in offices if found.office.is_one_stop), None)
    reachable = [office for office in Office.objects.of(commune).shown() if office.telephone or office.email]
    # The one-stop centre has a place of its own when its hours are known; else it is the first of the others.
    reachable = [office for office in reachable if one_stop is None or office != one_stop.office]
    reachable.sort(key=lambda office: not office.is_one_stop)
    context = {
        "one_stop": one_stop,
        "offices": reachable,
        "states": {found.office.pk: found for found in offices},
        "map_address": map_address(commune),
        "structured": _structured(request, offices),
        "page_key": "contact",
    }
    return render(request, "schedules/contact.html", context)


def map_address(commune: Commune) -> str:
    """Where a map shows the agency: the link of the identity, or a search for its address."""
    site = commune.site
    if site.map_url:
        return site.map_url
    return MAP + urlencode({"query": site.address}) if site.address else ""


@require_safe
@public_page
def receptions(request: HttpRequest) -> HttpResponse:
    """Who receives citizens when: the next days, and the rules they come from."""
    commune = request.commune
    found = reading.receptions(commune)
    rules = sorted({meeting.who for meeting in found}, key=lambda rule: (rule.post.position, rule.pk))
    context = {
        "receptions": found,
        "next": next((meeting for meeting in found if not meeting.is_cancelled), None),
        "rules": [(rule, rule_in_words(rule.rule())) for rule in rules],
        "today": reading.today(),
        "page_key": "receptions",
    }
    return render(request, "schedules/receptions.html", context)


@require_safe
@public_page
def receptions_feed(request: HttpRequest) -> HttpResponse:
    """The receptions as a calendar to subscribe to."""
    address = request.build_absolute_uri(reverse("schedules:receptions"))
    meetings = reading.receptions(request.commune, days=FEED_DAYS)
    words = (gettext("Reception of citizens"), gettext("No reception of citizens"))
    events = feeds.reception_events(meetings, _host(request.commune), address, words)
    name = f"{words[0]} – {request.commune.site.agency or request.commune.name}"
    return feeds.answer(name, events, "lich-tiep-cong-dan.ics")


@require_safe
@public_page
def work_schedule(request: HttpRequest) -> HttpResponse:
    """The work schedule of this week; where it is not published, the newest that is."""
    return _work_page(request, monday_of(reading.today()), is_current=True)


@require_safe
@public_page
def work_week(request: HttpRequest, monday: date) -> HttpResponse:
    """The work schedule of one week."""
    get_object_or_404(WorkWeek.objects.of(request.commune).published(), monday=monday)
    return _work_page(request, monday)


def _work_page(request: HttpRequest, monday: date, *, is_current: bool = False) -> HttpResponse:
    published = WorkWeek.objects.of(request.commune).published()
    listed = list(published.order_by("-monday")[:WEEKS_LISTED])
    week = next((row for row in listed if row.monday == monday), None) or published.filter(monday=monday).first()
    title = gettext("Weekly work schedule")
    context = {
        "week": week,
        "days": days_of_week(week) if week else [],
        "missing": gettext("The schedule of this week is not published yet.") if week is None else "",
        "weeks": [row for row in listed if row != week],
        "is_current": is_current,
        "title": title if is_current or week is None else f"{title}: {week.title}",
        "page_key": "workschedule",
    }
    return render(request, "schedules/work_schedule.html", context)


def days_of_week(week: WorkWeek) -> list[tuple[date, list[WorkItem]]]:
    """The days of a week that have something, with their lines in order."""
    days: dict[date, list[WorkItem]] = {}
    for item in sorted(week.items.all(), key=lambda item: (item.weekday, SESSIONS.index(item.session), item.position)):
        item.week = week
        days.setdefault(item.on, []).append(item)
    return list(days.items())


@require_safe
@public_page
def work_feed(request: HttpRequest) -> HttpResponse:
    """The published work schedules as a calendar to subscribe to."""
    commune = request.commune
    since = monday_of(reading.today()) - timedelta(weeks=FEED_WEEKS)
    weeks = WorkWeek.objects.of(commune).published().filter(monday__gte=since)
    items = (
        WorkItem.objects.filter(week__in=weeks).select_related("week").order_by("week__monday", "weekday", "position")
    )
    address = request.build_absolute_uri(reverse("schedules:work_schedule"))
    name = f"{gettext('Weekly work schedule')} – {commune.site.agency or commune.name}"
    return feeds.answer(name, feeds.work_events(items, _host(commune), address), "lich-cong-tac.ics")


def _host(commune: Commune) -> str:
    """What makes the numbers of events those of this commune, whatever its hosts are called."""
    return f"{commune.slug}.cong"


def _structured(request: HttpRequest, offices: list[reading.OpenOffice]) -> dict[str, Any] | None:
    """The one-stop centre for search engines."""
    address = request.build_absolute_uri(reverse("schedules:hours"))
    found = next((office for office in offices if office.office.is_one_stop), None)
    return {"@context": "https://schema.org"} | found.structured(address) if found else None
