"""What is stored about people, as the admin shows it: each span with the task that ends it and its last run."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from section import holdings
from upkeep import report
from upkeep.tasks import registered_tasks


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """The register, for those who see the self-test."""
    if not request.user.has_perm("upkeep.operate"):
        raise PermissionDenied
    tasks = {row.task.name: row for row in report.rows(registered_tasks(), timezone.now())}
    context = {
        **admin.site.each_context(request),
        "title": gettext("Personal data"),
        "rows": [(holding, tasks[holding.task] if holding.task else None) for holding in holdings()],
    }
    return TemplateResponse(request, "admin/desk/personal_data.html", context)
