"""Signing in, and what is kept of it for how long."""

from datetime import datetime, time, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from serving.clientaddress import client_address
from trail.recording import Kind, record
from upkeep.tasks import Task

# Addresses and browsers of those who signed in or tried to: long enough to look into a misuse.
SIGN_INS_KEPT = timedelta(days=90)


def login_address(request: HttpRequest) -> str:
    """The address that counts failed sign-ins; forged headers do not change it."""
    return str(client_address(request.META))


def record_sign_in(request: HttpRequest, name: str) -> None:
    """A line of the audit log after somebody tried to sign in with `name`: `request` says whether it went well.

    Tries that are not even looked at, because of those before them, add none: a stranger cannot fill the table.
    """
    if request.user.is_authenticated:
        record(Kind.SIGN_IN, request)
    elif not getattr(request, "axes_locked_out", False):
        record(Kind.SIGN_IN_FAILED, request, about=name)


def delete_expired_sessions(at: datetime) -> int:
    """Delete the sessions that ended before `at`; returns how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def delete_old_sign_ins(at: datetime) -> int:
    """Delete what is known of sign-ins, and of failed ones, longer than SIGN_INS_KEPT before `at`; returns how many."""
    records = [AccessAttempt, AccessFailureLog, AccessLog]
    return sum(model.objects.filter(attempt_time__lt=at - SIGN_INS_KEPT).delete()[0] for model in records)


TASKS = [
    Task(
        name="accounts-sessions",
        title=_("Delete expired sessions"),
        rhythm=time(3, 10),
        run=delete_expired_sessions,
        deletes=True,
    ),
    Task(
        name="accounts-sign-ins",
        title=_("Delete records of sign-ins older than 90 days"),
        rhythm=time(3, 20),
        run=delete_old_sign_ins,
        deletes=True,
    ),
]
