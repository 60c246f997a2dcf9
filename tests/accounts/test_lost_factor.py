"""A lost second factor is removed by two people, and by no one of them alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import FactorReset, User
from tests.accounts.factories import SECOND_STEP, add_program, code, factors_of, make_staff, sign_in
from tests.communes.factories import join, make_commune
from upkeep.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """The owner, signed in somewhere, and two administrators."""
    owner = make_staff("mat-may", email="mat-may@example.vn")
    secret = add_program(owner)
    session = Client()
    sign_in(session, "mat-may")
    session.post(SECOND_STEP, {"code": code(secret)})
    clients = []
    for name in ("mot", "hai"):
        user = make_staff(name)
        join(user, roles.create_roles()[roles.ADMINISTRATOR])
        clients.append(Client())
        clients[-1].force_login(user)
    return owner, session, *clients


def page(user) -> str:
    return f"/quan-tri/accounts/factorreset/nguoi/{user.pk}/"


def press(client: Client, user, step: str, **data: str) -> str:
    return client.post(page(user), {"step": step, **data}, follow=True).content.decode()


def test_one_asks_and_another_confirms(scene):
    owner, session, first, second = scene
    address = f"/quan-tri/accounts/user/{owner.pk}/change/"
    assert page(owner) in first.get(address).content.decode()

    press(first, owner, "ask", reason="Đến tận cơ quan")
    assert page(owner) in second.get("/quan-tri/").content.decode()
    assert page(owner) not in first.get("/quan-tri/").content.decode()
    press(second, owner, "confirm")

    reset = FactorReset.objects.get()
    assert (reset.asked_by.username, reset.decided_by.username, reset.is_confirmed) == ("mot", "hai", True)
    assert factors_of(owner) == []
    assert session.get("/quan-tri/").status_code == 302
    assert sign_in(Client(), "mat-may")["Location"] == "/quan-tri/"
    subjects = set(Letter.objects.filter(recipients=[owner.email]).values_list("subject", flat=True))
    assert {"Có người đề nghị gỡ bước xác thực của bạn", "Bước xác thực của bạn đã được gỡ"} <= subjects


def test_whoever_asked_does_not_confirm(scene):
    owner, _session, first, _second = scene
    press(first, owner, "ask", reason="Vì tôi muốn")
    assert 'value="confirm"' not in first.get(page(owner)).content.decode()

    press(first, owner, "confirm")

    assert factors_of(owner) == ["totp"]
    press(first, owner, "refuse")
    assert not FactorReset.objects.get().is_confirmed


def test_the_database_holds_it_too(scene):
    owner, _session, first, _second = scene
    press(first, owner, "ask", reason="Đến tận cơ quan")
    reset = FactorReset.objects.get()
    for someone in (reset.asked_by, owner):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorReset.objects.update(decided_by=someone, decided_at=timezone.now(), is_confirmed=True)


def test_a_question_of_four_days_ago_is_asked_anew(scene):
    owner, _session, first, second = scene
    press(first, owner, "ask", reason="Đến tận cơ quan")
    FactorReset.objects.update(asked_at=timezone.now() - timedelta(days=4))

    assert 'value="confirm"' not in second.get(page(owner)).content.decode()
    press(second, owner, "confirm")
    assert factors_of(owner) == ["totp"]
    press(second, owner, "ask", reason="Gọi điện theo số quen")
    assert FactorReset.objects.open().get().asked_by.username == "hai"


def test_of_other_communes_and_of_superusers_nobody_asks(scene):
    owner, _session, first, _second = scene
    chief = make_staff("chief", is_superuser=True)
    elsewhere = make_commune("noi-khac.example")
    stranger = make_staff("xa-khac")
    stranger.memberships.update(commune=elsewhere)
    for person, answer in [(chief, 403), (stranger, 404), (owner, 200)]:
        add_program(person) if person != owner else None

        assert first.get(page(person)).status_code == answer
        assert first.post(page(person), {"step": "ask", "reason": "x"}).status_code == (
            302 if answer == 200 else answer
        )
    assert FactorReset.objects.get().user == owner


def test_oneself_is_no_other_person(scene):
    _owner, _session, first, _second = scene
    assert first.get(page(User.objects.get(username="mot"))).status_code == 403


def test_the_operator_removes_it_where_there_is_no_second_administrator(scene):
    owner, session, _first, _second = scene

    call_command("factor_remove", owner.username)

    assert (factors_of(owner), session.get("/quan-tri/").status_code) == ([], 302)
    assert Letter.objects.filter(subject="Bước xác thực của bạn đã được gỡ").exists()
