"""The statistics inside the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.models import User
from visitors.demo import load_demo_days
from visitors.models import Carryover, Day

pytestmark = pytest.mark.django_db
DASHBOARD = "/quan-tri/visitors/day/"


@pytest.fixture
def officer(client):
    """Someone of the office who may read the statistics and nothing else."""
    user = User.objects.create_user("officer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_statistics"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_is_reached_from_the_work_desk(client, officer):
    page = client.get(reverse("admin:index"))

    assert f'href="{DASHBOARD}"' in page.content.decode()


def test_shows_the_last_thirty_days_as_a_table(client, officer):
    load_demo_days(40)

    page = client.get(DASHBOARD)

    assert page.status_code == 200
    assert page.content.decode().count("data-day=") == 30


def test_opens_on_an_empty_database(client, officer):
    assert client.get(DASHBOARD).status_code == 200


@pytest.mark.parametrize("address", [DASHBOARD, DASHBOARD + "live/"])
def test_needs_the_permission(client, address):
    user = User.objects.create_user("reporter", is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(address).status_code == 403


def test_nobody_edits_a_number(client):
    client.force_login(User.objects.create_superuser("chief"), backend="django.contrib.auth.backends.ModelBackend")
    Day.objects.create(day="2026-11-18", visits=5)

    assert client.get(DASHBOARD + "add/").status_code == 404
    assert client.get(DASHBOARD + "2026-11-18/change/").status_code == 404


def test_the_earlier_portals_visits_are_entered_once(client):
    client.force_login(User.objects.create_superuser("chief"), backend="django.contrib.auth.backends.ModelBackend")
    form = {"visits": "120000", "until": "2025-06-30", "origin": "thixaold.example"}

    first = client.post("/quan-tri/visitors/carryover/add/", form)
    second = client.post("/quan-tri/visitors/carryover/add/", form | {"visits": "900000"})

    assert (first.status_code, second.status_code) == (302, 403)
    carryover = Carryover.objects.get()
    assert (carryover.visits, carryover.entered_by) == (120_000, "chief")
    assert client.get("/quan-tri/visitors/carryover/1/delete/").status_code == 403
