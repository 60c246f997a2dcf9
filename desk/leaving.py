"""Somebody leaves: a colleague takes over the open work, the memberships in the commune end, the log says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people import name_of
from communes.idle import is_last
from communes.models import Commune, Membership
from section import OpenWork, sections
from trail.recording import Kind, record


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return name_of(person)


class TakerForm(forms.Form):
    taker = PersonField(
        queryset=None,
        label=_("Who takes over"),
        help_text=_("A colleague who may write what is handed over. As its new author, they do not approve it."),
    )

    def __init__(self, *args: Any, person: User, commune: Commune, is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.commune = person, commune
        here = Membership.objects.current().filter(commune=commune).values("user")
        colleagues = User.objects.filter(pk__in=here, is_active=True, is_staff=True).exclude(pk=person.pk)
        self.fields["taker"].queryset = colleagues.order_by("first_name", "last_name", "pk")
        self.fields["taker"].required = is_needed

    def clean_taker(self) -> User | None:
        """Whoever could not open the work would not find it, and nobody else would either."""
        taker: User | None = self.cleaned_data["taker"]
        if taker is not None:
            taker.commune = self.commune
            reasons = [work.refusal(work.rows(self.person, self.commune), self.person, taker) for work in open_work()]
            if reasons := list(dict.fromkeys(filter(None, reasons))):
                advice = gettext("Choose another colleague, or give them that right first.")
                raise ValidationError([*reasons, advice])
        return taker


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who takes over, and do it. For whoever may change the person's account."""
    people = admin.site.get_model_admin(User)
    person = people.get_object(request, str(pk))
    if person is None or not person.memberships.filter(commune=request.commune).exists():
        raise Http404
    if person == request.user or not people.has_change_permission(request, person):
        raise PermissionDenied
    found = [(work, work.rows(person, request.commune).count()) for work in open_work()]
    is_needed = any(count for _work, count in found)
    sent = request.POST if request.method == "POST" else None
    form = TakerForm(sent, person=person, commune=request.commune, is_needed=is_needed)
    if request.method == "POST" and form.is_valid():
        if is_last(person, timezone.now()):
            form.add_error(
                None, gettext("Nobody else could manage the accounts: give that right to a colleague first.")
            )
        else:
            leave(request, person, form.cleaned_data["taker"])
            text = gettext("%(person)s has left: the work is handed over.") % {"person": name_of(person)}
            messages.success(request, text)
            return redirect("admin:accounts_user_changelist")
    context = admin.site.each_context(request) | {
        "title": gettext("Leaving"),
        "subtitle": name_of(person),
        "person": person,
        "found": [(work.title, count) for work, count in found if count],
        "form": form,
        "works_elsewhere": person.memberships.exclude(commune=request.commune).exists(),
    }
    return render(request, "admin/desk/leaving.html", context)


def open_work() -> list[OpenWork]:
    """Every kind of work that can be handed over."""
    return [work for section in sections().values() for work in section.open_work]


@transaction.atomic
def leave(request: HttpRequest, person: User, taker: User | None) -> None:
    """Hand the open work of `person` in the commune to `taker`, and end what they are there; all or nothing.

    The account is disabled unless its person works for another commune too.
    """
    commune = request.commune
    handed: dict[str, int] = {}
    for work in open_work():
        rows = work.rows(person, commune)
        if taker and (count := rows.count()):
            handed[str(work.title)] = count
            work.give(rows, person, taker)
    yesterday = timezone.localdate() - timedelta(days=1)
    memberships = Membership.objects.filter(user=person, commune=commune)
    groups = [str(membership.group) for membership in memberships.current().select_related("group")]
    memberships.filter(begins_on__gt=yesterday).delete()
    memberships.current().update(ends_on=yesterday)
    if not person.memberships.exclude(commune=commune).exists():
        person.is_active = False
        person.save(update_fields=["is_active"])
    record(
        Kind.HANDOVER,
        request,
        about=person,
        before={"groups": groups, "is_active": True},
        after={"taker": name_of(taker) if taker else "", "work": handed, "is_active": person.is_active},
    )
