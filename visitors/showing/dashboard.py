"""The administrator's view of the numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from communes.models import Commune
from spreadsheet import FORMATS, Sheet
from trail.exports import recorded_download
from visitors import samples
from visitors.counting.presence import memo
from visitors.models import Dimension
from visitors.showing.labels import label_of
from visitors.showing.periods import EARLIEST, PeriodForm, asked
from visitors.showing.statistics import (
    LONGEST_DAILY,
    Breakdown,
    Point,
    Span,
    breakdown,
    closed_months,
    page_hours,
    page_names,
    points,
    sum_of,
)

VIEWS, VISITS, REQUESTS = gettext_lazy("Page views"), gettext_lazy("Visits"), gettext_lazy("Requests")
# The tables of the page in reading order: slug in addresses, dimension, what is counted.
TABLES = {
    "pages": (Dimension.PAGE, VIEWS),
    "entries": (Dimension.ENTRY, VISITS),
    "sources": (Dimension.SOURCE, VISITS),
    "referrers": (Dimension.REFERRER, VISITS),
    "devices": (Dimension.DEVICE, VISITS),
    "browsers": (Dimension.BROWSER, VISITS),
    "systems": (Dimension.SYSTEM, VISITS),
    "languages": (Dimension.LANGUAGE, VISITS),
    "bots": (Dimension.BOT, REQUESTS),
    "excluded": (Dimension.EXCLUDED, REQUESTS),
}
ROWS = 10  # of each table on the page; an export has all
HEAT_LEVELS = 8


@dataclass
class Row:
    """One line of a table."""

    name: str
    address: str
    total: int
    percent: float


@dataclass
class Table:
    """One dimension as it is printed."""

    slug: str
    title: str
    unit: str
    rows: list[Row]


@dataclass
class Heat:
    """One cell of the heat map; level 0 is empty, HEAT_LEVELS the busiest."""

    hour: int
    views: int
    level: int


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("visitors.view_statistics"):
        raise PermissionDenied


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    _check_permission(request)
    now = timezone.localtime()
    form = PeriodForm(asked(request.GET))
    span = form.span(now.date())
    compared = form.compared(span)
    commune = request.commune.pk
    closed = closed_months(commune)
    current, *others = points(commune, [span, compared] if compared else [span], closed)
    before = others[0] if others else []
    shares = breakdown(commune, span, closed)
    curve = samples.curve(commune, now - timedelta(hours=24), now)
    numbers = memo.known_numbers(commune)
    return TemplateResponse(
        request,
        "admin/visitors/dashboard.html",
        {
            **admin.site.each_context(request),
            "title": _("Visitor statistics"),
            "form": form,
            "span": span,
            "compared": compared,
            "query": request.GET.urlencode(),
            "numbers": numbers,
            "points": pair(current, before),
            "by_month": span.length > LONGEST_DAILY,
            "sum": sum_of(current),
            "before": sum_of(before) if compared else None,
            "curve": curve,
            "heat": heat_map(shares),
            "hours": range(24),
            "tables": tables(request.commune, shares, ROWS),
            "month": span.last.replace(day=1),
            "may_correct": request.user.has_perm("visitors.add_strike"),
            "may_see_corrections": request.user.has_perm("visitors.view_strike"),
        },
    )


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Who is online at this moment, for the running display."""
    _check_permission(request)
    numbers = memo.known_numbers(request.commune.pk)
    if numbers is None:
        return JsonResponse({"error": "unavailable"}, status=503, headers={"Retry-After": "10"})
    return JsonResponse({"online": numbers.online, "staff": numbers.staff, "today": numbers.today})


@require_safe
def export(request: HttpRequest, what: str, kind: str) -> HttpResponse:
    """One table of the page as CSV or XLSX, complete."""
    _check_permission(request)
    form = PeriodForm(asked(request.GET))
    span = form.span(timezone.localdate())
    if kind not in FORMATS or (what not in TABLES and what not in ("days", "hours", "page-hours")):
        raise Http404
    commune = request.commune.pk
    closed = closed_months(commune)
    if what == "days":
        sheet = _days_sheet(*points(commune, [span], closed))
    elif what == "hours":
        sheet = _hours_sheet(breakdown(commune, span, closed))
    elif what == "page-hours":
        span = Span.ending(span.last, min(span.length, LONGEST_DAILY))  # more would not fit a sheet
        sheet = _page_hours_sheet(request.commune, page_hours(commune, span))
    else:
        (table,) = tables(request.commune, breakdown(commune, span, closed), None, only={what})
        sheet = Sheet(table.title, [table.title, str(table.unit), "%"], _share_rows(table))
    return recorded_download(request, sheet, kind, f"{what}-{span.first:%Y%m%d}-{span.last:%Y%m%d}")


@require_safe
def month_report(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """One month on two sheets of A4, for those who decide."""
    _check_permission(request)
    try:
        first = date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    today = timezone.localdate()
    if first > today or year < EARLIEST:
        raise Http404
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    previous = first - timedelta(days=1)
    commune = request.commune.pk
    closed = closed_months(commune)
    days, before = points(commune, [Span(first, last), Span(previous.replace(day=1), previous)], closed)
    shares = breakdown(commune, Span(first, last), closed)
    return TemplateResponse(
        request,
        "admin/visitors/month_report.html",
        {
            **admin.site.each_context(request),
            "title": _("Monthly report on visits"),
            "first": first,
            "last": last,
            "is_running": last >= today,
            "days": days,
            "highest": max((day.visits for day in days), default=0),
            "sum": sum_of(days),
            "before": sum_of(before),
            "busiest": max(days, key=lambda day: day.visits),
            "tables": tables(request.commune, shares, ROWS, only={"pages", "sources", "referrers", "devices"}),
            "previous": previous.replace(day=1),
            "next": last + timedelta(days=1),
        },
    )


def pair(current: list[Point], before: list[Point]) -> list[tuple[Point, Point | None]]:
    """Each point beside the one of the compared period that has its place."""
    return [(point, before[place] if place < len(before) else None) for place, point in enumerate(current)]


def tables(commune: Commune, shares: Breakdown, limit: int | None, only: Iterable[str] = TABLES) -> list[Table]:
    """The dimensions as tables, with the names of pages looked up once for all of them."""
    chosen = [(slug, *TABLES[slug]) for slug in TABLES if slug in set(only)]
    tops = {slug: shares.top(dimension, limit) for slug, dimension, _unit in chosen}
    paged = (Dimension.PAGE, Dimension.ENTRY)
    pages = (share.value for slug, dimension, _unit in chosen if dimension in paged for share in tops[slug])
    names = page_names(pages, commune)
    return [
        Table(
            slug,
            str(dimension.label),
            unit,
            [
                Row(*names.get(share.value, (label_of(dimension, share.value), "")), share.total, share.percent)
                for share in tops[slug]
            ],
        )
        for slug, dimension, unit in chosen
    ]


def heat_map(shares: Breakdown) -> list[tuple[str, list[Heat]]]:
    """Weekdays with their 24 hours, each with a level that the style sheet colours."""
    hours = shares.hours()
    highest = max(max(day) for day in hours)
    return [
        (
            WEEKDAYS[weekday],
            [Heat(hour, views, -(-views * HEAT_LEVELS // highest) if highest else 0) for hour, views in enumerate(day)],
        )
        for weekday, day in enumerate(hours)
    ]


def _days_sheet(found: list[Point]) -> Sheet:
    columns = [
        _("Day"),
        _("Daily visitors"),
        _("Visits"),
        _("Page views"),
        _("Page views by staff"),
        _("Requests by bots"),
        _("Most online at once"),
        _("Time of the peak"),
        _("Corrected"),
    ]
    rows = [[*point[:7], point.peak_at, point.corrected_at] for point in found]
    return Sheet(_("Visits by day"), columns, rows)


def _hours_sheet(shares: Breakdown) -> Sheet:
    rows = [[str(WEEKDAYS[weekday]), *day] for weekday, day in enumerate(shares.hours())]
    return Sheet(_("Page views by weekday and hour"), [_("Weekday"), *(f"{hour}:00" for hour in range(24))], rows)


def _page_hours_sheet(commune: Commune, rows: list[tuple[datetime, str, int]]) -> Sheet:
    names = page_names((page for _hour, page, _views in rows), commune)
    cells = [[hour, *names.get(page, (label_of(Dimension.PAGE, page), "")), views] for hour, page, views in rows]
    return Sheet(_("Views of each page by hour"), [_("Time"), _("Page"), _("Address"), _("Page views")], cells)


def _share_rows(table: Table) -> list[list[Any]]:
    return [[row.name, row.total, round(row.percent, 2)] for row in table.rows]
