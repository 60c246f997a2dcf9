"""How long a session lasts, and what its owner may still do in it.

Twelve hours after the sign-in it ends, whatever was done; that of somebody who may publish, manage people or see
ballots also after an hour in which nothing was sent. Whoever must set up a second factor and has not is led to where
that is done, and is nobody anywhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access import factors
from accounts.models import Person, User

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(minutes=60)
# Between two notes of when something was last sent: each is a row written.
NOTED_EVERY = timedelta(minutes=1)

BEGAN, SEEN = "signed_in_at", "seen_at"  # seconds since 1970
# The header by which a script says that nobody pressed or typed anything (static/js/editor-autosave.js and others).
UNATTENDED = "X-Unattended"
GetResponse = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session whose owner has just signed in, which counts as having proved who they are."""
    request.session[BEGAN] = request.session[SEEN] = time.time()
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if records:
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records[:-1], records[-1] | {"reauthenticated": True}]


def seconds_left(request: HttpRequest, user: User) -> int:
    """Seconds until the session of `user`, who is signed in, ends; 0 or less when it has."""
    now, session = time.time(), request.session
    left = session.get(BEGAN, 0) + LONGEST.total_seconds() - now
    if factors.is_entrusted(user):
        left = min(left, session.get(SEEN, 0) + LONGEST_IDLE.total_seconds() - now)
    return int(left)


def begin_anew(request: HttpRequest) -> None:
    """Give the session another key, once its owner has proved again who they are: the one before is nobody's."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def renewed(request: HttpRequest) -> None:
    """List the session under its new key after a change of the password, which ends all others."""
    UserSession.objects.create_from_request(request)


def can_last(request: HttpRequest, seconds: int) -> bool:
    """Whether a sign of life lengthens a session that has `seconds` left: its day is not what ends it."""
    return seconds < int(request.session.get(BEGAN, 0) + LONGEST.total_seconds() - time.time())


def entitled(get_response: GetResponse) -> GetResponse:
    """End sessions that are over, and keep those out who must set up a second factor first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or getattr(request, "commune", None) is None:
            return get_response(request)
        if not request.path.startswith(reverse("admin:index")):
            request.user = SimpleLazyObject(partial(_entitled, request, request.user))
            return get_response(request)
        if request.user.is_authenticated:
            if seconds_left(request, request.user) <= 0:
                logout(request)
                request.user = _nobody(request)
            else:
                _note(request)
                request.factor_due_at = factors.due_at(request.user)
                if _is_over(request.factor_due_at) and not _is_open(request.path):
                    return redirect("mfa_index")
        return get_response(request)

    return middleware


def _entitled(request: HttpRequest, user: Person) -> Person:
    """`user`, where the session lasts and no second factor is missing; else nobody."""
    if user.is_authenticated and (seconds_left(request, user) <= 0 or _is_over(factors.due_at(user))):
        return _nobody(request)
    return user


def _nobody(request: HttpRequest) -> AnonymousUser:
    nobody = AnonymousUser()
    nobody.commune = request.commune
    return nobody


def _is_over(due: datetime | None) -> bool:
    return due is not None and due <= timezone.now()


def _note(request: HttpRequest) -> None:
    """Note that somebody is there, unless a page left open sent the request by itself, which its script says."""
    if UNATTENDED in request.headers or (request.path == reverse("account_time_left") and request.method != "POST"):
        return
    if time.time() - request.session.get(SEEN, 0) > NOTED_EVERY.total_seconds():
        request.session[SEEN] = time.time()


def _is_open(path: str) -> bool:
    """Whether somebody without the second factor they need may be there."""
    return path.startswith(reverse("mfa_index")) or path in {reverse("admin:login"), reverse("admin:logout")}
