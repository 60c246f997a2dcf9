"""Two people in the same form: whoever saves second is told, and neither text is lost."""

import pytest
from django.contrib import admin
from django.urls import reverse

from communes.models import SiteIdentity
from communes.rowadmin import STORED, CommuneFormAdmin
from tests.alerts.factories import make_alert
from tests.communes.factories import first_commune
from tests.offered import read_page
from tests.offices.factories import make_person, make_village
from tests.polls.factories import make_poll
from tests.procedures.factories import make_procedure
from tests.schedules.factories import make_hours, make_week

pytestmark = pytest.mark.django_db
TOLD = "Người khác đã lưu mục này"


def form_of(client, address):
    return next(
        form for form in read_page(client.get(address).content.decode(), address).forms if form.kinds.get(STORED)
    )


def address_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def make_identity():
    return SiteIdentity.objects.create(commune=first_commune(), name="Cổng", agency="Ủy ban nhân dân xã")


ROWS = [make_identity, make_alert, make_poll, make_procedure, make_hours, make_week, make_person, make_village]


@pytest.mark.parametrize("make", ROWS)
def test_every_form_says_what_was_stored_when_it_was_opened(admin_client, make):
    assert dict(form_of(admin_client, address_of(make())).fields)[STORED]


def test_the_second_to_save_is_told_and_may_save_once_more(admin_client):
    alert = make_alert(text="Nước lên.")
    first, second = (form_of(admin_client, address_of(alert)) for _person in range(2))
    first.press(admin_client, text="Nước lên nhanh.")

    response = second.press(admin_client, headline="Sông Lũng lên báo động hai")

    alert.refresh_from_db()
    page = response.content.decode()
    assert alert.text == "Nước lên nhanh."
    assert TOLD in page
    assert "Sông Lũng lên báo động hai" in page
    again = next(form for form in read_page(page, address_of(alert)).forms if form.kinds.get(STORED))
    assert again.press(admin_client).status_code == 302
    alert.refresh_from_db()
    assert (alert.headline, alert.text) == ("Sông Lũng lên báo động hai", "Nước lên.")


def test_the_rows_below_are_watched_too(admin_client):
    procedure = make_procedure(("Giấy chứng sinh",))
    form = form_of(admin_client, address_of(procedure))
    procedure.papers.update(name="Giấy chứng sinh (bản chính)")

    response = form.press(admin_client)

    assert TOLD in response.content.decode()
    assert procedure.papers.get().name == "Giấy chứng sinh (bản chính)"


def test_saving_twice_in_a_row_is_nobody_else(admin_client):
    address = address_of(make_identity())
    for phone in ("0237 000 001", "0237 000 002"):
        assert form_of(admin_client, address).press(admin_client, phone=phone).status_code == 302
    assert SiteIdentity.objects.get().phone == "0237 000 002"


def test_a_form_without_the_field_belongs_to_an_admin_that_compares_versions_itself():
    silent = [options for options in admin.site._registry.values() if isinstance(options, CommuneFormAdmin)]

    assert {type(options).__name__ for options in silent if not options.tells_of_others} == {
        "ArticleAdmin",
        "PageAdmin",
    }
