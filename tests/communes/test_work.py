"""Rights hold in a commune, and a person works for one at a time."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from communes.models import Membership, SiteIdentity
from communes.work import FORM_FIELD
from tests.communes.factories import first_commune, join, make_commune

pytestmark = pytest.mark.django_db
HERE, THERE = "o-day.vn", "o-kia.vn"


@pytest.fixture
def here():
    return make_commune(HERE, name="Xã Ở Đây", slug="o-day")


@pytest.fixture
def there():
    return make_commune(THERE, name="Xã Ở Kia", slug="o-kia")


@pytest.fixture
def keepers():
    """A group that looks after the identity of a portal."""
    group = Group.objects.create(name="Người giữ")
    group.permissions.set(Permission.objects.filter(codename__endswith="siteidentity"))
    return group


@pytest.fixture
def person():
    return User.objects.create_user("hanh", is_staff=True)


def identity_page(client, commune, host):
    return client.get(f"/quan-tri/communes/siteidentity/{commune.identity.pk}/change/", HTTP_HOST=host)


def test_a_group_holds_in_its_commune_alone(client, person, keepers, here, there):
    join(person, keepers, commune=here)
    client.force_login(person)

    assert identity_page(client, here, HERE).status_code == 200
    # At the other's host one still works for the own commune, whose admin does not know the other's rows.
    assert identity_page(client, here, THERE).status_code == 200
    assert identity_page(client, there, THERE).status_code == 302


def test_a_right_of_the_account_itself_holds_nowhere_without_membership(person, here):
    person.user_permissions.set(Permission.objects.filter(codename="change_siteidentity"))
    person.commune = here

    assert not person.has_perm("communes.change_siteidentity")


@pytest.mark.parametrize(
    ("begins", "ends", "holds"), [(0, 0, True), (-1, None, True), (None, 1, True), (1, None, False), (None, -1, False)]
)
def test_a_membership_holds_from_its_first_day_to_its_last(person, keepers, here, begins, ends, holds):
    today = timezone.localdate()
    days = [None if offset is None else today + timedelta(days=offset) for offset in (begins, ends)]
    join(person, keepers, commune=here, begins_on=days[0], ends_on=days[1])
    person.commune = here

    assert person.has_perm("communes.change_siteidentity") is holds


def test_whoever_works_for_two_chooses_in_the_header(client, person, keepers, here, there):
    join(person, keepers, commune=here)
    join(person, keepers, commune=there)
    client.force_login(person)
    desk = client.get("/quan-tri/", HTTP_HOST=HERE).content.decode()
    assert "Xã Ở Đây" in desk
    assert "Xã Ở Kia" in desk

    client.post(reverse("admin:work_for"), {"commune": there.pk}, HTTP_HOST=HERE)

    assert identity_page(client, there, HERE).status_code == 200
    assert identity_page(client, here, HERE).status_code == 302


def test_whoever_works_for_one_has_no_choice_and_cannot_take_it(client, person, keepers, here, there):
    join(person, keepers, commune=here)
    client.force_login(person)

    assert "work-for" not in client.get("/quan-tri/", HTTP_HOST=HERE).content.decode()
    for number in (there.pk, 99999, "x", "²"):
        response = client.post(reverse("admin:work_for"), {"commune": number}, HTTP_HOST=HERE)
        assert response.status_code == 403


def test_a_form_opened_for_another_commune_is_a_conflict_and_loses_nothing(client, person, keepers, here, there):
    join(person, keepers, commune=here)
    join(person, keepers, commune=there)
    client.force_login(person)
    address = f"/quan-tri/communes/siteidentity/{here.identity.pk}/change/"
    assert f'name="{FORM_FIELD}" value="{here.pk}"' in client.get(address, HTTP_HOST=HERE).content.decode()
    client.post(reverse("admin:work_for"), {"commune": there.pk}, HTTP_HOST=HERE)
    form = {FORM_FIELD: here.pk, "name": "Tên mới", "agency": "Ủy ban", "factor_grace_days": 30}

    response = client.post(address, form, HTTP_HOST=HERE)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Tên mới" in page
    assert not SiteIdentity.objects.filter(name="Tên mới").exists()

    client.post(address, form | {"_work_for": here.pk}, HTTP_HOST=HERE)

    assert SiteIdentity.objects.get(name="Tên mới").commune == here


def test_every_form_of_the_admin_says_for_whom_it_was_opened(admin_client):
    forms = 0
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for kind in ("add", "changelist"):
            try:
                response = admin_client.get(reverse(f"admin:{name}_{kind}"), follow=True)
            except NoReverseMatch:  # a page of its own in the place of the form
                continue
            page = response.content.decode()
            if response.status_code == 200 and 'method="post" id=' in page:
                forms += 1
                assert f'name="{FORM_FIELD}" value="{first_commune().pk}"' in page, (name, kind)

    assert forms > 15


def test_an_administrator_sees_the_colleagues_of_the_commune_and_no_others(client, here, there):
    managers = Group.objects.create(name="Quản lý")
    managers.permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    chief = User.objects.create_user("chief", is_staff=True)
    join(chief, managers, commune=here)
    ours, theirs, both = (User.objects.create_user(name, is_staff=True) for name in ("ours", "theirs", "both"))
    join(ours, managers, commune=here)
    join(theirs, managers, commune=there)
    join(both, managers, commune=here)
    join(both, managers, commune=there)
    client.force_login(chief)

    page = client.get("/quan-tri/accounts/user/", HTTP_HOST=HERE).content.decode()

    assert ">ours<" in page
    assert ">theirs<" not in page
    assert client.get(f"/quan-tri/accounts/user/{theirs.pk}/change/", HTTP_HOST=HERE).status_code == 302
    # The account of a person who works elsewhere too is not one commune's to take over.
    assert client.get(f"/quan-tri/accounts/user/{both.pk}/password/", HTTP_HOST=HERE).status_code == 403
    assert client.get(f"/quan-tri/accounts/user/{ours.pk}/password/", HTTP_HOST=HERE).status_code == 200
    change = client.get(f"/quan-tri/accounts/user/{both.pk}/change/", HTTP_HOST=HERE).content.decode()
    assert 'name="username"' not in change


def test_whom_an_administrator_creates_works_for_their_commune(client, here):
    managers = Group.objects.create(name="Quản lý")
    managers.permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    chief = User.objects.create_user("chief", is_staff=True)
    join(chief, managers, commune=here)
    client.force_login(chief)
    form = {
        "username": "moi",
        "last_name": "Lê",
        "first_name": "Mới",
        "news_scopes-TOTAL_FORMS": "0",
        "news_scopes-INITIAL_FORMS": "0",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-group": managers.pk,
    }

    response = client.post("/quan-tri/accounts/user/add/", form, HTTP_HOST=HERE, follow=True)

    assert response.status_code == 200, response.content
    assert Membership.objects.get(user__username="moi").commune == here


def test_only_the_operator_sees_the_communes(client, person, keepers, here):
    keepers.permissions.set(Permission.objects.filter(content_type__app_label="communes"))
    join(person, keepers, commune=here)
    client.force_login(person)

    assert client.get("/quan-tri/communes/commune/", HTTP_HOST=HERE).status_code == 403


def test_groups_are_changed_by_an_administrator_of_a_portal_alone_and_by_the_operator_of_many(client, person, keepers):
    keepers.permissions.set(Permission.objects.filter(content_type__app_label="auth", content_type__model="group"))
    join(person, keepers)
    client.force_login(person)
    pages = [reverse(f"admin:auth_group_{name}", args=[keepers.pk]) for name in ("change", "delete")]
    pages.append(reverse("admin:auth_group_add"))

    def allowed() -> list[bool]:
        return [client.post(page, {"name": ""}).status_code == 200 for page in pages]

    assert allowed() == [True, True, True]
    make_commune("o-kia.vn")
    assert allowed() == [False, False, False]
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    assert allowed() == [True, True, True]
