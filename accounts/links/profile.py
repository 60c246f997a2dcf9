"""People change their own name and e-mail address; a new address is confirmed by a mail to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.access import events, guessing, reentry
from accounts.access.paused import paused
from accounts.links import onetime
from accounts.models import OneTimeLink, Purpose, User
from accounts.people import name_of
from textfields import EmailFormField
from trail.recordedadmin import record_form
from upkeep import outbox
from upkeep.models import Letter

# What the outbox calls mails to a new address.
LETTERS = "accounts.address"


class ProfileForm(forms.ModelForm):
    """What one may change oneself; the name one signs in with is an administrator's to change."""

    email = EmailFormField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A new address is good once you have opened the link that is mailed to it."),
    )

    class Meta:
        model = User
        fields = ("last_name", "first_name")
        labels = {"last_name": _("Family name and middle name"), "first_name": _("Given name")}
        widgets = {
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
        }

    field_order = ("last_name", "first_name", "email")

    def __init__(self, data: Any, user: User) -> None:
        # A row of its own: the page around the form goes on naming the person as they are stored.
        person = User.objects.get(pk=user.pk)
        super().__init__(data, instance=person, initial={"email": person.email})
        for name in ("last_name", "first_name"):
            self.fields[name].required = True


@login_required
def own_profile(request: HttpRequest) -> HttpResponse:
    """The own name and address; a new address waits until it is confirmed."""
    if (page := reentry.asked(request)) is not None:
        return page
    waiting = OneTimeLink.objects.filter(user=request.user, purpose=Purpose.ADDRESS).first()
    if waiting is not None and waiting.is_over():
        waiting = None
    if request.method == "POST" and "forget" in request.POST:
        _forget(request.user)
        return redirect("account_profile")
    form = ProfileForm(request.POST if request.method == "POST" else None, request.user)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            with transaction.atomic():
                if {"last_name", "first_name"} & set(form.changed_data):
                    form.instance.save(update_fields=["last_name", "first_name"])
                    record_form(request, form, is_new=False, only=("last_name", "first_name"))
                if email and email != request.user.email:
                    _ask_for(request, email)
                elif not email and request.user.email:
                    _change_address(request, form.instance, "")
        except guessing.TooEarlyError as early:
            return paused(request, early.seconds)
        if email and email != request.user.email:
            text = gettext(
                "Saved. A mail with a link was sent to %(email)s: open it within a day to confirm the address."
            )
            messages.success(request, text % {"email": email})
        else:
            messages.success(request, gettext("Saved."))
        return redirect("account_profile")
    return TemplateResponse(request, "accounts/profile.html", {"form": form, "waiting": waiting})


@login_required
@sensitive_variables("secret")
def new_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the mail to a new address leads. A button confirms it: programs that look at mails open links themselves."""
    link = onetime.find(Purpose.ADDRESS, secret)
    if link is not None and link.user_id != request.user.pk:
        link = None
    if link is not None and request.method == "POST":
        with transaction.atomic():
            used = onetime.use(Purpose.ADDRESS, secret)
            if used is not None:
                person = User.objects.select_for_update().get(pk=request.user.pk)
                _change_address(request, person, used.email)
                messages.success(request, gettext("Your mails go to %(email)s from now on.") % {"email": used.email})
                return redirect("account_profile")
        link = None
    return TemplateResponse(request, "accounts/new_address.html", {"link": link}, status=200 if link else 404)


def _ask_for(request: HttpRequest, email: str) -> None:
    """Mail a link to the new address, which leads to the commune's own host. Raises TooEarlyError after too many."""
    guessing.begin(request, request.user.get_username(), guessing.MAIL)
    _forget(request.user)
    secret = onetime.make(Purpose.ADDRESS, request.user, email=email, made_by=request.user)
    body = gettext(
        "Hello %(name)s,\n\n"
        "your account “%(username)s” shall have this e-mail address. Confirm it on this page within a day:\n"
        "%(link)s\n\n"
        "If you did not ask for it, nothing is to be done: the account keeps its address."
    ) % {
        "name": name_of(request.user),
        "username": request.user.get_username(),
        "link": request.commune.origin + reverse("account_new_address", args=[secret]),
    }
    outbox.put(gettext("Confirm your new e-mail address"), body, [email], about=LETTERS, number=request.user.pk)


def _change_address(request: HttpRequest, person: User, email: str) -> None:
    before = person.email
    person.email = email
    person.save(update_fields=["email"])
    _forget(person)
    events.address_changed(request, person, before)


def _forget(user: User) -> None:
    """No new address waits any longer."""
    OneTimeLink.objects.filter(user=user, purpose=Purpose.ADDRESS).delete()
    Letter.objects.about(LETTERS).filter(number=user.pk).delete()
