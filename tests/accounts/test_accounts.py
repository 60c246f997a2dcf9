"""Accounts: signing in, and what their managers may do."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.admin import permission_label
from accounts.models import User
from tests.communes.factories import join

pytestmark = pytest.mark.django_db


def sign_in(client: Client, password: str, address: str = "192.0.2.1", **headers: str) -> int:
    data = {"username": "hanh", "password": password}
    return client.post("/quan-tri/login/", data, REMOTE_ADDR=address, headers=headers).status_code


@pytest.fixture
def account():
    return User.objects.create_user("hanh", password="đúng-mật-khẩu", is_staff=True)


def test_full_name_begins_with_the_family_name():
    user = User(last_name="Trần Thị Minh", first_name="Hạnh")

    assert user.get_full_name() == "Trần Thị Minh Hạnh"


def test_signing_in_pauses_after_five_failures(client, account):
    for _ in range(5):
        sign_in(client, "sai")

    assert sign_in(client, "đúng-mật-khẩu") == 429


def test_another_address_is_not_locked_out_with_it(client, account):
    for _ in range(5):
        sign_in(client, "sai")

    assert sign_in(client, "đúng-mật-khẩu", address="192.0.2.2") == 302


def test_a_forged_header_does_not_lift_the_pause(client, account):
    for number in range(5):
        sign_in(client, "sai", x_forwarded_for=f"198.51.100.{number}")

    assert sign_in(client, "đúng-mật-khẩu", x_forwarded_for="203.0.113.9") == 429


def test_the_pause_is_explained_on_a_page_of_ours(client, account):
    for _ in range(4):
        sign_in(client, "sai")

    response = client.post("/quan-tri/login/", {"username": "hanh", "password": "sai"}, REMOTE_ADDR="192.0.2.1")

    assert "15 phút" in response.content.decode()


def test_the_pause_ends_when_its_page_says_whatever_is_tried_meanwhile(client, account):
    start = timezone.now()
    with time_machine.travel(start):
        for _ in range(5):
            sign_in(client, "sai")
    account.set_password("mật-khẩu-mới")
    account.save()
    for minutes in (1, 7, 14):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert [sign_in(client, password) for password in ("sai", "mật-khẩu-mới")] == [429, 429]

    with time_machine.travel(start + timedelta(minutes=15, seconds=10)):
        assert sign_in(client, "mật-khẩu-mới") == 302


@pytest.fixture
def manager():
    user = User.objects.create_user("quantri", is_staff=True)
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    return user


def test_a_manager_cannot_make_a_superuser(client, manager):
    client.force_login(manager)
    data = {"username": "quantri", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    data |= {"date_joined_0": "2026-01-01", "date_joined_1": "08:00:00"}

    client.post(f"/quan-tri/accounts/user/{manager.pk}/change/", data)

    manager.refresh_from_db()
    assert not manager.is_superuser


def test_a_manager_cannot_touch_a_superuser(client, manager):
    chief = User.objects.create_superuser("chief")
    join(chief, roles.create_roles()[roles.ADMINISTRATOR])
    client.force_login(manager)

    change = client.post(f"/quan-tri/accounts/user/{chief.pk}/change/", {"username": "taken"})
    delete = client.post(f"/quan-tri/accounts/user/{chief.pk}/delete/", {"post": "yes"})
    password = client.post(
        f"/quan-tri/accounts/user/{chief.pk}/password/", {"password1": "x" * 12, "password2": "x" * 12}
    )

    assert {change.status_code, delete.status_code, password.status_code} == {403}
    chief.refresh_from_db()
    assert chief.username == "chief"


def test_permissions_are_named_in_vietnamese(client, manager):
    client.force_login(manager)

    text = client.get("/quan-tri/auth/group/add/").content.decode()

    assert "Bài viết: thêm" in text
    assert "Can add" not in text


def test_every_permission_of_ours_has_a_translated_label():
    for permission in Permission.objects.filter(content_type__app_label__in=roles.ADMINISTRATOR_APPS):
        assert not permission_label(permission).startswith("Can "), permission.codename
