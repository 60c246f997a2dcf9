"""Signing in with two steps: what each state of an account may open, and what is good only once."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.access import factors, keys
from accounts.models import User
from communes.hosts import table
from communes.models import SiteIdentity
from tests.accounts.factories import (
    PASSWORD,
    SECOND_STEP,
    SIGN_IN,
    add_program,
    add_recovery_codes,
    code,
    factors_of,
    make_staff,
    sign_in,
)
from tests.communes.factories import first_commune, join
from upkeep.models import Letter

pytestmark = pytest.mark.django_db
DESK, OWN, PEOPLE = "/quan-tri/", "/quan-tri/tai-khoan-toi/", "/quan-tri/accounts/user/"


def allow_days(days: int) -> None:
    SiteIdentity.objects.update_or_create(commune=first_commune(), defaults={"name": "Cổng", "factor_grace_days": days})
    table.forget()


def make_publisher(name: str = "bien-tap") -> User:
    user = make_staff(name, email=f"{name}@example.vn")
    join(user, roles.create_roles()[roles.EDITOR])
    return user


def enter(client: Client, text: str) -> int:
    return client.post(SECOND_STEP, {"code": text}).status_code


def test_a_password_alone_signs_in_who_has_no_factor(client):
    make_staff()

    response = sign_in(client)

    assert response["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_who_has_a_factor_sees_nothing_before_the_second_step(client):
    secret = add_program(make_staff())

    assert sign_in(client)["Location"] == SECOND_STEP
    for address in (DESK, OWN, PEOPLE):
        assert SIGN_IN in client.get(address)["Location"]
    assert enter(client, code(secret)) == 302
    assert client.get(DESK).status_code == 200


def test_the_session_of_the_sign_in_is_a_new_one(client):
    secret = add_program(make_staff())
    client.get(SIGN_IN)
    sign_in(client)
    before = client.session.session_key

    enter(client, code(secret))

    assert client.session.session_key != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert stranger.get(DESK).status_code == 302


def test_a_code_is_good_once_whoever_sends_it(client):
    secret = add_program(make_staff())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        shown = code(secret)
        sign_in(client)
        assert enter(client, shown) == 302
        # Another process, another browser, half a minute later: inside what clocks may differ.
        clock.shift(31)
        thief = Client()
        sign_in(thief)

        assert enter(thief, shown) == 200
        assert thief.get(DESK).status_code == 302
        assert enter(thief, code(secret)) == 302


@pytest.mark.parametrize(("steps", "answer"), [(-2, 200), (-1, 302), (1, 302), (2, 200)])
def test_a_clock_may_be_wrong_by_half_a_minute(client, steps, answer):
    secret = add_program(make_staff())
    sign_in(client)

    assert enter(client, code(secret, steps)) == answer


def test_a_recovery_code_is_good_once(client):
    user = make_staff()
    add_program(user)
    spare, other = add_recovery_codes(user)[:2]
    for text, answer in [(spare, 302), (spare, 200), (other, 302)]:
        browser = Client()
        sign_in(browser)

        assert enter(browser, text) == answer


def test_secrets_are_unreadable_without_the_key(settings):
    settings.FACTOR_KEY = "k" * 50
    secret = add_program(make_staff())
    stored = Authenticator.objects.get().data["secret"]

    assert secret not in stored and keys.decrypt(stored) == secret
    settings.FACTOR_KEY, settings.FACTOR_KEY_FALLBACKS = "n" * 50, ["k" * 50]
    assert keys.decrypt(stored) == secret
    settings.FACTOR_KEY_FALLBACKS = []
    with pytest.raises(keys.UnknownKeyError):
        keys.decrypt(stored)


def test_an_app_is_set_up_its_code_used_up_and_the_owner_told(client, django_capture_on_commit_callbacks):
    user = make_publisher()
    sign_in(client, user.username)
    page = client.get(f"{OWN}ung-dung/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    shown = code(secret)

    picture = base64.b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1])
    assert b'<svg xmlns="http://www.w3.org/2000/svg"' in picture
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"{OWN}ung-dung/", {"code": shown}, follow=True)

    assert len(re.findall(r"<code>\d{8}</code>", response.content.decode())) == 10
    assert "****" not in response.content.decode()
    assert sorted(factors_of(user)) == ["recovery_codes", "totp"]
    assert Letter.objects.filter(recipients=[user.email], subject="Tài khoản của bạn có bước xác thực mới").exists()
    browser = Client()
    sign_in(browser, user.username)
    assert enter(browser, shown) == 200
    assert not re.findall(r"<code>\d{8}</code>", client.get(f"{OWN}ma-du-phong/").content.decode())


def test_the_only_factor_stays(client):
    user = make_staff()
    secret = add_program(user)
    sign_in(client)
    enter(client, code(secret))

    client.post(f"{OWN}ung-dung/bo/")

    assert factors_of(user) == ["totp"]


# (who, days that are allowed, has a factor) → what the desk, one's own account and the list of people answer
ROLES = {"writer": roles.WRITER, "editor": roles.EDITOR, "administrator": roles.ADMINISTRATOR}
MATRIX = [
    *((role, days, True, 200) for role in ROLES for days in (0, 30)),
    *((role, 30, False, 200) for role in ROLES),
    ("writer", 0, False, 200),
    ("editor", 0, False, 302),
    ("administrator", 0, False, 302),
]


@pytest.mark.parametrize(("role", "days", "has_factor", "desk"), MATRIX)
def test_who_may_publish_or_manage_people_needs_a_factor_when_the_days_are_over(client, role, days, has_factor, desk):
    allow_days(days)
    user = make_staff()
    join(user, roles.create_roles()[ROLES[role]])
    secret = add_program(user) if has_factor else ""
    sign_in(client)
    if has_factor:
        enter(client, code(secret))

    answer = client.get(DESK)

    assert answer.status_code == desk
    assert desk == 200 or answer["Location"] == OWN
    assert client.get(OWN).status_code == 200
    people = client.get(PEOPLE).status_code
    assert people == (302 if desk == 302 else 200 if role == "administrator" else 403)
    is_reminded = "bước xác thực thứ hai trước ngày" in answer.content.decode()
    assert is_reminded == (desk == 200 and not has_factor and role != "writer")


def test_who_must_set_one_up_is_nobody_elsewhere_and_everybody_again_afterwards(client):
    from news.models import Status
    from tests.news.factories import make_article

    allow_days(0)
    user = make_publisher()
    preview = make_article(author=user, status=Status.DRAFT).get_absolute_url()
    sign_in(client, user.username)
    without = client.get(preview).status_code

    add_program(user)

    assert (without, client.get(preview).status_code) == (404, 200)


def test_the_days_count_from_the_first_sign_in_with_such_a_right(client):
    allow_days(30)
    make_publisher()
    start = timezone.now()
    with time_machine.travel(start):
        sign_in(client, "bien-tap")
        assert client.get(DESK).status_code == 200
    for days, answer in [(29, 200), (31, 302)]:
        browser = Client()
        with time_machine.travel(start + timedelta(days=days)):
            sign_in(browser, "bien-tap")

            assert browser.get(DESK).status_code == answer


def test_rights_named_by_the_sections_exist():
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")}

    assert factors.guarded_rights() <= known
    assert {"news.publish_article", "polls.view_ballot", "accounts.change_user"} <= factors.guarded_rights()


def test_a_session_ends_after_twelve_hours_and_a_publishers_after_an_idle_hour(client):
    make_staff("viet")
    make_publisher()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        writer, publisher = Client(), Client()
        sign_in(writer, "viet")
        sign_in(publisher, "bien-tap")
        for minutes, answers in [(59, (200, 200)), (59, (200, 200)), (61, (200, 302))]:
            clock.shift(timedelta(minutes=minutes))
            assert (writer.get(DESK).status_code, publisher.get(DESK).status_code) == answers
        clock.move_to(start + timedelta(hours=11, minutes=59))
        assert writer.get(DESK).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert writer.get(DESK).status_code == 302


def test_a_page_that_asks_how_long_it_has_is_no_sign_of_life_and_its_button_is(client):
    make_publisher()
    left = f"{OWN}con-lai/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, "bien-tap")
        clock.shift(timedelta(minutes=57))
        for _ in range(2):
            assert client.get(left).json() == {"seconds": 180, "can_last": True}
        assert client.post(left).json() == {"seconds": 3600, "can_last": True}


def test_what_a_page_left_open_sends_by_itself_is_no_sign_of_life(client):
    """The form of an article says every 20 seconds that it is open, the page of statistics reads numbers."""
    make_publisher()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, "bien-tap")
        for _ in range(2):
            clock.shift(timedelta(minutes=25))
            assert client.get(DESK, headers={"X-Unattended": "1"}).status_code == 200
        assert client.get(f"{OWN}con-lai/").json()["seconds"] == 600
        assert client.get(DESK).status_code == 200
        assert client.get(f"{OWN}con-lai/").json()["seconds"] == 3600


def test_own_sessions_are_listed_and_ended(client):
    user = make_staff(email="hanh@example.vn")
    elsewhere = Client()
    sign_in(elsewhere, address="198.51.100.7", user_agent="Máy lạ")
    sign_in(client)
    page = client.get(f"{OWN}phien/").content.decode()
    button = re.search(r'name="session" value="(\d+)"', page)[1]

    assert "198.51.100.7" in page and "Máy lạ" in page
    client.post(f"{OWN}phien/", {"session": button})

    assert elsewhere.get(DESK).status_code == 302
    assert client.get(DESK).status_code == 200
    assert Letter.objects.filter(recipients=[user.email]).count() == 2  # two new devices


def test_a_device_that_was_used_before_is_no_news(client):
    make_staff(email="hanh@example.vn")
    for _ in range(2):
        sign_in(client)
        client.post("/quan-tri/logout/")

    letter = Letter.objects.get()
    assert "192.0.2.1" in letter.body
    assert PASSWORD not in letter.body
