"""A password or code once more, before people, rights, exports of ballots or keys are touched.

Somebody who finds a browser signed in can read, but takes nothing over. It is asked on the page that was wanted: a form
that was sent too late goes on with its values.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import events, factors, guessing, sessions
from accounts.access.codes import use_code
from accounts.access.paused import paused
from accounts.models import User
from section import sections

# Pages of the shell; sections add theirs. A list is read without, its actions are not done without.
CONFIRMED = frozenset(
    {
        *(f"admin:accounts_user_{page}" for page in ("changelist", "add", "change", "delete", "invitation")),
        "account_profile",
        *("admin:auth_user_password_change", "admin:accounts_factorreset_person", "admin:leaving"),
        *(f"admin:auth_group_{page}" for page in ("changelist", "add", "change", "delete")),
        *(f"admin:communes_commune_{page}" for page in ("changelist", "add", "change", "open")),
        *("admin:communes_siteidentity_add", "admin:communes_siteidentity_change"),
    }
)
_TOKEN = "csrfmiddlewaretoken"


class ProofForm(forms.Form):
    """One field for either; the name keeps it out of the pages that give back what a form held."""

    password_or_code = forms.CharField(
        label=_("Your password, or a code"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.has_factor = factors.has_factor(request.user)
        if not self.has_factor:
            self.fields["password_or_code"].label = gettext("Your password")

    def clean_password_or_code(self) -> str:
        text = self.cleaned_data["password_or_code"]
        user = self.request.user
        if self.has_factor and text.strip().isdecimal() and _code_is_good(self.request, user, text.strip()):
            self.method = "mfa"
        elif get_adapter().reauthenticate(user, text):
            self.method = "password"
        else:
            raise ValidationError(gettext("That is not right."))
        return text


def asked(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, or None where the request may go on; what was asked for is then taken out of its form."""
    match = request.resolver_match
    if match.view_name not in _confirmed() or (match.view_name.endswith("_changelist") and request.method != "POST"):
        return None
    if is_fresh(request):
        return None
    is_answer = request.method == "POST" and "password_or_code" in request.POST
    form = ProofForm(request, request.POST if is_answer else None)
    if is_answer and form.is_valid():
        record_authentication(request, request.user, form.method, reauthenticated=True)
        sessions.begin_anew(request)
        events.proved_again(request, request.user)
        return _go_on(request)
    return _page(request, form)


def renewing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of allauth on which its owner proves again who they are: the session then has another key, as above."""

    @wraps(view)
    def renewed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = len(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []))
        response = view(request, *args, **kwargs)
        if len(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])) > before:
            sessions.begin_anew(request)
        return response

    return renewed


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or gave a password or code, a short while ago."""
    moments = [
        record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")
    ]
    return bool(moments) and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _confirmed() -> frozenset[str]:
    return frozenset().union(*(section.confirmed for section in sections().values()))


def _go_on(request: HttpRequest) -> HttpResponse | None:
    form = request.POST.copy()
    del form["password_or_code"]
    if not form.keys() - {_TOKEN}:  # a page was asked for, not a form sent
        return redirect(request.get_full_path())
    request.POST = form
    return None


def _page(request: HttpRequest, form: ProofForm) -> HttpResponse:
    left_out = {_TOKEN, "password_or_code"}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        # A password typed for another account does not travel through a page.
        if name not in left_out and "password" not in name
    ]
    passkeys = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    query = urlencode({"next": request.get_full_path()})
    context = {
        **admin.site.each_context(request),
        "title": gettext("Confirm that it is you"),
        "form": form,
        "fields": fields,
        "is_form": bool(fields),
        "files": [upload.name for _name, uploads in request.FILES.lists() for upload in uploads],
        "passkey_url": "" if fields or not passkeys.exists() else f"{reverse('mfa_reauthenticate_webauthn')}?{query}",
    }
    response = render(request, "accounts/confirm_here.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _code_is_good(request: HttpRequest, user: User, code: str) -> bool:
    try:
        attempt = guessing.begin(request, user.get_username(), guessing.CODE)
    except guessing.TooEarlyError as early:
        events.code_refused(request, user)
        raise ImmediateHttpResponse(paused(request, early.seconds)) from early
    if use_code(user, code) is None:
        events.code_failed(request, user)
        return False
    attempt.succeeded()
    return True
