"""Who writes procedures, who publishes them, and what the form refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import roles
from accounts.models import User
from procedures.models import LifeEvent, Procedure, State
from tests.communes.factories import first_commune, join, make_commune
from tests.procedures.factories import DRAFTING, make_event, make_person, make_procedure, make_publisher

pytestmark = pytest.mark.django_db

ADD = "admin:procedures_procedure_add"


def signed_in(client, person):
    client.force_login(person, backend="communes.work.MembershipBackend")
    return client


def sent(*papers: str, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "Đăng ký khai sinh",
        "summary": "Ghi tên con vào sổ.",
        "position": "0",
        "state": "draft",
        "papers-TOTAL_FORMS": len(papers),
        "papers-INITIAL_FORMS": 0,
        "_commune": first_commune().pk,
        "_save": "1",
    }
    for number, name in enumerate(papers):
        data |= {f"papers-{number}-name": name, f"papers-{number}-kind": "original", f"papers-{number}-count": "1"}
    return data | changes


def change(procedure: Procedure) -> str:
    return reverse("admin:procedures_procedure_change", args=[procedure.pk])


def test_a_procedure_is_written_with_its_papers_in_order(client):
    signed_in(client, make_publisher())

    response = client.post(reverse(ADD), sent("Giấy chứng sinh", "Tờ khai", state="published", code="1.001193"))

    procedure = Procedure.objects.everywhere().get()
    assert response.status_code == 302
    assert list(procedure.papers.values_list("name", flat=True)) == ["Giấy chứng sinh", "Tờ khai"]
    assert client.get(procedure.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "abc"}, "code"),
        ({"code": "1.00119"}, "code"),
        ({"title": "  "}, "title"),
        ({"summary": ""}, "summary"),
        ({"title": "Có rồi"}, "title"),
        ({"code": "1.000894"}, "code"),
        ({"reviewed_on": "02/01/2026", "review_on": "01/01/2026"}, "review_on"),
    ],
)
def test_nonsense_is_refused_at_its_field(client, changes, field):
    signed_in(client, make_publisher())
    make_procedure(title="Có rồi", code="1.000894")

    response = client.post(reverse(ADD), sent(**changes, steps="Bước đã gõ"))

    assert list(response.context["adminform"].form.errors) == [field]
    assert "Bước đã gõ" in response.content.decode()


def test_a_link_of_a_form_leads_to_a_page(client):
    signed_in(client, make_publisher())

    response = client.post(reverse(ADD), sent("Tờ khai", **{"papers-0-link": "javascript:alert(1)"}))

    assert "Liên kết phải bắt đầu" in response.content.decode()
    assert not Procedure.objects.everywhere().exists()


def test_who_only_drafts_publishes_nothing(client):
    signed_in(client, make_person(*DRAFTING))
    public = make_procedure()

    client.post(reverse(ADD), sent(state="published"))
    refused = client.post(change(public), sent(title="Khác"))

    assert Procedure.objects.everywhere().get(title="Đăng ký khai sinh").state == State.DRAFT
    assert refused.status_code == 403
    assert 'name="title"' not in client.get(change(public)).content.decode()


def test_drafts_are_published_from_the_list(client):
    signed_in(client, make_publisher())
    drafts = [make_procedure(state=State.DRAFT) for _ in range(2)]
    address = reverse("admin:procedures_procedure_changelist")
    action = {"action": "publish", "_selected_action": [draft.pk for draft in drafts], "_commune": first_commune().pk}

    offered = client.get(address).content.decode()
    client.post(address, action)

    assert 'value="publish"' in offered
    assert Procedure.objects.everywhere().published().count() == 2


def test_who_only_drafts_is_not_offered_to_publish_from_the_list(client):
    signed_in(client, make_person(*DRAFTING))
    draft = make_procedure(state=State.DRAFT)
    address = reverse("admin:procedures_procedure_changelist")

    offered = client.get(address).content.decode()
    client.post(address, {"action": "publish", "_selected_action": [draft.pk], "_commune": first_commune().pk})

    assert 'value="publish"' not in offered
    assert Procedure.objects.everywhere().get().state == State.DRAFT


@pytest.mark.parametrize(
    ("role", "publishes"), [(roles.WRITER, False), (roles.EDITOR, True), (roles.ADMINISTRATOR, True)]
)
def test_the_groups_of_a_new_portal(client, role, publishes):
    person = User.objects.create_user("mot-nguoi", is_staff=True)
    roles.create_roles()
    join(person, Group.objects.get(name=role))
    signed_in(client, person)

    client.post(reverse(ADD), sent("Tờ khai", state="published"))

    procedure = Procedure.objects.everywhere().get()
    assert (procedure.state == State.PUBLISHED) is publishes
    assert procedure.papers.count() == 1
    assert client.get(reverse("admin:procedures_procedure_import")).status_code == (200 if publishes else 403)


def test_a_life_event_gets_its_address_and_stays_while_it_is_used(client):
    signed_in(client, make_publisher())

    client.post(
        reverse("admin:procedures_lifeevent_add"), {"name": "Có con", "position": 1, "_commune": first_commune().pk}
    )
    event = LifeEvent.objects.everywhere().get()
    make_procedure(life_event=event)
    client.post(reverse("admin:procedures_lifeevent_delete", args=[event.pk]), {"post": "yes"})

    assert event.slug == "co-con"
    assert LifeEvent.objects.everywhere().exists()


def test_an_address_that_ends_in_a_number_is_refused_with_a_sentence(client):
    signed_in(client, make_publisher())

    response = client.post(
        reverse("admin:procedures_lifeevent_add"),
        {"name": "Đợt 12", "position": 1, "_commune": first_commune().pk},
    )

    assert "không kết thúc bằng số" in response.content.decode()


def test_life_events_of_another_commune_are_not_offered(client):
    signed_in(client, make_publisher())
    other = make_event("Ở kia", commune=make_commune("o-kia.vn"))

    page = client.get(reverse(ADD)).content.decode()
    client.post(reverse(ADD), sent(life_event=other.pk))

    assert "Ở kia" not in page
    assert not Procedure.objects.everywhere().exists()
