"""The statistics inside Django's admin."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from accounts.people import name_of
from communes.rowadmin import CommuneRowAdmin, OneRowAdmin
from readonlyadmin import ReadOnlyAdmin
from trail.recording import Kind, record
from visitors.correctionform import StrikeForm
from visitors.corrections import strike_out
from visitors.counting.presence import memo
from visitors.models import Carryover, Day, Display, Strike
from visitors.showing import dashboard


@admin.register(Day)
class StatisticsAdmin(ReadOnlyAdmin):
    """The entry "visitor statistics" of the work desk opens the dashboard; rows are never edited."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Day | None = None) -> bool:
        return request.user.has_perm("visitors.view_statistics")

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=name)

        return [
            page("", dashboard.dashboard, "visitors_statistics"),
            page("", dashboard.dashboard, "visitors_day_changelist"),  # where the work desk links to
            page("live/", dashboard.live, "visitors_live"),
            page("export/<slug:what>.<slug:kind>", dashboard.export, "visitors_export"),
            page("month/<int:year>-<int:month>/", dashboard.month_report, "visitors_month_report"),
        ]


@admin.register(Carryover)
class CarryoverAdmin(OneRowAdmin, CommuneRowAdmin):
    """Entered once. Django's history of the object keeps who did it and when."""

    records_changes = True

    fields = ["visits", "until", "origin"]

    def get_fields(self, request: HttpRequest, obj: Carryover | None = None) -> Sequence[str]:
        return self.fields if obj is None else [*self.fields, "entered_by", "entered_at"]

    def has_change_permission(self, request: HttpRequest, obj: Carryover | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Carryover, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.entered_by = name_of(request.user)[:150]
        obj.save(force_insert=True)


@admin.register(Strike)
class StrikeAdmin(CommuneRowAdmin):
    """Corrections are entered and read. The database refuses to change or delete one."""

    form = StrikeForm
    list_display = [
        "reason",
        "scope",
        "begins_at",
        "ends_at",
        "visits",
        "views",
        "record_change",
        "struck_by",
        "struck_at",
    ]
    list_filter = ["scope"]
    search_fields = ["reason", "struck_by"]
    radio_fields = {"scope": admin.VERTICAL}
    fields = ["scope", ("begins_at", "ends_at"), "network", "reason"]
    results = ["visitors", "visits", "views", "record_before", "record_after", "by_day", "struck_by", "struck_at"]

    def has_change_permission(self, request: HttpRequest, obj: Strike | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Strike | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Strike | None = None) -> Sequence[str | tuple[str, ...]]:
        return self.fields if obj is None else [*self.fields, *self.results]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A link may name what is wrong: `?scope=record&moment=…` opens the form with the hour around it."""
        moment = parse_datetime(request.GET.get("moment", ""))
        initial = {"scope": request.GET.get("scope", "")}
        if moment is not None and timezone.is_aware(moment):
            moment = timezone.localtime(moment)
            initial |= {"begins_at": moment - timedelta(minutes=30), "ends_at": moment + timedelta(minutes=30)}
        return initial

    def save_model(self, request: HttpRequest, obj: Strike, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.struck_by = name_of(request.user)[:150]
        strike_out(obj, timezone.now())
        struck = {name: getattr(obj, name) for name in ("scope", "begins_at", "ends_at", "visitors", "visits", "views")}
        record(Kind.STRIKE, request, about=obj, after=struck)
        memo.renew()

    @admin.display(description=gettext_lazy("Record"))
    def record_change(self, strike: Strike) -> str:
        if strike.record_before == strike.record_after:
            return "–"
        return f"{strike.record_before} → {strike.record_after}"


@admin.register(Display)
class DisplayAdmin(OneRowAdmin, CommuneRowAdmin):
    records_changes = True
