"""A password or code once more, before people, rights and exports of ballots are touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import User
from tests.accounts.factories import PASSWORD, SECOND_STEP, add_program, code, make_staff, sign_in
from tests.communes.factories import join
from tests.offered import read_page
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db
LATE = timedelta(minutes=16)
PEOPLE = "/quan-tri/accounts/user/"


@pytest.fixture
def manager() -> User:
    user = make_staff("quantri")
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    return user


def form_of(response, address):
    return next(
        form for form in read_page(response.content.decode(), address).forms if "password_or_code" in form.kinds
    )


def test_a_form_that_is_sent_late_goes_on_with_its_values(client, manager):
    sign_in(client, "quantri")
    address = f"{PEOPLE}{manager.pk}/change/"
    page = client.get(address)
    form = next(f for f in read_page(page.content.decode(), address).forms if f.kinds.get("first_name") == "text")
    with time_machine.travel(timezone.now() + LATE):
        asked = form.press(client, form.buttons[0], first_name="Hạnh “mới” & <khác>")
        proof = form_of(asked, address)
        wrong = proof.press(client, proof.buttons[0], password_or_code="sai")
        again = form_of(wrong, address)
        manager.refresh_from_db()
        unchanged = manager.first_name
        done = again.press(client, again.buttons[0], password_or_code=PASSWORD)

    manager.refresh_from_db()
    assert (asked.status_code, wrong.status_code, done.status_code) == (403, 403, 302)
    assert (unchanged, manager.first_name) == ("", "Hạnh “mới” & <khác>")


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        (PEOPLE, 200),
        (f"{PEOPLE}add/", 403),
        ("{person}change/", 403),
        ("{person}delete/", 403),
        ("{person}password/", 403),
        ("/quan-tri/auth/group/add/", 403),
        ("/quan-tri/polls/poll/{poll}/phieu.csv", 403),
        ("/quan-tri/news/article/", 200),
    ],
)
def test_what_is_touched_asks_and_what_is_read_does_not(client, manager, address, answer):
    other, poll = make_staff("khac"), make_poll()
    address = address.replace("{person}", f"{PEOPLE}{other.pk}/").replace("{poll}", str(poll.pk))
    sign_in(client, "quantri")
    assert client.get(address).status_code == 200

    with time_machine.travel(timezone.now() + LATE):
        late = client.get(address)
        assert late.status_code == answer
        if answer == 403:
            proof = form_of(late, address)
            assert proof.press(client, proof.buttons[0], password_or_code=PASSWORD)["Location"] == address
            assert client.get(address).status_code == 200


def test_the_session_of_whoever_proved_it_again_is_a_new_one(client, manager):
    sign_in(client, "quantri")
    with time_machine.travel(timezone.now() + LATE):
        for address in (f"{PEOPLE}add/", "/quan-tri/tai-khoan-toi/xac-nhan/mat-khau/"):
            before = client.session.session_key
            if address.endswith("add/"):
                proof = form_of(client.get(address), address)
                proof.press(client, proof.buttons[0], password_or_code=PASSWORD)
            else:
                client.post(address, {"password": PASSWORD})
            thief = Client()
            thief.cookies["sessionid"] = before

            assert client.session.session_key != before
            assert thief.get("/quan-tri/").status_code == 302
            assert client.get("/quan-tri/").status_code == 200
    assert UserSession.objects.get(user=manager).session_key == client.session.session_key


def test_actions_of_a_list_ask(client, manager):
    sign_in(client, "quantri")
    with time_machine.travel(timezone.now() + LATE):
        response = client.post(PEOPLE, {"action": "delete_selected", "_selected_action": str(manager.pk)})

    assert response.status_code == 403 and "password_or_code" in response.content.decode()


def test_a_code_is_as_good_as_a_password_and_not_twice(client, manager):
    secret = add_program(manager)
    sign_in(client, "quantri")
    client.post(SECOND_STEP, {"code": code(secret)})
    with time_machine.travel(timezone.now() + LATE, tick=False) as clock:
        for _ in range(2):
            proof = form_of(client.get(f"{PEOPLE}add/"), f"{PEOPLE}add/")
            assert proof.press(client, proof.buttons[0], password_or_code=code(secret)).status_code == 302
            clock.shift(LATE)
        used = code(secret)
        proof = form_of(client.get(f"{PEOPLE}add/"), f"{PEOPLE}add/")
        assert proof.press(client, proof.buttons[0], password_or_code=used).status_code == 302
        thief = Client()
        sign_in(thief, "quantri")
        assert thief.post(SECOND_STEP, {"code": used}).status_code == 200


def test_guesses_are_counted(client, manager):
    sign_in(client, "quantri")
    with time_machine.travel(timezone.now() + LATE):
        answers = [client.post(f"{PEOPLE}add/", {"password_or_code": "sai"}).status_code for _ in range(11)]

    assert answers == [403] * 10 + [429]


def test_a_session_that_proved_nothing_is_asked(client, manager):
    client.force_login(manager)
    session = client.session
    del session["account_authentication_methods"]
    session.save()

    assert client.get(f"{PEOPLE}add/").status_code == 403
