"""Accounts that nobody uses: told, disabled, kept where nobody else could let the others in, enabled again."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communes.idle import NOTICE, disable_idle_accounts
from communes.models import Membership
from tests.communes.factories import first_commune, join, make_commune
from tests.portal.test_behind_tls import run
from upkeep.models import Letter

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def someone_else():
    """Operates the deployment and signed in today, so that nobody below is the last by accident."""
    return User.objects.create_superuser("chief", last_login=NOW)


@pytest.fixture
def managers() -> Group:
    group = Group.objects.create(name="Quản lý")
    group.permissions.set(Permission.objects.filter(codename__in=("change_user", "view_user")))
    return group


def make_person(name: str, *, days: float | None, joined: float = 400, **changes) -> User:
    """Staff who signed in last `days` ago (None: never) with an account made `joined` days ago."""
    moment = None if days is None else NOW - timedelta(days=days)
    return User.objects.create_user(
        name,
        f"{name}@xa.example",
        is_staff=True,
        last_login=moment,
        date_joined=NOW - timedelta(days=joined),
        **changes,
    )


def nights(*days: float) -> None:
    """The clock's turns at so many days from now."""
    for day in days:
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            disable_idle_accounts(timezone.now())


def is_active(person: User) -> bool:
    person.refresh_from_db()
    return person.is_active


def test_is_told_a_week_before_and_disabled_after_45_days():
    person = make_person("hanh", days=37)

    nights(0)
    assert not Letter.objects.exists()
    nights(1)
    letter = Letter.objects.get()
    nights(*range(2, 8))
    assert is_active(person)
    nights(8)

    assert not is_active(person)
    assert letter.recipients == ["hanh@xa.example"]
    assert f"{timezone.localdate(NOW + timedelta(days=8)):%d/%m/%Y}" in letter.body
    assert "/quan-tri/" in letter.body
    assert Letter.objects.count() == 1


def test_whoever_signs_in_after_the_mail_keeps_the_account_and_is_told_anew_later():
    person = make_person("hanh", days=40)
    nights(0)

    User.objects.filter(pk=person.pk).update(last_login=NOW + timedelta(days=1))
    nights(2, 10, 38)
    assert is_active(person)
    nights(39)

    assert is_active(person)
    assert Letter.objects.count() == 2
    nights(46)
    assert not is_active(person)


def test_an_account_long_unused_has_its_week_too():
    """As after the update that brings the rule, or when an administrator has enabled it by hand."""
    person = make_person("hanh", days=300)

    nights(0, 6.9)
    assert is_active(person)
    nights(NOTICE.days)

    assert not is_active(person)


def test_a_new_account_counts_from_the_day_it_was_made():
    new, old = make_person("moi", days=None, joined=20), make_person("cu", days=None, joined=60)

    nights(0, 7)

    assert (is_active(new), is_active(old)) == (True, False)


def test_without_an_address_the_page_of_the_account_says_it(client, someone_else):
    person = make_person("hanh", days=50)
    User.objects.filter(pk=person.pk).update(email="")
    client.force_login(someone_else)

    nights(0)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()

    assert not Letter.objects.exists()
    assert f"Sẽ ngừng hoạt động vào ngày {timezone.localdate(NOW + NOTICE):%d/%m/%Y}" in page


def test_the_last_who_operates_the_deployment_stays(someone_else):
    other = make_person("other", days=60, is_superuser=True)
    User.objects.filter(pk=someone_else.pk).update(last_login=NOW - timedelta(days=50))

    nights(0, 8, 30)

    assert (is_active(other), is_active(someone_else)) == (False, True)


def test_the_last_who_manages_the_people_of_a_commune_stays(managers):
    here, there = first_commune(), make_commune("xa-khac.example")
    only, first, second = (make_person(name, days=days) for name, days in (("a", 90), ("b", 80), ("c", 70)))
    join(only, managers, commune=here)
    join(first, managers, commune=there)
    join(second, managers, commune=there)

    nights(0, 8, 30)

    assert [is_active(person) for person in (only, first, second)] == [True, False, True]


def test_whoever_no_longer_manages_is_nobodys_last(managers):
    person, gone = make_person("a", days=90), make_person("b", days=1)
    join(person, managers)
    join(gone, managers)
    Membership.objects.filter(user=person).update(ends_on=timezone.localdate(NOW) - timedelta(days=3))

    nights(0, 8)

    assert not is_active(person)


def test_an_administrator_enables_it_again_and_its_owner_has_a_week(client, someone_else):
    person = make_person("hanh", days=60)
    nights(0, 7)
    client.force_login(someone_else)
    address = reverse("admin:accounts_user_change", args=[person.pk])
    before = client.get(address).content.decode()
    person.refresh_from_db()
    form = {
        "username": "hanh",
        "email": person.email,
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2025-01-01",
        "date_joined_1": "08:00:00",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
        "news_scopes-TOTAL_FORMS": 0,
        "news_scopes-INITIAL_FORMS": 0,
        "_commune": first_commune().pk,
    }

    response = client.post(address, form)
    nights(8, 14.9)

    assert "Đã ngừng hoạt động vào ngày" in before
    assert response.status_code == 302, response.content.decode()
    assert is_active(person)
    assert Letter.objects.count() == 2
    nights(15)
    assert not is_active(person)


def test_a_session_of_a_disabled_account_ends(client):
    person = make_person("hanh", days=60)
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(last_login=NOW - timedelta(days=60))

    nights(0, 7)

    assert client.get("/quan-tri/").status_code == 302


def test_whoever_does_not_work_here_is_left_alone():
    citizen = User.objects.create_user("khach", date_joined=NOW - timedelta(days=400))

    nights(0, 8)

    assert is_active(citizen)
    assert not Letter.objects.exists()


def test_zero_days_mean_never(settings):
    settings.ACCOUNT_IDLE_DAYS = 0
    person = make_person("hanh", days=500)

    nights(0, 8)

    assert is_active(person)


def test_fewer_days_than_the_mail_needs_are_refused():
    assert "ACCOUNT_IDLE_DAYS=10: at least 14" in run("manage.py", "check", ACCOUNT_IDLE_DAYS="10").stderr
