"""Guessing is slowed down, and nobody who was there before is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.access import guessing
from accounts.models import FailureCount
from tests.accounts.factories import SECOND_STEP, add_program, code, make_staff, sign_in

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.9"


def fail(times: int, name: str = "hanh", address: str = ELSEWHERE) -> list[int]:
    return [sign_in(Client(), name, "sai", address).status_code for _ in range(times)]


def test_after_five_failures_even_the_right_password_waits_and_the_page_says_how_long(client):
    make_staff()
    assert fail(5) == [200] * 5

    response = sign_in(client, address=ELSEWHERE)

    assert (response.status_code, response["Retry-After"]) == (429, "5")
    assert "5 giây" in response.content.decode()


def test_delays_grow_and_end_when_the_page_says_whatever_is_tried_meanwhile():
    make_staff()
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail(5)
        for _ in range(9):
            waits.append(int(sign_in(Client(), password="sai", address=ELSEWHERE)["Retry-After"]))
            clock.shift(waits[-1] - 1)
            assert fail(1) == [429]  # looked at by nobody, and lengthens nothing
            clock.shift(1)
            assert fail(1) == [200]
        clock.shift(900)
        assert sign_in(Client(), address=ELSEWHERE).status_code == 302

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_forged_headers_change_nothing():
    make_staff()
    for number in range(5):
        sign_in(Client(), password="sai", x_forwarded_for=f"198.51.100.{number}")

    assert sign_in(Client(), x_forwarded_for="203.0.113.9").status_code == 429


@pytest.mark.parametrize("known_by", ["browser", "network"])
def test_a_stranger_locks_no_owner_out(client, known_by):
    make_staff()
    sign_in(client, address=HOME)
    for number in range(31):
        fail(1, address=f"198.51.{number}.9")
    owner = Client()
    if known_by == "browser":
        owner.cookies = client.cookies
        owner.cookies.pop("sessionid")

    assert sign_in(Client(), address="203.0.113.5").status_code == 429
    assert sign_in(owner, address="203.0.113.5" if known_by == "browser" else HOME).status_code == 302


def test_names_are_not_sprayed_and_a_colleague_behind_the_same_address_gets_in():
    for name in ("lan", "moi"):
        make_staff(name)
    sign_in(Client(), "lan", address="2001:db8:1:2::7")
    with time_machine.travel(timezone.now(), tick=False):
        answers = [fail(1, f"ten-{number}", f"2001:db8:1:2::{number:x}")[0] for number in range(1, 31)]

        assert answers.count(200) == 10
        assert sign_in(Client(), "lan", address="2001:db8:1:2::8").status_code == 302
        # The neighbour network is another customer's; a /48 as a whole is one.
        assert fail(1, "ai", "2001:db8:2:2::1") == [200]
        wide = [fail(1, f"khac-{number}", f"2001:db8:1:{number:x}::1")[0] for number in range(16, 41)]
        assert wide.count(200) == 20


def test_a_success_does_not_pay_for_the_failures_with_other_names():
    make_staff("ke-gian")
    for number in range(10):
        fail(1, f"ten-{number}")

    assert fail(1, "ten-11") == [429]
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert sign_in(Client(), "ke-gian", address=ELSEWHERE).status_code == 302
        assert fail(2, "ten-12") == [200, 429]


def test_codes_are_not_guessed_by_whoever_has_the_password():
    secret = add_program(make_staff())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        thief = Client()
        sign_in(thief, address=ELSEWHERE)
        answers = [thief.post(SECOND_STEP, {"code": f"{n:06}"}, REMOTE_ADDR=ELSEWHERE).status_code for n in range(5)]
        refused = thief.post(SECOND_STEP, {"code": code(secret)}, REMOTE_ADDR=ELSEWHERE)
        clock.shift(6)
        late = thief.post(SECOND_STEP, {"code": code(secret)}, REMOTE_ADDR=ELSEWHERE)

    assert answers == [200] * 5
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert late.status_code == 302


def test_names_that_were_typed_are_not_stored():
    fail(1, "mat-khau-go-nham-o-ten")

    assert FailureCount.objects.count() == 4
    assert not any("mat-khau" in f"{row.name}{row.place}" for row in FailureCount.objects.all())


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_counted_one_by_one():
    request = RequestFactory().post("/", REMOTE_ADDR=ELSEWHERE)

    def attempt(_number: int) -> bool:
        try:
            guessing.begin(request, "hanh")
        except guessing.TooEarlyError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        passed = list(pool.map(attempt, range(18)))

    assert passed.count(True) == guessing.BUDGETS[guessing.PAIR].free


def test_a_new_password_from_an_administrator_ends_the_wait_also_beside_a_guesser(admin_client):
    user, new = make_staff(), "năm chiếc ô đỏ dưới mưa"
    fail(6)
    for number in range(11):
        fail(1, f"ten-{number}", HOME)
    assert sign_in(Client(), address=HOME).status_code == 429

    address = f"/quan-tri/accounts/user/{user.pk}/password/"
    admin_client.post(address, {"password1": new, "password2": new}, REMOTE_ADDR=HOME)

    for place in (HOME, "203.0.113.5"):
        assert sign_in(Client(), password=new, address=place).status_code == 302
