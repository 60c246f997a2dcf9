"""The agenda and the reports in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from datefields import DayField
from news import rights
from news.models import Article
from news.newsroom import desk
from news.newsroom.reports import numbers
from spreadsheet import FORMATS
from trail.exports import recorded_download

CLOCK_TOLERANCE = 5  # seconds between the server's clock and the database's


class ReportForm(forms.Form):
    """The days of a report; without one, or with one that cannot be read, the usual ones are meant."""

    tu = DayField(label=_lazy("From day"), required=False)
    den = DayField(label=_lazy("To day"), required=False)


@require_safe
def article_agenda(request: HttpRequest) -> HttpResponse:
    """What goes live or ends in the next 14 days, and whether the clocks agree."""
    _require_staff_of_news(request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database_now = cursor.fetchone()[0]
    now = timezone.now()
    appearing, ending = desk.agenda(request.user, now)
    context = admin.site.each_context(request) | {
        "title": _("Agenda of the next 14 days"),
        "appearing": appearing,
        "ending": ending,
        "now": now,
        "zone": timezone.get_current_timezone_name(),
        "clocks_differ": abs((database_now - now).total_seconds()) > CLOCK_TOLERANCE,
        "database_now": database_now,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/agenda.html", context)


@require_safe
def article_reports(request: HttpRequest) -> HttpResponse:
    """Tables for leaders, from the day `?tu=` to the day `?den=`; `?tep=csv|xlsx&bang=0…2` exports one."""
    if rights.categories_of(request.user, rights.PUBLISH) == set():
        raise PermissionDenied
    first, last = numbers.month_span(timezone.localdate())
    form = ReportForm(request.GET if {"tu", "den"} & request.GET.keys() else {"tu": first, "den": last})
    days = form.cleaned_data if form.is_valid() else {}
    since, until = days.get("tu") or first, days.get("den") or last
    commune = request.commune
    tables = [
        numbers.articles_by_author(commune, since, until),
        numbers.quiet_categories(commune),
        numbers.to_check_again(commune),
    ]
    if kind := request.GET.get("tep"):
        number = request.GET.get("bang", "0")
        if kind not in FORMATS or number not in {"0", "1", "2"}:
            raise Http404
        return recorded_download(request, tables[int(number)], kind, f"bao-cao-{until:%Y-%m-%d}")
    context = admin.site.each_context(request) | {
        "title": _("Reports"),
        "tables": tables,
        "form": form,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/reports.html", context)


def _require_staff_of_news(request: HttpRequest) -> None:
    if not request.user.has_perm("news.view_article"):
        raise PermissionDenied
