"""What a commune has once: its name in the admin leads to its form, and nobody asks for it on every page."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model, OneToOneField, UniqueConstraint
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from communes.models import Commune, SiteIdentity
from communes.rowadmin import OneRowAdmin
from news.models import NewsroomRules
from tests.communes.factories import enrol, first_commune
from visitors.models import Carryover, Display

pytestmark = pytest.mark.django_db

FILLED = {
    SiteIdentity: {},
    NewsroomRules: {},
    Display: {},
    Carryover: {"visits": 4711, "until": "2025-06-30", "origin": "cu.mot.vn", "entered_by": "Lan"},
}
MODELS = [model for model, options in admin.site._registry.items() if isinstance(options, OneRowAdmin)]


def is_once(model: type[Model]) -> bool:
    """Whether the database takes one row of each commune."""
    keys = [field for field in model._meta.get_fields() if getattr(field, "remote_field", None)]
    rules = [rule for rule in model._meta.constraints if isinstance(rule, UniqueConstraint) and rule.condition is None]
    return any(isinstance(key, OneToOneField) and key.remote_field.model is Commune for key in keys) or any(
        rule.fields == ("commune",) for rule in rules
    )


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def chief(client):
    client.force_login(User.objects.create_superuser("a", is_staff=True), backend="communes.work.MembershipBackend")
    return client


def test_every_model_with_one_row_for_each_commune_is_found():
    assert set(MODELS) == set(FILLED) == {model for model in admin.site._registry if is_once(model)}


@pytest.mark.parametrize("model", MODELS)
def test_its_name_leads_to_its_form(chief, model):
    empty = chief.get(address(model, "changelist"))
    new = chief.get(empty["Location"])
    row = model._base_manager.create(commune=first_commune(), **FILLED[model])
    filled = chief.get(address(model, "changelist"))
    form = chief.get(filled["Location"])

    assert (empty.status_code, empty["Location"]) == (302, address(model, "add"))
    assert (filled.status_code, filled["Location"]) == (302, address(model, "change", row.pk))
    assert form.status_code == 200
    assert [b"_addanother" in page.content for page in (new, form)] == [False, False]
    assert chief.get(address(model, "add")).status_code == 403
    assert chief.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_who_may_only_look_finds_no_form_for_what_is_not_there(client):
    reader = User.objects.create_user("b", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_display"))
    client.force_login(enrol(reader), backend="communes.work.MembershipBackend")

    assert client.get(address(Display, "changelist")).status_code == 200


def test_the_visits_of_the_earlier_portal_say_who_entered_them(chief):
    row = Carryover.objects.create(commune=first_commune(), **FILLED[Carryover])

    page = chief.get(address(Carryover, "change", row.pk)).content.decode()

    assert "4711" in page
    assert "Lan" in page


def test_no_page_of_the_admin_asks_for_them(chief):
    chief.get(reverse("admin:news_tag_changelist"))
    with CaptureQueriesContext(connection) as queries:
        page = chief.get(reverse("admin:news_tag_changelist"))

    assert [address(model, "changelist") in page.content.decode() for model in MODELS] == [True] * len(MODELS)
    tables = [model._meta.db_table for model in MODELS]
    assert [query["sql"] for query in queries if any(f'"{table}"' in query["sql"] for table in tables)] == []
