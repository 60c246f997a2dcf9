"""The self-test page: does the clock go, and what has each task done?"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from readonlyadmin import ReadOnlyAdmin
from upkeep import checks, report
from upkeep.models import Leader, TaskState
from upkeep.tasks import registered_tasks


@admin.register(TaskState)
class SelfTestAdmin(ReadOnlyAdmin):
    """The entry "self-test" of the work desk opens the page; rows are the clock's and never edited."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: TaskState | None = None) -> bool:
        return request.user.has_perm("upkeep.operate")

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            pattern: URLPattern = path(route, self.admin_site.admin_view(view), name=name)
            return pattern

        return [
            page("", self.self_test, "upkeep_taskstate_changelist"),
            page("<slug:name>/chay-ngay/", self.start_task, "upkeep_start_task"),
        ]

    @method_decorator(require_safe)
    def self_test(self, request: HttpRequest) -> HttpResponse:
        """Who leads the clock, and how each task stands."""
        self._require_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Self-test"),
            "opts": self.opts,
            "leader": Leader.objects.current(),
            "clocks": report.clocks(timezone.now()),
            "checks": checks.look_at(checks.registered_checks()),
            "rows": report.rows(registered_tasks(), timezone.now()),
        }
        return TemplateResponse(request, "admin/upkeep/self_test.html", context)

    @method_decorator(require_POST)
    def start_task(self, request: HttpRequest, name: str) -> HttpResponse:
        """Have the leader of the clock start one task at its next turn; the history says who wanted it."""
        self._require_permission(request)
        task = next((task for task in registered_tasks() if task.name == name), None)
        if task is None:
            raise Http404
        state = TaskState.objects.ask(task, str(request.user)[:150], timezone.now())
        self.log_change(request, state, gettext_noop("Asked for a run at once."))
        messages.success(
            request, _("“%(task)s” starts within a few seconds. Reload this page to see it.") % {"task": task.title}
        )
        return redirect("admin:upkeep_taskstate_changelist")

    def _require_permission(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
