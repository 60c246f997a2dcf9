"""The self-test page: does the clock go, and what has each task done?"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.mail import get_connection, send_mail
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

# Seconds that whoever presses the button waits for the mail server.
PATIENCE = 10


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
            page("gui-thu-thu/", self.send_test_mail, "upkeep_test_mail"),
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

    @method_decorator(require_POST)
    def send_test_mail(self, request: HttpRequest) -> HttpResponse:
        """Send a mail to whoever asks, past the outbox, and say at once what the server answered."""
        self._require_permission(request)
        address = request.user.email if request.user.is_authenticated else ""
        if not settings.EMAIL_HOST:
            messages.error(request, _("No mail server is named, so nothing can be sent."))
        elif not address:
            messages.error(request, _("Your account has no e-mail address to send a test mail to."))
        else:
            try:
                send_mail(
                    _("Test mail of the portal"),
                    _("This mail was asked for on the self-test page. Nothing is to be done."),
                    None,
                    [address],
                    connection=get_connection(timeout=PATIENCE),
                )
            except OSError as error:
                messages.error(request, _("The mail server did not take the test mail: %(error)s") % {"error": error})
            else:
                messages.success(
                    request,
                    _("The mail server took a test mail to %(address)s. Look whether it arrives, among the junk too.")
                    % {"address": address},
                )
        return redirect("admin:upkeep_taskstate_changelist")

    def _require_permission(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
