"""What is kept of sign-ins, for how long."""

from datetime import datetime, time

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts.access.guessing import FORGOTTEN_AFTER, NETWORK_KNOWN
from accounts.models import FailureCount, KnownNetwork, OneTimeLink, Purpose
from upkeep.tasks import Task


def delete_expired_sessions(at: datetime) -> int:
    """Delete the sessions that ended before `at`, and what was noted of them; returns how many."""
    gone = Session.objects.filter(expire_date__lt=at).delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def delete_old_sign_ins(at: datetime) -> int:
    """Delete counts of failures that no longer count at `at`, and networks that are no longer known; returns how many."""
    counts = FailureCount.objects.filter(failed_at__lt=at - FORGOTTEN_AFTER).delete()[0]
    return counts + KnownNetwork.objects.filter(seen_at__lt=at - NETWORK_KNOWN).delete()[0]


def delete_old_links(at: datetime) -> int:
    """Delete links to new addresses that nobody opened in time; returns how many.

    Invitations stay, so that whoever sent one sees that it was not taken up.
    """
    opened_late = OneTimeLink.objects.filter(
        purpose=Purpose.ADDRESS, made_at__lt=at - OneTimeLink.LASTS[Purpose.ADDRESS]
    )
    return opened_late.delete()[0]


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
        title=_("Delete failed sign-ins older than a day, and networks not used for 90 days"),
        rhythm=time(3, 20),
        run=delete_old_sign_ins,
        deletes=True,
    ),
    Task(
        name="accounts-links",
        title=_("Delete links to new e-mail addresses that nobody opened within a day"),
        rhythm=time(3, 25),
        run=delete_old_links,
        deletes=True,
    ),
]
