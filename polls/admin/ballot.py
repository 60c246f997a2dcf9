"""The officers' desk: ballots in quarantine, the log, comments, shared networks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Trim
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import name_of
from communes.rowadmin import CommuneRowAdmin, OfCommuneAdmin, RelatedOfCommuneFilter
from polls.auditing.judging import judge
from polls.course import course
from polls.models import Ballot, Comment, Event, NetworkAllowance, Status
from polls.models.ballot import Hex
from readonlyadmin import ReadOnlyAdmin
from textfields import MultilineFormField
from trail.recording import Kind, Subject, record
from vietnamese import format_datetime_12h

# Letters of a network's name that are shown.
NAME = 6
NETWORK = re.compile(r"[0-9a-f]{3,32}")


class ReasonForm(forms.Form):
    reason = MultilineFormField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the log, with your account name, and cannot be changed later."),
    )


class StatusFilter(admin.SimpleListFilter):
    """Opens with the quarantine: that is what officers come for."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("all", _("All")), *((value, label) for value, label in Status.choices if value != Status.QUARANTINED)]

    def choices(self, changelist: Any) -> Any:
        first = True
        for choice in super().choices(changelist):
            if first:
                choice["display"] = Status.QUARANTINED.label
                first = False
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ballot]) -> QuerySet[Ballot]:
        if self.value() == "all":
            return queryset
        return queryset.filter(status=self.value() or Status.QUARANTINED)


class NetworkFilter(admin.SimpleListFilter):
    """Shown once a network is chosen in a line or searched for: there are too many to list."""

    title = _("network")
    parameter_name = "network"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        name = request.GET.get(self.parameter_name, "")
        return [(name, name[:NAME])] if NETWORK.fullmatch(name) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ballot]) -> QuerySet[Ballot]:
        return queryset.of_network(self.value()) if self.value() else queryset


@admin.register(Ballot)
class BallotAdmin(ReadOnlyAdmin, OfCommuneAdmin):
    list_display = ("__str__", "poll", "status", "doubt", "ticks", "network", "created_at")
    list_filter = (StatusFilter, "doubt", "created_at", NetworkFilter, ("poll", RelatedOfCommuneFilter))
    # Ids and names of networks: see get_search_results.
    search_fields = ("pk",)
    search_help_text = _("The number of a ballot, or the beginning of a network's name as the list shows it")
    date_hierarchy = "created_at"
    list_select_related = ("poll",)
    actions = ("release", "void")
    fields = ("poll", "status", "doubt", "ticks", "network", "created_at", "history")
    readonly_fields = ("ticks", "network", "history")

    class Media:
        css = {"all": ("css/polls-admin.css",)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ballot], search_term: str
    ) -> tuple[QuerySet[Ballot], bool]:
        """Ballots by number (“#17”, “17”) or by network (“3fa9”)."""
        word = search_term.strip().lower()
        if not word:
            return queryset, False
        number = word.removeprefix("#")
        by_number = (
            queryset.filter(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
        )
        if word.startswith("#") or not NETWORK.fullmatch(word):
            return by_number if by_number is not None else queryset.none(), False
        found = queryset.of_network(word)
        return found if by_number is None else found | by_number.alias(
            network_name=Hex("net_hash"), area_name=Hex("area_hash")
        ), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As Django's, with a picture of the listed ballots over time above the list."""
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and (changelist := (response.context_data or {}).get("cl")):
            response.context_data["course"] = course(changelist.queryset)
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ballot]:
        return super().get_queryset(request).prefetch_related("selections__choice", "selections__question")

    def has_judge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("polls.judge_ballot")

    @admin.display(description=_("choices"))
    def ticks(self, ballot: Ballot) -> str:
        return "; ".join(
            f"{tick.question.text}: {tick.choice}" if tick.question.text else str(tick.choice)
            for tick in ballot.selections.all()
        )

    @admin.display(description=_("network"))
    def network(self, ballot: Ballot) -> str:
        """Short names of network and area: ballots of one poll share them, and they tell nothing more."""
        names = [bytes(value).hex() for value in (ballot.net_hash, ballot.area_hash) if value]
        links = [(f"?status=all&network={name}", name[:NAME]) for name in names]
        return format_html_join(" · ", '<a href="{}">{}</a>', links) if links else "–"

    @admin.display(description=_("log"))
    def history(self, ballot: Ballot) -> str:
        lines = [
            " · ".join(
                filter(
                    None,
                    [
                        format_datetime_12h(event.created_at),
                        event.get_kind_display(),
                        event.officer_name or event.officer,
                        event.note,
                    ],
                )
            )
            for event in with_officer_names(ballot.events.order_by("position"))
        ]
        return "\n".join(lines)

    @admin.action(description=_("Release from quarantine: count them"), permissions=["judge"])
    def release(self, request: HttpRequest, queryset: QuerySet[Ballot]) -> HttpResponse | None:
        return self._judge(request, queryset, Event.Kind.RELEASE)

    @admin.action(description=_("Declare void: do not count them"), permissions=["judge"])
    def void(self, request: HttpRequest, queryset: QuerySet[Ballot]) -> HttpResponse | None:
        return self._judge(request, queryset, Event.Kind.VOID)

    def _judge(self, request: HttpRequest, queryset: QuerySet[Ballot], kind: Event.Kind) -> HttpResponse | None:
        if not self.has_judge_permission(request):
            raise PermissionDenied
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {
                "title": capfirst(kind.label),
                "opts": self.opts,
                "form": form,
                "kind": kind.value,
                "ballots": queryset,
                "select_across": request.POST.get("select_across") == "1",
                "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/polls/ballot/judge.html", context)
        ids = list(queryset.values_list("pk", flat=True))
        decided = judge(ids, kind, request.user, form.cleaned_data["reason"], timezone.now())
        message = ngettext("%(count)s ballot was decided on.", "%(count)s ballots were decided on.", decided)
        self.message_user(request, message % {"count": decided}, messages.SUCCESS)
        if left := len(ids) - decided:
            message = ngettext(
                "%(count)s ballot was left alone: its status does not fit or somebody else decided.",
                "%(count)s ballots were left alone: their status does not fit or somebody else decided.",
                left,
            )
            self.message_user(request, message % {"count": left}, messages.WARNING)
        return None


def with_officer_names(events: QuerySet[Event]) -> QuerySet[Event]:
    """The log names accounts, which is what it can prove; people read names, as far as the account is still there."""
    full_name = Trim(Concat("last_name", Value(" "), "first_name", output_field=CharField()))
    return events.annotate(
        officer_name=Subquery(User.objects.filter(username=OuterRef("officer")).values_list(full_name)[:1])
    )


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin, OfCommuneAdmin):
    list_display = ("position", "poll", "kind", "ballot", "status", "who_decided", "note", "created_at")
    list_filter = ("kind", ("poll", RelatedOfCommuneFilter))
    list_select_related = ("poll", "ballot")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return with_officer_names(super().get_queryset(request))

    @admin.display(description=Event._meta.get_field("officer").verbose_name, ordering="officer")
    def who_decided(self, event: Event) -> str:
        return event.officer_name or event.officer


@admin.register(Comment)
class CommentAdmin(OfCommuneAdmin):
    list_display = ("__str__", "poll", "status", "has_reply", "created_at")
    list_filter = ("status", ("ballot__poll", RelatedOfCommuneFilter))
    list_select_related = ("ballot__poll",)
    search_fields = ("text", "reply")
    actions = ("publish", "hide")
    fields = ("text", "poll", "created_at", "status", "reply", "officer", "replied_at")
    readonly_fields = ("text", "poll", "created_at", "officer", "replied_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    @admin.display(description=_("poll"), ordering="ballot__poll")
    def poll(self, comment: Comment) -> str:
        return str(comment.ballot.poll)

    # Not the field itself: Django would link it to an account that only administrators may open.
    @admin.display(description=Comment._meta.get_field("replied_by").verbose_name)
    def officer(self, comment: Comment) -> str:
        return name_of(comment.replied_by)

    @admin.display(description=_("reply"), boolean=True)
    def has_reply(self, comment: Comment) -> bool:
        return comment.reply != ""

    def save_model(self, request: HttpRequest, obj: Comment, form: Any, change: bool) -> None:  # noqa: FBT001
        if "reply" in form.changed_data:
            obj.replied_by = request.user if obj.reply else None
            obj.replied_at = timezone.now() if obj.reply else None
        obj.save(update_fields=["status", "reply", "replied_by", "replied_at"])

    @admin.action(description=_("Show the selected comments"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._set_status(request, queryset, Comment.Status.PUBLISHED)

    @admin.action(description=_("Do not show the selected comments"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._set_status(request, queryset, Comment.Status.HIDDEN)

    def _set_status(self, request: HttpRequest, queryset: QuerySet[Comment], status: Comment.Status) -> None:
        kind = Kind.PUBLISH if status == Comment.Status.PUBLISHED else Kind.WITHDRAW
        with transaction.atomic():
            chosen = list(queryset.values_list("pk", flat=True))
            changed = Comment.objects.of(request.commune).filter(pk__in=chosen).update(status=status)
            for number in chosen:  # without a citizen's words, which may be erased before the line is
                record(kind, request, about=Subject(f"#{number}", Comment._meta.label_lower, str(number)))
        self.message_user(
            request,
            gettext("%(count)s comments: %(status)s.") % {"count": changed, "status": status.label},
            messages.SUCCESS,
        )


@admin.register(NetworkAllowance)
class NetworkAllowanceAdmin(CommuneRowAdmin):
    records_changes = True
    list_display = ("label", "network", "free_ballots", "proven_ballots")
    search_fields = ("label", "network")
