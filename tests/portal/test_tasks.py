"""What the portal does by itself, as its clock does it."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts.access.guessing import FORGOTTEN_AFTER, NETWORK_KNOWN
from accounts.models import FailureCount, KnownNetwork, User
from polls.demo import load_demo_poll
from polls.models import Ballot
from portal.tasks import TASKS
from tests.communes.factories import first_commune
from tests.polls.factories import make_officer, make_poll
from tests.upkeep.factories import run_if_due
from upkeep.models import Letter, TaskState
from upkeep.tasks import registered_tasks

pytestmark = pytest.mark.django_db


def run_all(at):
    """Everything once, whatever its rhythm; the states by name."""
    for task in TASKS:
        TaskState.objects.ask(task, "", at)
        TaskState.objects.filter(name=task.name).update(next_at=at)
        run_if_due(task, at)
    return TaskState.objects.in_bulk()


def test_every_part_of_the_portal_has_its_tasks():
    names = [task.name for task in registered_tasks()]

    assert len(names) == len(set(names))
    assert {name.partition("-")[0] for name in names} == {
        "visitors",
        "polls",
        "news",
        "library",
        "accounts",
        "admin",
        "trail",
        "trash",
        "communes",
        "backup",
        "mail",
    }


def test_every_task_runs_on_an_empty_portal():
    states = run_all(timezone.now())

    assert {name: state.error for name, state in states.items() if state.error} == {}
    assert all(state.ended_at for state in states.values())


def test_the_clock_alone_erases_the_hashes_of_a_poll_that_closed_95_days_ago():
    closed = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 3)], closed_days_ago=95)
    recent = load_demo_poll(first_commune(), "Góp ý", [("Tốt", 4)], closed_days_ago=85)

    states = run_all(timezone.now())

    closed.refresh_from_db()
    assert closed.key is None
    assert set(Ballot.objects.exclude(voter_hash=None).values_list("poll", flat=True)) == {recent.pk}
    assert str(closed) in states["polls-forget-voters"].result


def test_an_alert_that_cannot_be_sent_waits(settings, monkeypatch):
    at = timezone.now()
    make_officer("judge_ballot", email="lan@example.vn")
    poll = make_poll()
    Ballot.objects.bulk_create(
        Ballot(poll=poll, voter_hash=bytes([number]), net_hash=b"one", created_at=at - timedelta(minutes=30))
        for number in range(40)
    )
    working = settings.EMAIL_BACKEND

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nobody listens
    written = run_all(at)["polls-bursts"]
    run_all(at + timedelta(minutes=1))
    waiting = Letter.objects.get()
    settings.EMAIL_BACKEND = working
    run_all(at + timedelta(minutes=10))

    assert str(poll) in written.result
    assert "refused" in waiting.error.lower()
    assert [message.bcc for message in mail.outbox] == [["lan@example.vn"]]
    assert not Letter.objects.exists()


def test_old_sessions_and_sign_ins_go_and_the_others_stay():
    at = timezone.now()
    for days, name in [(-1, "over"), (1, "open")]:
        Session.objects.create(session_key=name, session_data="", expire_date=at + timedelta(days=days))
    user = User.objects.create_user("hanh")
    for name in ("over", "open"):
        UserSession.objects.create(user=user, ip="192.0.2.1", session_key=name, user_agent="Máy")
    for hours in (1, -1):
        moment = at + timedelta(hours=hours)
        FailureCount.objects.create(kind="near", place=str(hours), failed_at=moment - FORGOTTEN_AFTER, open_at=at)
        KnownNetwork.objects.create(user=user, network=str(hours), seen_at=moment - NETWORK_KNOWN)

    states = run_all(at)

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["open"]
    assert (FailureCount.objects.get().place, KnownNetwork.objects.get().network) == ("1", "1")
    assert (states["accounts-sessions"].result, states["accounts-sign-ins"].result) == ("1", "2")
