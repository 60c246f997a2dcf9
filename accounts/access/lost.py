"""A lost second factor is removed by two people: one asks, another confirms; the owner hears of both by mail."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import events, factors
from accounts.models import FactorReset, User
from accounts.people import name_of
from readonlyadmin import ReadOnlyAdmin
from section import Pile, Row


def ask(request: HttpRequest, user: User, reason: str) -> FactorReset:
    """Ask that the second factors of `user` be removed; raises ValidationError where the database forbids it."""
    at = timezone.now()
    with transaction.atomic():
        waiting = FactorReset.objects.filter(user=user, decided_at=None).exclude(pk__in=FactorReset.objects.open(at))
        waiting.update(decided_at=at, decided_by=request.user)  # too old to be confirmed
        reset = FactorReset(user=user, asked_by=request.user, asked_at=at, reason=reason)
        reset.full_clean()
        reset.save()
        events.factor_reset_asked(request, reset)
    return reset


def decide(request: HttpRequest, reset: FactorReset, *, confirm: bool) -> None:
    """Remove the factors and end the sessions of the owner, or refuse to; raises ValidationError for the wrong person."""
    with transaction.atomic():
        reset = get_object_or_404(FactorReset.objects.open().select_for_update(), pk=reset.pk)
        reset.decided_by, reset.decided_at, reset.is_confirmed = request.user, timezone.now(), confirm
        reset.full_clean()
        reset.save()
        if not confirm:
            events.factor_reset_refused(request, reset)
            return
        remove_factors(reset.user)
        events.factor_reset_confirmed(request, reset)


def remove_factors(user: User) -> int:
    """Remove every second factor of `user` and end their sessions; how many factors and lists of codes there were."""
    count = Authenticator.objects.filter(user=user).delete()[0]
    for session in UserSession.objects.filter(user=user):
        session.end()
    return count


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """What waits for `user` as the second person."""
    if not user.has_perm("accounts.change_user"):
        return []
    resets = FactorReset.objects.open(at).exclude(asked_by=user).exclude(user=user).select_related("user", "asked_by")
    if not user.is_superuser:
        resets = resets.filter(user__memberships__commune=user.commune).distinct()
    rows = [
        Row(
            name_of(reset.user),
            reverse("admin:accounts_factorreset_person", args=[reset.user_id]),
            note=gettext("asked by %(name)s: %(reason)s") % {"name": name_of(reset.asked_by), "reason": reset.reason},
            moment=reset.asked_at,
        )
        for reset in resets
    ]
    return [Pile(_("Lost second factors"), rows, is_urgent=True)] if rows else []


class ReasonForm(forms.ModelForm):
    class Meta:
        model = FactorReset
        fields = ["reason"]


@admin.register(FactorReset)
class FactorResetAdmin(ReadOnlyAdmin):
    """Who asked and who confirmed, for ever; the page of one person is where it is done."""

    list_display = ("user", "reason", "asked_by", "asked_at", "decided_by", "decided_at", "is_confirmed")
    list_select_related = ("user", "asked_by", "decided_by")
    list_filter = ("is_confirmed",)
    search_fields = ("user__username", "user__last_name", "user__first_name")

    def has_view_permission(self, request: HttpRequest, obj: FactorReset | None = None) -> bool:
        return request.user.has_perm("accounts.change_user")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactorReset]:
        """Of the people whose accounts one sees."""
        people = self.admin_site.get_model_admin(User).get_queryset(request)
        return super().get_queryset(request).filter(user__in=people.values("pk"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.person)
        return [path("nguoi/<int:pk>/", view, name="accounts_factorreset_person"), *super().get_urls()]

    def person(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for one person, confirm what another asked, refuse it, or take back what one asked oneself."""
        people = self.admin_site.get_model_admin(User)
        user = get_object_or_404(people.get_queryset(request), pk=pk)
        if not people.has_change_permission(request, user) or user == request.user:
            raise PermissionDenied
        reset = FactorReset.objects.open().filter(user=user).select_related("asked_by").first()
        form = ReasonForm(request.POST if request.POST.get("step") == "ask" else None)
        if request.method == "POST":
            try:
                if self._take(request, user, reset, form):
                    return redirect("admin:accounts_factorreset_person", pk)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Lost second factor: %(name)s") % {"name": name_of(user)},
            "person": user,
            "has_factor": factors.has_factor(user),
            "reset": reset,
            "is_mine": reset is not None and reset.asked_by == request.user,
            "form": form,
        }
        return TemplateResponse(request, "accounts/lost_factor.html", context)

    def _take(self, request: HttpRequest, user: User, reset: FactorReset | None, form: ReasonForm) -> bool:
        """Do what a button of the page says; whether it was done."""
        step = request.POST.get("step")
        if step == "ask" and reset is None and factors.has_factor(user):
            if form.is_valid():
                ask(request, user, form.cleaned_data["reason"])
                messages.success(
                    request, gettext("Asked for. Another administrator has to confirm it within three days.")
                )
            return form.is_valid()
        if reset is not None and step in ("confirm", "refuse"):
            decide(request, reset, confirm=step == "confirm")
            done = gettext("The second factors are removed; the person sets up new ones at the next sign-in.")
            messages.success(request, done if step == "confirm" else gettext("Nothing was removed."))
            return True
        messages.error(request, gettext("That has changed meanwhile. Nothing was done."))
        return True
