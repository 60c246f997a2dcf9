"""Writing a poll: the question, its choices and its times on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from psycopg2.errorcodes import DEADLOCK_DETECTED, EXCLUSION_VIOLATION

from communes.hosts import table
from communes.models import Commune
from communes.work import public_link
from formrows import LabelledRowForm, RowFormSet
from polls import exports, tally
from polls.auditing.audit import audit
from polls.auditing.guards import guard_faults
from polls.casting import identity
from polls.chart import chart
from polls.models import Choice, Poll, Question
from polls.upkeep import bursts
from spreadsheet import FORMATS
from trail.exports import recorded_download
from trash.admin.throwing import TrashableAdmin
from vietnamese import format_datetime_12h, format_number

WIDE = AdminTextInputWidget(attrs={"class": "vLargeTextField"})
# What the log's first hash is made of; the database refuses to change it once there are votes.
DEFINITION = ("title", "max_choices")


class LineForm(LabelledRowForm):
    """One choice or aspect; a new line has no number yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["position"] = None


class OrderedFormSet(RowFormSet):
    """Lines without a number follow in the order they are written in."""

    def clean(self) -> None:
        super().clean()
        last = 0
        for form in self.kept_forms():
            position = form.cleaned_data.get("position") or last + 1
            form.instance.position = last = position

    def kept_forms(self) -> list:
        return [
            form
            for form in self.forms
            if form.is_valid() and (form.has_changed() or form.instance.pk) and not form.cleaned_data.get("DELETE")
        ]


class ChoiceFormSet(OrderedFormSet):
    def clean(self) -> None:
        super().clean()
        if self.instance.is_locked():
            return  # the choices are shown, not sent back
        kept = len(self.kept_forms())
        if not any(self.errors) and kept < 2:
            raise ValidationError(gettext("A poll needs at least two choices."))
        if not any(self.errors) and kept < self.instance.max_choices:
            raise ValidationError(gettext("There are fewer choices than one person may tick."))


class DefinitionInline(admin.TabularInline):
    """Part of what is asked: who may write the poll may write it, until the first vote."""

    form = LineForm
    extra = 0
    formfield_overrides = {models.CharField: {"widget": WIDE}}

    def has_view_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        return request.user.has_perm("polls.view_poll") or request.user.has_perm("polls.change_poll")

    def has_add_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        if obj is None:
            return request.user.has_perm("polls.add_poll")
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        return request.user.has_perm("polls.change_poll") and not (obj and obj.is_locked())

    def has_delete_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        return self.has_change_permission(request, obj)


class ChoiceInline(DefinitionInline):
    model = Choice
    formset = ChoiceFormSet
    fields = ("label", "score", "position")

    def get_extra(self, request: HttpRequest, obj: Poll | None = None, **kwargs: Any) -> int:
        return 0 if obj else 5


class QuestionInline(DefinitionInline):
    model = Question
    formset = OrderedFormSet
    fields = ("text", "position")
    verbose_name_plural = _("aspects to rate (only for a poll that rates several)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).exclude(text="")


@admin.register(Poll)
class PollAdmin(TrashableAdmin):
    records_changes = True
    list_display = ("title", "state", "times", "is_portal", "people", "waiting", "result_link")
    search_fields = ("title",)
    actions = ("clone", "throw_selected")
    take_back_fields = ("is_portal",)
    formfield_overrides = {
        models.CharField: {"widget": WIDE},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})},
    }
    inlines = (ChoiceInline, QuestionInline)
    fieldsets = (
        (None, {"fields": ("title", "introduction", "max_choices")}),
        (_("When and where"), {"fields": ("opens_at", "closes_at", "is_portal", "results_visibility")}),
        (_("Comments"), {"fields": ("takes_comments",)}),
        (
            _("Many ballots from one network"),
            {"fields": ("free_ballots", "proven_ballots"), "classes": ("collapse",)},
        ),
    )

    class Media:
        css = {"all": ("css/polls-admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Poll]:
        return super().get_queryset(request).with_ballot_count().with_quarantined_count()

    def get_readonly_fields(self, request: HttpRequest, obj: Poll | None = None) -> tuple[str, ...]:
        return DEFINITION if obj and obj.is_locked() else ()

    def has_delete_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_locked())

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """As Django's; of two people who claim the place on every page at once, the second reads who has it.

        Both forms were valid when they were checked. The database lets one through, and by then the
        form's own check knows it: asked again, it says so at the field.
        """
        arguments = (request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(*arguments)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in {EXCLUSION_VIOLATION, DEADLOCK_DETECTED}:
                raise
        return super().changeform_view(*arguments)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        poll = form.instance
        if poll.is_locked():
            return
        # Every poll asks at least one question; without aspects it is the title.
        if poll.questions.exclude(text="").exists():
            poll.questions.filter(text="").delete()
        elif not poll.questions.exists():
            poll.questions.create(text="", position=1)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("may-dung-chung/", view(self.shared_computer), name="polls_poll_shared_computer"),
            path("<int:pk>/ket-qua/", view(self.results), name="polls_poll_results"),
            path("<int:pk>/phieu.<str:kind>", view(self.ballots), name="polls_poll_ballots"),
            *super().get_urls(),
        ]

    def shared_computer(self, request: HttpRequest) -> HttpResponse:
        """Mark the browser this is opened in as one that many people vote with, or as one person's again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        # Browsers give a mark back to the host that set it.
        elsewhere = None if _is_at_host_of(request.commune, request) else request.commune
        if request.method == "POST" and elsewhere is None:
            is_shared = request.POST.get("shared") == "1"
            response = redirect("admin:polls_poll_changelist")
            identity.mark_shared(response, shared=is_shared)
            if is_shared:
                text = gettext("This browser is a shared computer now. Sign out before citizens use it.")
            else:
                text = gettext("This browser is one person's again.")
            self.message_user(request, text, messages.SUCCESS)
            return response
        context = self.admin_site.each_context(request) | {
            "title": gettext("Shared computer"),
            "opts": self.opts,
            "turn": identity.TURN,
            "elsewhere": elsewhere and public_link(elsewhere, request.path),
        }
        status = 409 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/polls/poll/shared_computer.html", context, status=status)

    def results(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The result with its course over time; a POST recounts and verifies, or closes an alert."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        poll = get_object_or_404(Poll.objects.of(request.commune), pk=pk)
        may_judge = request.user.has_perm("polls.judge_ballot")
        if "close_alert" in request.POST:
            if not may_judge:
                raise PermissionDenied
            Poll.objects.of(request.commune).filter(pk=pk).update(alert_closed_at=timezone.now())
            return redirect("admin:polls_poll_results", pk)
        per_day = tally.days(poll)
        is_audited = request.method == "POST"
        context = self.admin_site.each_context(request) | {
            "title": gettext("Result and proof"),
            "opts": self.opts,
            "poll": poll,
            "results": tally.results(poll),
            "quarters": tally.quarters(poll) if poll.choices.filter(score__isnull=False).exists() else [],
            "days": per_day,
            "chart": chart(per_day),
            "bursts": bursts(poll),
            "report": audit(poll) if is_audited else None,
            "guard_faults": guard_faults() if is_audited else [],
            "may_judge": may_judge,
            "is_alerted": Poll.objects.of(request.commune).alerted().filter(pk=pk).exists(),
            "may_see_ballots": request.user.has_perm("polls.view_ballot"),
            "public_address": public_link(request.commune, reverse("polls:results", args=[pk])),
        }
        return TemplateResponse(request, "admin/polls/poll/results.html", context)

    def ballots(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Every ballot, without what tells voters apart, as a file for officers."""
        if not request.user.has_perm("polls.view_ballot"):
            raise PermissionDenied
        poll = get_object_or_404(Poll.objects.of(request.commune), pk=pk)
        if kind not in FORMATS:
            raise Http404
        return recorded_download(request, exports.ballots(poll), kind, f"phieu-{poll.pk}", about=poll)

    def view_on_site(self, poll: Poll) -> str | None:
        commune = table.commune(poll.commune_id) or poll.commune
        return public_link(commune, poll.get_absolute_url()) if poll.is_published() else None

    @admin.display(description=_("state"))
    def state(self, poll: Poll) -> str:
        if poll.is_closed():
            return gettext("closed")
        return gettext("open") if poll.is_open() else gettext("not open yet")

    @admin.display(description=_("time"), ordering="opens_at")
    def times(self, poll: Poll) -> str:
        start = format_datetime_12h(poll.opens_at)
        return f"{start} – {format_datetime_12h(poll.closes_at)}" if poll.closes_at else f"{start} –"

    @admin.display(description=_("people"), ordering="ballot_count")
    def people(self, poll: Poll) -> str:
        return format_number(poll.ballot_count)

    @admin.display(description=_("in quarantine"), ordering="quarantined_count")
    def waiting(self, poll: Poll) -> str:
        return format_number(poll.quarantined_count)

    @admin.display(description=_("result"))
    def result_link(self, poll: Poll) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:polls_poll_results", args=[poll.pk]), gettext("See"))

    @admin.action(description=_("Copy the selected polls, without votes"), permissions=["add"])
    def clone(self, request: HttpRequest, queryset: QuerySet[Poll]) -> HttpResponse | None:
        copies = [poll.clone() for poll in queryset]
        message = ngettext(
            "%(count)s poll was copied. The copy opens in a week; set its times.",
            "%(count)s polls were copied. The copies open in a week; set their times.",
            len(copies),
        )
        self.message_user(request, message % {"count": len(copies)}, messages.SUCCESS)
        if len(copies) == 1:
            return redirect(reverse("admin:polls_poll_change", args=[copies[0].pk]))
        return None


def _is_at_host_of(commune: Commune, request: HttpRequest) -> bool:
    place = table.find(request.get_host())
    return place is not None and place.commune == commune
