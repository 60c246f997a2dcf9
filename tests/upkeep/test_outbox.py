"""Mails wait in a table until the server has taken them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from news.models import Status
from news.newsroom import desk
from news.newsroom.steps import workflow
from tests.news.factories import make_article, make_chief, make_editor, make_writer
from upkeep import outbox
from upkeep.models import Letter

pytestmark = pytest.mark.django_db

BASE_DIR = Path(__file__).resolve().parents[2]


@contextmanager
def mail_server(settings, answers: dict[str, str]) -> Iterator[list[str]]:
    """A server that says 250 to everything but the commands in `answers`; what was said to it."""
    heard: list[str] = []

    def serve(server: socket.socket) -> None:
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as talk:
                talk.write(b"220 xa.example\r\n")
                talk.flush()
                is_text = False
                for line in talk:
                    command, _space, rest = line.decode().strip().partition(" ")
                    text = f"{command.upper()} {rest}".strip()
                    heard.append(text)
                    if is_text and text != ".":
                        continue
                    is_text = text == "DATA"
                    reply = next((reply for start, reply in answers.items() if text.startswith(start)), "250 ok")
                    talk.write(("354 go on" if is_text else reply).encode() + b"\r\n")
                    talk.flush()

    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_TIMEOUT = 3
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield heard
        server.shutdown(socket.SHUT_RDWR)


def put(subject: str = "Bài chờ duyệt") -> Letter:
    return outbox.put(subject, "Nội dung", ["a@example.vn", "b@example.vn"])


def test_a_mail_is_sent_once_and_forgotten(settings):
    put()
    now = timezone.now()

    assert (outbox.send_due(now), outbox.send_due(now)) == (1, 0)
    (message,) = mail.outbox
    assert (message.subject, message.bcc, message.to) == ("Bài chờ duyệt", ["a@example.vn", "b@example.vn"], [])
    assert not Letter.objects.exists()


def test_a_mail_is_there_with_what_it_tells_of_or_not_at_all():
    with pytest.raises(RuntimeError), transaction.atomic():
        put()
        raise RuntimeError

    assert not Letter.objects.exists()


def test_a_server_that_is_away_is_asked_ever_more_seldom_and_given_up_after_days(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letters = [put(), put()]
    now, pauses = timezone.now(), []

    outbox.send_due(now)
    letters[1].refresh_from_db()
    assert letters[1].attempts == 0  # the first one's failure was enough
    letters[1].delete()
    while not (letter := Letter.objects.get()).given_up_at:
        pauses.append(letter.next_at - now)
        now = letter.next_at
        outbox.send_due(now)

    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(pauses) == outbox.LONGEST_PAUSE
    assert outbox.GIVE_UP_AFTER < now - letter.created_at < outbox.GIVE_UP_AFTER + outbox.LONGEST_PAUSE
    assert "refused" in letter.error.lower()
    assert outbox.send_due(now + timedelta(days=1)) == 0


def test_an_address_the_server_will_never_take_is_given_up_and_the_next_mail_goes(settings):
    with mail_server(settings, {"RCPT TO:<nobody": "550 no such user"}) as heard:
        refused = outbox.put("Sai địa chỉ", "…", ["nobody@example.vn"])
        put()

        assert outbox.send_due(timezone.now()) == 1

    refused.refresh_from_db()
    assert refused.given_up_at
    assert "no such user" in refused.error
    assert "RCPT TO:<b@example.vn>" in heard


def test_a_server_that_has_no_time_now_is_asked_again(settings):
    letter = put()
    with mail_server(settings, {"MAIL FROM": "451 try later"}):
        outbox.send_due(timezone.now())

    letter.refresh_from_db()
    assert (letter.attempts, letter.given_up_at) == (1, None)


def test_a_subject_that_cannot_be_written_does_not_hold_the_next():
    Letter.objects.bulk_create([Letter(subject="a\nb", body="", recipients=["x@example.vn"], next_at=timezone.now())])
    put("Sau")

    assert outbox.send_due(timezone.now()) >= 1
    assert mail.outbox[-1].subject == "Sau"


KILLED = """
import os, django; django.setup()
from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend
settings.DATABASES["default"]["NAME"] = os.environ["NAME"]
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EmailBackend.send_messages = lambda self, messages: os.kill(os.getpid(), 9)
from django.utils import timezone
from upkeep import outbox
outbox.send_due(timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_while_it_sends_loses_no_mail(settings):
    put()
    process = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "NAME": connection.settings_dict["NAME"],
            "SECRET_KEY": settings.SECRET_KEY,
        },
        check=False,
    )
    assert process.returncode == -signal.SIGKILL

    # The server keeps the row locked until it sees that the other end is gone.
    deadline = time.monotonic() + 20
    while not outbox.send_due(timezone.now()):
        assert time.monotonic() < deadline, "the mail is lost"
        time.sleep(0.1)
    assert len(mail.outbox) == 1


def test_what_cannot_be_sent_lies_on_the_desk_and_stands_with_the_article(settings, client):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    author, chief = make_writer(), make_chief()
    make_editor()
    step = workflow.submit(make_article(status=Status.DRAFT, author=author), author)
    client.force_login(chief, backend="communes.work.MembershipBackend")
    before = [row.note for pile in desk.piles_of(chief, timezone.now()) for row in pile.rows]

    outbox.send_due(timezone.now())

    letter = Letter.objects.get()
    shown = [row.note for pile in desk.piles_of(chief, timezone.now()) for row in pile.rows]
    assert letter.error not in before
    assert letter.error in shown
    page = client.get(f"/quan-tri/news/article/{step.article_id}/change/").content.decode()
    assert letter.error.split("]")[0] in page
