"""Opening hours, other hours on some days, public holidays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from communes.models import Commune
from communes.rowadmin import CommuneRowAdmin, RelatedOfCommuneFilter
from communes.work import public_link
from schedules import reading
from schedules.fields import SpansField, in_words
from schedules.models import ConfirmedYear, Holiday, HoursException, OpeningHours
from schedules.models.opening import WEEKDAYS
from schedules.rules.publicholidays import expected

WIDE = {
    models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
    SpansField: {"widget": AdminTextInputWidget(attrs={"size": 40})},
}


def stretch(begins_on: Any, ends_on: Any) -> str:
    """ "20/11/2026 – 15/4/2027"; open to a side without a day."""
    if begins_on is None and ends_on is None:
        return ""
    if begins_on == ends_on:
        return f"{begins_on:%d/%m/%Y}"
    return " – ".join(f"{day:%d/%m/%Y}" if day else "…" for day in (begins_on, ends_on))


@admin.register(OpeningHours)
class OpeningHoursAdmin(CommuneRowAdmin):
    list_display = ("office", "called", "days", "monday_hours", "saturday_hours")
    list_filter = (("office", RelatedOfCommuneFilter),)
    list_select_related = ("office",)
    search_fields = ("office__name", "name")
    formfield_overrides = WIDE
    fieldsets = (
        (None, {"fields": ("office", ("begins_on", "ends_on"), "name")}),
        (_("Hours"), {"fields": WEEKDAYS}),
        (_("For citizens"), {"fields": ("note",)}),
    )

    @admin.display(description=_("name"))
    def called(self, hours: OpeningHours) -> str:
        return hours.name or gettext("usual hours")

    @admin.display(description=_("time"))
    def days(self, hours: OpeningHours) -> str:
        return stretch(hours.begins_on, hours.ends_on) or gettext("all year")

    @admin.display(description=_("Monday"))
    def monday_hours(self, hours: OpeningHours) -> str:
        return in_words(hours.monday) or gettext("Closed all day")

    @admin.display(description=_("Saturday"))
    def saturday_hours(self, hours: OpeningHours) -> str:
        return in_words(hours.saturday) or gettext("Closed all day")

    def view_on_site(self, hours: OpeningHours) -> str:
        return public_link(hours.commune, reverse("schedules:hours"))


@admin.register(HoursException)
class HoursExceptionAdmin(CommuneRowAdmin):
    list_display = ("days", "who", "in_hours", "reason")
    list_filter = (("office", RelatedOfCommuneFilter),)
    list_select_related = ("office",)
    search_fields = ("reason",)
    formfield_overrides = WIDE
    fieldsets = ((None, {"fields": (("begins_on", "ends_on"), "office", "hours", "reason")}),)

    @admin.display(description=_("time"), ordering="begins_on")
    def days(self, exception: HoursException) -> str:
        return stretch(exception.begins_on, exception.ends_on)

    @admin.display(description=_("office"))
    def who(self, exception: HoursException) -> str:
        return str(exception.office or gettext("All offices"))

    @admin.display(description=_("hours"))
    def in_hours(self, exception: HoursException) -> str:
        return in_words(exception.hours) or gettext("Closed all day")


@admin.register(Holiday)
class HolidayAdmin(CommuneRowAdmin):
    """The days off; a year is filled with those that are expected, corrected, and confirmed."""

    list_display = ("name", "days")
    search_fields = ("name",)
    formfield_overrides = WIDE

    class Media:
        css = {"all": ("css/schedules-admin.css",)}

    fieldsets = ((None, {"fields": ("name", ("begins_on", "ends_on"))}),)

    @admin.display(description=_("time"), ordering="begins_on")
    def days(self, holiday: Holiday) -> str:
        return stretch(holiday.begins_on, holiday.ends_on)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:year>/dien/", view(require_POST(self.fill)), name="schedules_holiday_fill"),
            path("<int:year>/xac-nhan/", view(require_POST(self.confirm)), name="schedules_holiday_confirm"),
            path("<int:year>/mo-lai/", view(require_POST(self.reopen)), name="schedules_holiday_reopen"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        years = [_Year(request.commune, year) for year in shown_years()]
        context = {"years": years, "may_confirm": self.has_change_permission(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def fill(self, request: HttpRequest, year: int) -> HttpResponse:
        """Enter the expected days of a year that nobody entered yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        _known(year)
        added = 0
        with transaction.atomic():
            held = Holiday.objects.of(request.commune).filter(begins_on__year__lte=year, ends_on__year__gte=year)
            taken = [(row.begins_on, row.ends_on) for row in held]
            for run in expected(year):
                if not any(begins <= run.ends_on and run.begins_on <= ends for begins, ends in taken):
                    Holiday.objects.create(
                        commune=request.commune, name=run.name, begins_on=run.begins_on, ends_on=run.ends_on
                    )
                    added += 1
        message = gettext(
            "%(count)s holidays of %(year)s were entered as they are expected. "
            "Correct them by the government's announcement, then confirm the year."
        )
        self.message_user(request, message % {"count": added, "year": year}, messages.SUCCESS)
        return redirect("admin:schedules_holiday_changelist")

    def confirm(self, request: HttpRequest, year: int) -> HttpResponse:
        """The days of the year are entered as they were decided."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        _known(year)
        if not _days_of(request.commune, year).exists():
            message = gettext("No holiday of %(year)s is entered. Enter the days first.")
            self.message_user(request, message % {"year": year}, messages.ERROR)
            return redirect("admin:schedules_holiday_changelist")
        ConfirmedYear.objects.get_or_create(commune=request.commune, year=year, defaults={"confirmed_by": request.user})
        message = gettext("The days off of %(year)s are confirmed.")
        self.message_user(request, message % {"year": year}, messages.SUCCESS)
        return redirect("admin:schedules_holiday_changelist")

    def reopen(self, request: HttpRequest, year: int) -> HttpResponse:
        """The year is no longer confirmed: the expected days hold again beside those that are entered."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        ConfirmedYear.objects.of(request.commune).filter(year=year).delete()
        return redirect("admin:schedules_holiday_changelist")


class _Year:
    """A year in the head of the list."""

    def __init__(self, commune: Commune, year: int) -> None:
        self.year = year
        confirmed = ConfirmedYear.objects.holding(commune).filter(year=year)
        self.is_confirmed = confirmed.exists()
        self.is_own = confirmed.filter(commune=commune).exists()
        self.has_days = _days_of(commune, year).exists()


def shown_years() -> list[int]:
    """The years that staff see to: this one and the next."""
    year = reading.today().year
    return [year, year + 1]


def _known(year: int) -> None:
    if year not in shown_years():
        raise Http404


def _days_of(commune: Commune, year: int) -> QuerySet[Holiday]:
    return Holiday.objects.holding(commune, date(year, 1, 1), date(year, 12, 31))
