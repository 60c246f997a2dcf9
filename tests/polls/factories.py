"""Rows and voters for tests of the polls."""

from __future__ import annotations

import html
import json
import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import altcha
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from communes.models import Commune
from polls.casting.challenge import Challenge
from polls.models import Choice, Poll, Question
from tests.communes.factories import enrol, first_commune

SCALE = ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng")


def make_poll(
    *,
    choices: tuple[str, ...] = SCALE,
    questions: tuple[str, ...] = ("",),
    commune: Commune | None = None,
    **changes: Any,
) -> Poll:
    """A poll opened an hour ago, with scores falling from 5 where there are five choices."""
    values = {"title": "Đánh giá của bạn về cổng thông tin điện tử", "opens_at": timezone.now() - timedelta(hours=1)}
    poll = Poll.objects.create(**{"commune": commune or first_commune()} | values | changes)
    for position, text in enumerate(questions, 1):
        Question.objects.create(poll=poll, text=text, position=position)
    for position, label in enumerate(choices, 1):
        score = 6 - position if len(choices) == 5 else None
        Choice.objects.create(poll=poll, label=label, position=position, score=score)
    return poll


def make_officer(*permissions: str, commune: Commune | None = None, **changes: Any) -> User:
    """A member of staff with these permissions of the polls, in `commune` (the first, unless said otherwise)."""
    values = {"username": f"officer{User.objects.count() + 1}", "is_staff": True} | changes
    user = User.objects.create_user(**values)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="polls", codename__in=permissions))
    return enrol(user, commune)


class Voter:
    """A browser with its own cookies that reads the ballot page and sends what stands in it."""

    def __init__(self, address: str = "203.0.113.1", client: Client | None = None, host: str = "testserver") -> None:
        self.client = client or Client(enforce_csrf_checks=True)
        self.address = address
        self.host = host
        self.fields: dict[str, str] = {}

    def open(self, poll: Poll, query: str = "") -> HttpResponse:
        """Fetch the ballot and remember its hidden fields, as if it had been open for a minute."""
        response = self.client.get(f"/binh-chon/{poll.pk}/{query}", REMOTE_ADDR=self.address, HTTP_HOST=self.host)
        self.fields = read_fields(response.content.decode())
        self.page = response.content.decode()
        return response

    def send(self, poll: Poll, *answers: tuple[Question, Choice] | Choice, **changes: Any) -> HttpResponse:
        """Post the ballot with these answers; `changes` add fields or replace the hidden ones."""
        data: dict[str, Any] = dict(self.fields)
        for answer in answers:
            question, choice = answer if isinstance(answer, tuple) else (poll.questions.get(), answer)
            data.setdefault(f"q{question.pk}", []).append(choice.pk)
        response = self.client.post(
            f"/binh-chon/{poll.pk}/", data | changes, REMOTE_ADDR=self.address, HTTP_HOST=self.host
        )
        if response.status_code == 422:
            self.page = response.content.decode()
            self.fields = read_fields(self.page)
        return response

    def solve(self) -> str:
        """The solution of the proof that the page before asked for, as poll-proof.js finds it."""
        puzzle = altcha.Challenge.from_dict(
            json.loads(html.unescape(re.search(r'data-puzzle="([^"]*)"', self.page)[1]))
        )
        return altcha.Payload(puzzle, altcha.solve_challenge(puzzle)).to_base64()

    def prove(self, poll: Poll, *answers: tuple[Question, Choice] | Choice, **changes: Any) -> HttpResponse:
        """Vote, and again with the proof that is asked for."""
        asked = self.vote(poll, *answers, **changes)
        assert asked.status_code == 422
        return self.send(poll, *answers, proof=self.solve(), **changes)

    def vote(self, poll: Poll, *answers: tuple[Question, Choice] | Choice, **changes: Any) -> HttpResponse:
        self.open(poll)
        return self.send(poll, *answers, **changes)


def read_fields(page: str) -> dict[str, str]:
    """The hidden fields of a ballot page, its challenge made a minute old."""
    fields = {}
    for name in ("csrfmiddlewaretoken", "challenge"):
        if found := re.search(rf'name="{name}" value="([^"]*)"', page):
            fields[name] = html.unescape(found[1])
    if challenge := Challenge.read(fields.get("challenge", "")):
        fields["challenge"] = replace(challenge, issued_at=time.time() - 60).sign()
    return fields


def choice(poll: Poll, number: int = 1) -> Choice:
    """The poll's first, second … choice."""
    return poll.choices.all()[number - 1]


def question(poll: Poll, number: int = 1) -> Question:
    return poll.questions.all()[number - 1]
