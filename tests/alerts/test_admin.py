"""Who writes alerts, who publishes them, and what the form refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from alerts.models import Alert, Level
from tests.alerts.factories import make_alert, make_drafter, make_person, make_publisher
from tests.communes.factories import join, make_commune

pytestmark = pytest.mark.django_db

ADD = "admin:alerts_alert_add"


def sign_in(client, person: User):
    client.force_login(person, backend="communes.work.MembershipBackend")
    return client


def filled(client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form at `address` would send, with `changes` typed into it."""
    response = client.get(address)
    form = response.context["adminform"].form
    now = timezone.localtime()
    values = {name: form[name].value() for name in ("level", "headline", "text", "area", "link")}
    values = {name: "" if value is None else value for name, value in values.items()}
    for name, moment in (("starts_at", now), ("ends_at", now + timedelta(hours=2))):
        values |= {f"{name}_0": f"{moment:%d/%m/%Y}", f"{name}_1": f"{moment:%H:%M}"}
    return values | {"headline": "Nước lên nhanh", "_commune": response.wsgi_request.commune.pk} | changes


def errors_of(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def look(alert: Alert) -> str:
    return reverse("admin:alerts_alert_look", args=[alert.pk])


def test_an_alert_is_written_looked_at_and_published(client):
    sign_in(client, make_publisher())

    saved = client.post(reverse(ADD), filled(client, reverse(ADD), level="1", text="Di dời.", _look="1"))
    alert = Alert.objects.everywhere().get()
    sample = client.get(look(alert)).content.decode()
    before = client.get("/").content.decode()
    client.post(look(alert), {"publish": "1", "_commune": alert.commune_id})

    assert saved.url == look(alert)
    assert f'data-alert="{alert.mark}"' in sample and 'name="publish"' in sample
    assert "Nước lên nhanh" not in before and "Nước lên nhanh" in client.get("/").content.decode()
    alert.refresh_from_db()
    assert alert.published_by and alert.published_at


def test_a_published_alert_is_withdrawn_once(client):
    sign_in(client, make_publisher())
    alert = make_alert()

    client.post(look(alert), {"withdraw": "1", "_commune": alert.commune_id})
    first = Alert.objects.everywhere().get().withdrawn_at
    again = client.post(look(alert), {"withdraw": "1", "_commune": alert.commune_id}, follow=True)

    assert first is not None and Alert.objects.everywhere().get().withdrawn_at == first
    assert "đang ở trạng thái khác" in again.content.decode()
    assert alert.headline not in client.get("/").content.decode()


def test_who_only_drafts_is_offered_no_publication_and_refused_it(client):
    sign_in(client, make_drafter())
    client.post(reverse(ADD), filled(client, reverse(ADD), _save="1"))
    alert = Alert.objects.everywhere().get()

    page = client.get(look(alert)).content.decode()
    refused = client.post(look(alert), {"publish": "1", "_commune": alert.commune_id})

    assert 'name="publish"' not in page and "Biên tập viên sẽ đăng" in page
    assert refused.status_code == 403
    assert Alert.objects.everywhere().get().is_draft


def test_who_only_drafts_changes_nothing_that_is_public(client):
    sign_in(client, make_drafter())
    alert = make_alert()
    address = reverse("admin:alerts_alert_change", args=[alert.pk])

    page = client.get(address)
    refused = client.post(address, {"headline": "Khác", "_commune": alert.commune_id, "_save": "1"})

    assert page.status_code == 200 and 'name="headline"' not in page.content.decode()
    assert refused.status_code == 403
    assert client.get(reverse("admin:alerts_alert_delete", args=[alert.pk])).status_code == 403


def test_who_may_only_look_sees_no_button(client):
    sign_in(client, make_person("view_alert"))
    alert = make_alert(published_at=None)

    response = client.get(look(alert))

    assert response.status_code == 200
    assert 'name="publish"' not in response.content.decode()


def test_without_a_right_there_is_nothing(client):
    sign_in(client, make_person())
    alert = make_alert()

    assert client.get(look(alert)).status_code == 403
    assert client.get(reverse("admin:alerts_alert_changelist")).status_code == 403


def test_changed_words_are_seen_again_and_a_longer_time_is_not(client):
    sign_in(client, make_publisher())
    alert = make_alert()
    address = reverse("admin:alerts_alert_change", args=[alert.pk])

    client.post(address, filled(client, address, headline=alert.headline, _save="1"))
    prolonged = Alert.objects.everywhere().get()
    client.post(address, filled(client, address, headline="Nước rút", _save="1"))

    assert prolonged.version == 1 and prolonged.ends_at > alert.ends_at
    assert Alert.objects.everywhere().get().version == 2


def test_an_end_before_the_beginning_is_refused_at_its_field(client):
    sign_in(client, make_publisher())
    now = timezone.localtime()
    sent = filled(client, reverse(ADD), ends_at_0=f"{now - timedelta(days=1):%d/%m/%Y}", text="Còn đây.")

    response = client.post(reverse(ADD), sent)

    assert errors_of(response) == {"ends_at": ["Thời điểm kết thúc phải sau thời điểm bắt đầu."]}
    assert "Còn đây." in response.content.decode()
    assert not Alert.objects.everywhere().exists()


def test_an_end_in_the_past_is_refused(client):
    sign_in(client, make_publisher())
    now = timezone.localtime()
    days = {"starts_at_0": f"{now - timedelta(days=3):%d/%m/%Y}", "ends_at_0": f"{now - timedelta(days=1):%d/%m/%Y}"}

    response = client.post(reverse(ADD), filled(client, reverse(ADD), **days))

    assert errors_of(response) == {"ends_at": ["Thời điểm này đã qua."]}


def test_a_draft_whose_end_has_passed_is_not_published(client):
    sign_in(client, make_publisher())
    now = timezone.now()
    alert = make_alert(published_at=None, starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))

    page = client.get(look(alert)).content.decode()
    client.post(look(alert), {"publish": "1", "_commune": alert.commune_id})

    assert 'name="publish"' not in page
    assert Alert.objects.everywhere().get().is_draft


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "http://x.vn",
        "data:text/html,x",
        "https://",
        "trang",
    ],
)
def test_a_link_elsewhere_than_to_a_page_is_refused(client, link):
    sign_in(client, make_publisher())

    response = client.post(reverse(ADD), filled(client, reverse(ADD), link=link))

    assert errors_of(response) == {"link": ["Liên kết phải bắt đầu bằng / (trang của cổng này) hoặc https://."]}
    with pytest.raises(IntegrityError, match="link_is_safe"), transaction.atomic():
        make_alert(link=link)


@pytest.mark.parametrize("link", ["/", "/thong-bao/x-1/", "https://dichvucong.gov.vn", "https://x.vn/a?b=c#d"])
def test_a_link_to_a_page_is_taken(link):
    assert make_alert(link=link).link == link


@pytest.mark.parametrize("headline", ["", "   ", "\u200b", "x" * 121])
def test_a_headline_is_there_and_short(client, headline):
    sign_in(client, make_publisher())

    response = client.post(reverse(ADD), filled(client, reverse(ADD), headline=headline))

    assert list(errors_of(response)) == ["headline"]


def test_the_same_alert_twice_is_refused_at_its_headline(client):
    sign_in(client, make_publisher())
    sent = filled(client, reverse(ADD), _save="1")

    first, second = client.post(reverse(ADD), sent), client.post(reverse(ADD), sent)

    assert first.status_code == 302
    assert "headline" in errors_of(second)
    assert Alert.objects.everywhere().count() == 1


def test_of_two_who_send_the_same_at_once_the_second_reads_why(client, monkeypatch):
    """The form finds nothing, as when both are checked before either is stored; the database finds the other."""
    from alerts.admin import AlertForm

    sign_in(client, make_publisher())
    sent = filled(client, reverse(ADD), _save="1")
    client.post(reverse(ADD), sent)
    checks = iter([False])
    check, validate = AlertForm.clean, AlertForm.validate_unique
    monkeypatch.setattr(AlertForm, "clean", lambda form: check(form) if next(checks, True) else form.cleaned_data)
    blind = iter([False])
    monkeypatch.setattr(AlertForm, "validate_unique", lambda form: validate(form) if next(blind, True) else None)
    constraints = iter([False])
    validate_constraints = Alert.validate_constraints
    monkeypatch.setattr(
        Alert,
        "validate_constraints",
        lambda alert, exclude=None: validate_constraints(alert, exclude) if next(constraints, True) else None,
    )

    response = client.post(reverse(ADD), sent)

    assert "headline" in errors_of(response)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"ends_at": timezone.now() - timedelta(days=1)}, "ends_after_start"),
        ({"headline": ""}, "has_headline"),
        ({"level": 9}, "known_level"),
        ({"published_at": None, "withdrawn_at": timezone.now()}, "withdrawn_after_publication"),
    ],
)
def test_the_database_refuses_what_the_form_does(changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_alert(**changes)


def test_drafts_lie_on_the_desk_of_those_who_publish(client):
    draft = make_alert(published_at=None, level=Level.URGENT)
    desk = reverse("admin:index")

    publisher = sign_in(client, make_publisher()).get(desk).content.decode()
    drafter = sign_in(client, make_drafter()).get(desk).content.decode()

    assert draft.headline in publisher and look(draft) in publisher
    assert look(draft) not in drafter


@pytest.mark.parametrize(
    ("role", "publishes"), [(roles.WRITER, False), (roles.EDITOR, True), (roles.ADMINISTRATOR, True)]
)
def test_the_groups_of_a_new_portal(client, role, publishes):
    person = User.objects.create_user("mot-nguoi", is_staff=True)
    roles.create_roles()
    join(person, Group.objects.get(name=role))
    draft = make_alert(published_at=None)
    sign_in(client, person)

    page = client.get(look(draft)).content.decode()
    answer = client.post(look(draft), {"publish": "1", "_commune": draft.commune_id})

    assert ('name="publish"' in page) is publishes
    assert answer.status_code == (302 if publishes else 403)
    assert client.get(reverse(ADD)).status_code == 200


def test_an_alert_of_another_commune_is_none(client):
    sign_in(client, make_publisher())
    alert = make_alert(commune=make_commune("o-kia.vn"))

    assert client.get(look(alert)).status_code == 404
    assert client.post(look(alert), {"withdraw": "1"}).status_code == 404
    assert client.get(reverse("admin:alerts_alert_change", args=[alert.pk])).status_code == 404
