"""The statistics inside Django's admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from readonlyadmin import ReadOnlyAdmin
from visitors.models import Carryover, Day, Display
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
class CarryoverAdmin(admin.ModelAdmin):
    """Entered once. Django's history of the object keeps who did it and when."""

    fields = ["visits", "until", "origin"]
    list_display = ["origin", "visits", "until", "entered_by", "entered_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Carryover.objects.exists()

    def has_change_permission(self, request: HttpRequest, obj: Carryover | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Carryover | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Carryover, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.entered_by = request.user.get_username()
        obj.save(force_insert=True)


@admin.register(Display)
class DisplayAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Display.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Display | None = None) -> bool:
        return False
