"""The administrator's view of the numbers."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visitors.presence import memo
from visitors.statistics import Span, closed_months, points, sum_of


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("visitors.view_statistics"):
        raise PermissionDenied


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    _check_permission(request)
    today = timezone.localdate()
    days = points(Span.ending(today, 30), closed_months())
    return TemplateResponse(
        request,
        "admin/visitors/dashboard.html",
        {
            **admin.site.each_context(request),
            "title": _("Visitor statistics"),
            "numbers": memo.numbers(),
            "points": days,
            "sum": sum_of(days),
            "last_week": next((day for day in days if day.starts_on == today - timedelta(days=7)), None),
        },
    )


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Who is online at this moment, for the running display."""
    _check_permission(request)
    numbers = memo.numbers()
    return JsonResponse({"online": numbers.online, "staff": numbers.staff})
