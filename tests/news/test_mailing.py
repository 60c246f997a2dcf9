"""Messages leave beside the work: no mail server, absent or hanging, holds a step."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from news.models import Status
from news.newsroom import desk
from news.newsroom.steps import mailing, workflow
from tests.news.factories import make_article, make_chief, make_editor, make_writer
from tests.waiting import LONG

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_server(settings) -> Iterator[socket.socket]:
    """A mail server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_TIMEOUT = 20
        yield server


def submit_article():
    author = make_writer()
    make_editor()
    return workflow.submit(make_article(status=Status.DRAFT, author=author), author)


def test_a_step_does_not_wait_for_a_server_that_hangs(silent_server):
    step = submit_article()

    step.refresh_from_db()
    assert step.is_mail_waiting and not step.mail_error
    assert not mailing.wait_until_sent(0)
    connection, _address = silent_server.accept()
    connection.close()
    assert mailing.wait_until_sent(LONG)
    step.refresh_from_db()
    assert step.mail_error and not step.is_mail_waiting
    step.article.refresh_from_db()
    assert step.article.status == Status.REVIEW


def test_a_failing_server_never_stops_a_step_and_shows_on_the_desk(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    step = submit_article()

    assert mailing.wait_until_sent(LONG)
    step.refresh_from_db()
    assert "refused" in step.mail_error.lower()
    shown = [row.note for pile in desk.piles_of(make_chief(), timezone.now()) for row in pile.rows]
    assert step.mail_error in shown


def test_a_message_that_cannot_be_written_does_not_hold_the_next():
    step = submit_article()

    mailing.send_later(EmailMessage(subject="a\nb", to=["x@example.vn"]), step)
    mailing.send_later(EmailMessage(subject="Sau", to=["x@example.vn"]), step)

    assert mailing.wait_until_sent(LONG)
    assert mail.outbox[-1].subject == "Sau"


def test_a_message_that_cannot_be_written_is_a_failure_and_one_that_was_sent_is_none():
    step = submit_article()
    assert mailing.wait_until_sent(LONG)
    step.refresh_from_db()
    assert step.mail_error == "" and not step.is_mail_waiting

    mailing.send_later(EmailMessage(subject="a\nb", to=["x@example.vn"]), step)

    assert mailing.wait_until_sent(LONG)
    step.refresh_from_db()
    assert "newline" in step.mail_error


def test_a_process_that_ends_notes_what_could_not_be_sent(silent_server):
    step = submit_article()

    mailing.finish(timeout=0.1)

    step.refresh_from_db()
    assert step.mail_error == "Cổng đã dừng trước khi gửi được thư."
