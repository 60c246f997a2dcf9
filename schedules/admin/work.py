"""The weekly work schedule: pasted, looked at, corrected, published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneForm, CommuneRowAdmin
from communes.work import public_link
from formrows import LabelledRowForm, RowFormSet
from schedules.models import WorkItem, WorkWeek
from schedules.models.work import monday_of
from schedules.rules.cells import MOST_CHARACTERS, MOST_ROWS
from schedules.rules.pasting import Fault, Pasted, read
from schedules.views import days_of_week
from trail.recording import Kind, record

# More lines than these that are not understood help nobody.
FAULTS_TOLD = 20


class WorkWeekForm(CommuneForm):
    pasted = forms.CharField(
        label=_("Table from Word or Excel"),
        required=False,
        strip=False,  # an empty first cell is a tab
        widget=forms.Textarea(attrs={"rows": 12, "cols": 110, "class": "schedule-paste", "spellcheck": "false"}),
        help_text=_(
            "Select the whole table in Word or Excel, with its heading, copy it, and paste it here. Columns: day, time, "
            "content, who takes part, place. Merged cells are understood. The lines take the place of those below."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schedule: Pasted | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        text, day = self.cleaned_data.get("pasted", ""), self.cleaned_data.get("monday")
        if text.strip() and day:
            self.schedule = read(text, monday_of(day))
            faults = self.schedule.faults
            for fault in faults[:FAULTS_TOLD]:
                self.add_error("pasted", ValidationError(fault_in_words(fault)))
            if len(faults) > FAULTS_TOLD:
                message = gettext("And %(count)s more lines.") % {"count": len(faults) - FAULTS_TOLD}
                self.add_error("pasted", ValidationError(message))
        return cleaned


def fault_in_words(fault: Fault) -> str:
    """What is wrong with a line of what was pasted."""
    told = {"line": fault.line, "said": " ".join(fault.said.split()), "rows": MOST_ROWS}
    if fault.reason == "empty":
        return gettext("No line of a schedule was found in what was pasted.")
    if fault.reason == "long":
        message = gettext("What was pasted is too long: more than %(count)s characters. Paste the table alone.")
        return message % {"count": f"{MOST_CHARACTERS:,}".replace(",", ".")}
    if fault.reason == "rows":
        return gettext("The table has more than %(rows)s rows. Paste one week alone.") % told
    if fault.reason == "columns":
        return gettext(
            "The columns are not understood. Paste the table with its heading: Thứ ngày, Thời gian, Nội dung, "
            "Thành phần, Địa điểm."
        )
    sentences = {
        "day": gettext("Line %(line)s: “%(said)s” is no day."),
        "other week": gettext("Line %(line)s: “%(said)s” is not in this week."),
        "weekday": gettext("Line %(line)s: weekday and date of “%(said)s” do not go together."),
        "no day": gettext("Line %(line)s: it is not said on which day (%(said)s)."),
        "no content": gettext("Line %(line)s has no content (%(said)s)."),
        "time": gettext("Line %(line)s: “%(said)s” is no time."),
        "cell": gettext("Line %(line)s has a cell that is too long: “%(said)s…”."),
    }
    return sentences[fault.reason] % told


class WorkItemInline(admin.TabularInline):
    model = WorkItem
    form = LabelledRowForm
    formset = RowFormSet
    extra = 0
    fields = ("weekday", "session", "starts_at", "hours", "content", "who", "place")
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 18})},
        models.CharField: {"widget": forms.TextInput(attrs={"size": 10})},
    }

    # Who may write the week may write its lines.

    def has_view_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return request.user.has_perm("schedules.view_workweek") or request.user.has_perm("schedules.change_workweek")

    def has_add_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return self.has_change_permission(request, obj)


def may_write(request: HttpRequest, week: WorkWeek | None) -> bool:
    """Whether the person may change the week: what citizens read changes only who may publish it."""
    is_public = week is not None and week.is_published
    return request.user.has_perm("schedules.change_workweek") and (not is_public or may_publish(request))


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("schedules.publish_workweek")


@admin.register(WorkWeek)
class WorkWeekAdmin(CommuneRowAdmin):
    form = WorkWeekForm
    list_display = ("title", "status", "published_at")
    list_filter = ("status",)
    date_hierarchy = "monday"
    fieldsets = ((None, {"fields": ("monday", "pasted", "note")}),)
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})}}

    class Media:
        css = {"all": ("css/schedules-admin.css",)}

    @admin.display(description=_("week"), ordering="monday")
    def title(self, week: WorkWeek) -> str:
        return week.title

    def get_inlines(self, request: HttpRequest, obj: WorkWeek | None) -> tuple[type[admin.TabularInline], ...]:
        """Of a new week the table is pasted first; its lines are corrected then."""
        return (WorkItemInline,) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: WorkWeek | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_published)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Deleting goes through the page of the week, which knows whether it is published.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/xem-truoc/", view(self.preview), name="schedules_workweek_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The schedule as citizens will see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        week = get_object_or_404(WorkWeek.objects.of(request.commune), pk=pk)
        context = {
            "week": week,
            "days": days_of_week(week),
            "title": week.title,
            "is_preview": True,
            "page_key": "preview",
        }
        return render(request, "schedules/work_schedule.html", context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        week = form.instance
        if form.schedule is not None:
            week.fill(form.schedule.entries, form.schedule.notes)
            message = gettext("%(count)s lines were read. Look at them below, then publish.")
            self.message_user(request, message % {"count": len(form.schedule.entries)}, messages.SUCCESS)
            return
        # What was added by hand follows what there is.
        last = max((item.position for item in week.items.all()), default=0)
        for place, item in enumerate(week.items.filter(position=0), start=last + 1):
            item.position = place
            item.save(update_fields=["position"])

    def response_add(self, request: HttpRequest, obj: WorkWeek, post_url_continue: str | None = None) -> HttpResponse:
        """To the lines that were read, and not to the list."""
        if "_addanother" not in request.POST and "_popup" not in request.POST:
            request.POST = _continuing(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: WorkWeek) -> HttpResponse:
        if "_publish" in request.POST or "_withdraw" in request.POST:
            if not may_publish(request):
                raise PermissionDenied
            request.POST = _continuing(request)
            self._take_step(request, obj)
        return super().response_change(request, obj)

    def _take_step(self, request: HttpRequest, week: WorkWeek) -> None:
        if "_withdraw" in request.POST:
            with transaction.atomic():
                week.withdraw()
                record(Kind.WITHDRAW, request, about=week)
            self.message_user(request, gettext("The schedule is a draft again: citizens no longer see it."))
        elif week.items.exists():
            with transaction.atomic():
                week.publish()
                record(Kind.PUBLISH, request, about=week)
            self.message_user(request, gettext("The schedule is published."), messages.SUCCESS)
        else:
            message = gettext("Nothing is entered for this week: there is nothing to publish.")
            self.message_user(request, message, messages.ERROR)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(request, context | {"may_publish": may_publish(request)}, *args, **kwargs)

    def view_on_site(self, week: WorkWeek) -> str | None:
        return public_link(week.commune, week.get_absolute_url()) if week.is_published else None


def _continuing(request: HttpRequest) -> Any:
    """What was sent, as though “save and continue” had been pressed."""
    sent = request.POST.copy()
    sent["_continue"] = "1"
    return sent
