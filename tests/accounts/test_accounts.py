"""Accounts, and what their managers may do."""

import pytest
from django.contrib.auth.models import Permission

from accounts import roles
from accounts.admin import permission_label
from accounts.models import User
from tests.communes.factories import join

pytestmark = pytest.mark.django_db


def test_full_name_begins_with_the_family_name():
    user = User(last_name="Trần Thị Minh", first_name="Hạnh")

    assert user.get_full_name() == "Trần Thị Minh Hạnh"


@pytest.fixture
def manager():
    user = User.objects.create_user("quantri", is_staff=True)
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    return user


def test_a_manager_cannot_make_a_superuser(client, manager):
    client.force_login(manager)
    data = {"username": "quantri", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    data |= {
        f"{rows}-{count}": "0" for rows in ("memberships", "news_scopes") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    response = client.post(f"/quan-tri/accounts/user/{manager.pk}/change/", data)

    manager.refresh_from_db()
    assert response.status_code == 302
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
