"""The way to a portal that citizens find of use: its steps, each with its state, until all are done."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from communes.models import Commune, SiteIdentity
from section import FirstStep, sections
from trail.recording import Kind, record
from upkeep import report
from upkeep.tasks import registered_tasks

# Whoever sets up a portal.
RIGHT = "communes.change_siteidentity"
# Of the identity, what citizens look for and the law asks of a portal.
NEEDED = ("agency", "responsible_editor", "address", "phone", "email")
IN_TROUBLE = (report.Standing.FAILED, report.Standing.LATE)


def steps_of(user: AbstractUser) -> list[FirstStep]:
    """Every step in the commune `user` works for, in order."""
    steps = [step for section in sections().values() for step in section.first_steps(user)]
    return sorted(steps, key=lambda step: step.place)


def steps_on_desk(user: AbstractUser) -> dict[str, Any]:
    """For the desk of those who set up the portal: the steps as long as one is open, or that they were put away."""
    if not user.has_perm(RIGHT):
        return {}
    if _are_away(user.commune):
        return {"first_steps_are_away": True}
    steps = steps_of(user)
    return {} if all(step.is_done for step in steps) else {"first_steps": steps}


@require_http_methods(["GET", "HEAD", "POST"])
def first_steps(request: HttpRequest) -> HttpResponse:
    """The page of the steps; POST has the portal do what a step offers, or puts them away from the desk and back."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    steps = steps_of(request.user)
    if request.method == "POST":
        if (wish := request.POST.get("desk")) in ("away", "shown"):
            _set_on_desk(request, is_shown=wish == "shown")
            return redirect("admin:index")
        offers = [step for step in steps if step.offer and str(step.place) == request.POST.get("step")]
        for step in offers:
            step.offer.take(request)
            messages.success(request, gettext("Done: %(step)s.") % {"step": step.title})
        return redirect("admin:first_steps")
    context = admin.site.each_context(request) | {
        "title": gettext("First steps"),
        "steps": steps,
        "next_step": next((step for step in steps if not step.is_done), None),
        "are_away": _are_away(request.commune),
        "portal_address": request.commune.origin,
    }
    return TemplateResponse(request, "admin/desk/first_steps.html", context)


def _are_away(commune: Commune) -> bool:
    """Asked of the database: what a process knows of a commune may be some seconds old."""
    return not Commune.objects.filter(pk=commune.pk, shows_first_steps=True).exists()


def _set_on_desk(request: HttpRequest, *, is_shown: bool) -> None:
    with transaction.atomic():
        Commune.objects.filter(pk=request.commune.pk).update(shows_first_steps=is_shown)
        record(Kind.CHANGE, request, about=request.commune, after={"shows_first_steps": is_shown})


def first_steps_of_the_shell(user: AbstractUser) -> list[FirstStep]:
    """What the portal names itself by, and whether it runs as it should."""
    site = SiteIdentity.objects.filter(commune=user.commune).first()
    fields = {name: SiteIdentity._meta.get_field(name).verbose_name for name in NEEDED}
    missing = [str(label) for name, label in fields.items() if site is None or not getattr(site, name)]
    rows = report.rows(registered_tasks(), timezone.now())
    troubled = [str(row.task.title) for row in rows if row.standing in IN_TROUBLE]
    has_run = any(row.state.started_at for row in rows)
    return [
        FirstStep(
            place=10,
            title=_("Identity"),
            why=_("Name, agency, who is responsible, where the agency is: it stands on every page."),
            address=reverse("admin:communes_siteidentity_changelist"),
            is_done=not missing,
            state=gettext("Missing: %(fields)s") % {"fields": ", ".join(missing)} if missing else str(site),
        ),
        FirstStep(
            place=60,
            title=_("Checks"),
            why=_("Whether the portal does by itself what it has to; the page says what an operator should mend."),
            address=reverse("admin:upkeep_taskstate_changelist"),
            is_done=has_run and not troubled,
            state=_state_of_tasks(has_run=has_run, troubled=troubled),
        ),
    ]


def _state_of_tasks(*, has_run: bool, troubled: list[str]) -> str:
    if troubled:
        return gettext("Not in order: %(tasks)s") % {"tasks": ", ".join(troubled)}
    return gettext("Everything that recurs is in order") if has_run else gettext("Nothing has run yet: wait a minute")
