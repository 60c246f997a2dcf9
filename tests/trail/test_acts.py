"""What people do stands in the audit log: pressed the way their pages send it."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATOR, create_roles
from communes.models import SiteIdentity
from news.models import Status
from serving.logs import JSONFormatter
from tests.alerts.factories import make_alert
from tests.communes.factories import enrol, first_commune, join, make_commune
from tests.news.factories import make_article, make_chief, make_tag, make_user
from tests.news.test_admin import form_data
from tests.polls.factories import make_poll
from trail.admin import differences
from trail.models import DEPLOYMENT, Entry, Kind
from trail.recording import record

pytestmark = pytest.mark.django_db

PASSWORD = "bốn chiếc thuyền nan chở nắng"


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("vanhanh", password=PASSWORD, last_name="Lê", first_name="Vân")


@pytest.fixture
def client_of_operator(operator: User, client: Client) -> Client:
    client.force_login(operator)
    return client


def last() -> Entry:
    return Entry.objects.order_by("-id")[0]


def said(entry: Entry) -> tuple[Any, ...]:
    return entry.kind, entry.object_type, entry.object_name


def test_signing_in_failing_and_signing_out(operator: User, client: Client):
    login = reverse("admin:login")

    client.post(login, {"username": "vanhanh", "password": "sai"}, REMOTE_ADDR="203.0.113.9")
    failed = last()
    client.post(login, {"username": "vanhanh", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    entered = last()
    client.post(reverse("admin:logout"))

    assert (failed.kind, failed.person, failed.object_name) == (Kind.SIGN_IN_FAILED, None, "Lê Vân (vanhanh)")
    assert (entered.kind, entered.person, entered.person_name) == (Kind.SIGN_IN, operator.pk, "Lê Vân (vanhanh)")
    assert (entered.address, entered.chain) == ("203.0.113.9", first_commune().pk)
    assert last().kind == Kind.SIGN_OUT
    assert PASSWORD not in json.dumps(list(Entry.objects.values()), default=str, ensure_ascii=False)


def test_people_and_what_they_do_where(client_of_operator: Client):
    group, person = create_roles()["Phóng viên"], User.objects.create_user("moi", email="a@a.vn")
    form = {"username": "moi", "email": "b@a.vn", "is_active": "on", "date_joined_0": "01/01/2026"}
    form |= {"date_joined_1": "08:00:00", "first_name": "", "last_name": ""}
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-user": person.pk}
    rows |= {"news_scopes-TOTAL_FORMS": "0", "news_scopes-INITIAL_FORMS": "0"}
    rows |= {"memberships-0-commune": first_commune().pk, "memberships-0-group": group.pk}

    answer = client_of_operator.post(reverse("admin:accounts_user_change", args=[person.pk]), form | rows)

    assert answer.status_code == 302, answer.context["errors"]
    changed, membership = Entry.objects.filter(kind__in=[Kind.CHANGE, Kind.ADD]).order_by("id")
    assert (changed.object_type, changed.object_id) == ("accounts.user", str(person.pk))
    assert changed.values()[0]["email"] == "a@a.vn"
    assert changed.values()[1]["email"] == "b@a.vn"
    assert (membership.kind, membership.object_type) == (Kind.ADD, "communes.membership")
    assert membership.values()[1]["group"] == "Phóng viên"


def test_what_is_no_field_of_the_thing_is_said_in_vietnamese(operator: User):
    record(Kind.ADD, about=operator, after={"group": "Phóng viên"})

    assert list(differences(last())) == ["nhóm: Phóng viên"]


def test_a_new_password_without_the_password(client_of_operator: Client):
    person = User.objects.create_user("moi", password="x")

    client_of_operator.post(
        reverse("admin:auth_user_password_change", args=[person.pk]),
        {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    )
    of_another = said(last())
    client_of_operator.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": PASSWORD + " vàng", "new_password2": PASSWORD + " vàng"},
    )

    assert of_another == (Kind.PASSWORD, "accounts.user", "moi")
    assert said(last()) == (Kind.PASSWORD, "accounts.user", "Lê Vân (vanhanh)")
    assert "thuyền" not in json.dumps(list(Entry.objects.values()), default=str, ensure_ascii=False)


def test_what_a_group_may_do(client_of_operator: Client):
    group = Group.objects.create(name="Văn thư")
    kept, gone, new = Permission.objects.filter(content_type__app_label="news")[:3]
    group.permissions.set([kept, gone])

    client_of_operator.post(
        reverse("admin:auth_group_change", args=[group.pk]), {"name": "Văn thư", "permissions": [kept.pk, new.pk]}
    )

    before, after = last().values()
    assert (before, after) == ({"permissions": [str(gone)]}, {"permissions": [str(new)]})


def test_the_identity_of_the_commune(client_of_operator: Client):
    identity = SiteIdentity.objects.create(commune=first_commune(), name="Cổng cũ")

    client_of_operator.post(
        reverse("admin:communes_siteidentity_change", args=[identity.pk]),
        {"name": "Cổng mới", "colour": "#0b5394", "factor_grace_days": "14"},
    )

    assert last().values()[0]["name"] == "Cổng cũ"
    assert last().values()[1]["name"] == "Cổng mới"


def test_publishing_and_withdrawing(client: Client):
    chief, article = make_chief(), make_article(status=Status.REVIEW)
    client.force_login(chief)

    client.post(reverse("admin:news_article_step", args=[article.pk, "publish"]))
    published = last()
    client.post(
        reverse("admin:news_article_step", args=[article.pk, "withdraw"]), {"notice": "Đã rút.", "reason": "Sai số"}
    )

    assert said(published) == (Kind.PUBLISH, "news.article", article.title)
    assert last().kind == Kind.WITHDRAW
    assert last().values()[1]["reason"] == "Sai số"


def test_the_end_of_a_publication_is_moved(client: Client):
    chief, article = make_chief(), make_article()
    client.force_login(chief)
    appeared, tomorrow = timezone.localtime(article.published_at), timezone.localtime() + timedelta(days=1)
    form = form_data(category=article.category_id, title=article.title, summary=article.summary, body=article.body)
    form |= {"published_at_0": f"{appeared:%d/%m/%Y}", "published_at_1": f"{appeared:%H:%M:%S}"}
    form |= {"expires_at_0": f"{tomorrow:%d/%m/%Y}", "expires_at_1": "08:00", "base_version": article.version}

    client.post(reverse("admin:news_article_change", args=[article.pk]), form)

    assert said(last()) == (Kind.CHANGE, "news.article", article.title)
    assert last().values()[0]["expires_at"] is None
    assert last().values()[1]["expires_at"].startswith(f"{tomorrow:%Y-%m-%d}")


def test_an_alert_is_published_and_withdrawn(client_of_operator: Client):
    alert = make_alert(published_at=None)
    look = reverse("admin:alerts_alert_look", args=[alert.pk])

    client_of_operator.post(look, {"publish": "1"})
    client_of_operator.post(look, {"withdraw": "1"})
    client_of_operator.post(look, {"withdraw": "1"})  # changes nothing

    kinds = Entry.objects.filter(object_type="alerts.alert").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [Kind.PUBLISH, Kind.WITHDRAW]


def test_what_is_taken_out_of_the_portal(client_of_operator: Client):
    poll = make_poll()

    for address in (
        reverse("admin:polls_poll_ballots", args=[poll.pk, "csv"]),
        reverse("admin:visitors_export", args=["days", "xlsx"]),
        reverse("admin:news_article_reports") + "?tep=csv&bang=0",
        reverse("admin:trail_entry_export", args=["csv"]),
    ):
        assert client_of_operator.get(address).status_code == 200

    files = [entry.values()[1]["file"] for entry in Entry.objects.filter(kind=Kind.EXPORT)]
    assert len(files) == 4
    assert f"phieu-{poll.pk}.csv" in files


def test_striking_out_of_the_statistics(client_of_operator: Client):
    begin = timezone.localtime() - timedelta(hours=3)
    form = {"scope": "span", "reason": "Máy quét", "network": ""}
    for name, moment in (("begins_at", begin), ("ends_at", begin + timedelta(hours=1))):
        form |= {f"{name}_0": f"{moment:%d/%m/%Y}", f"{name}_1": f"{moment:%H:%M}"}

    answer = client_of_operator.post(reverse("admin:visitors_strike_add"), form)

    assert answer.status_code == 302, answer.context["errors"]
    assert last().kind == Kind.STRIKE
    assert last().values()[1]["scope"] == "span"


@pytest.mark.parametrize("way", ["page", "list"])
def test_deleting(client_of_operator: Client, way: str):
    tag = make_tag("Lũ")
    if way == "page":
        client_of_operator.post(reverse("admin:news_tag_delete", args=[tag.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
        client_of_operator.post(reverse("admin:news_tag_changelist"), chosen)

    assert said(last()) == (Kind.DELETE, "news.tag", "Lũ")
    assert last().object_id == str(tag.pk)


def test_an_operator_reads_a_draft(operator: User, client_of_operator: Client):
    draft, public = make_article(status=Status.DRAFT), make_article()

    for article in (draft, public):
        client_of_operator.get(reverse("admin:news_article_change", args=[article.pk]))
    client_of_operator.get(draft.get_absolute_url())
    reads = Entry.objects.filter(kind=Kind.READ)
    assert [entry.object_id for entry in reads] == [str(draft.pk)] * 2

    enrol(operator)
    client_of_operator.get(reverse("admin:news_article_change", args=[draft.pk]))

    assert reads.count() == 2  # a member's own work


def test_lines_go_to_the_log_of_the_process(caplog, django_capture_on_commit_callbacks):
    with caplog.at_level(logging.INFO, logger="trail"), django_capture_on_commit_callbacks(execute=True):
        record(Kind.SIGN_IN_FAILED, about="a\nERROR root: forged")

    (line,) = (JSONFormatter().format(entry) for entry in caplog.records)
    said = json.loads(line)
    assert said["audit"]["kind"] == "sign_in_failed"
    assert "\n" not in said["message"]


def test_who_is_refused_is_told_too(caplog, client: Client):
    person = make_chief(username="truong")
    client.force_login(person)

    with caplog.at_level(logging.INFO, logger="trail"):
        client.get(reverse("admin:trail_entry_changelist"), REMOTE_ADDR="203.0.113.9")

    (record,) = (record for record in caplog.records if record.name == "trail")
    assert (record.audit["kind"], record.audit["person"]) == ("refused", person.pk)
    assert (record.audit["address"], record.audit["path"]) == ("203.0.113.9", "/quan-tri/trail/entry/")
    assert not Entry.objects.exists()


class TestTheList:
    @pytest.fixture
    def officer(self) -> User:
        person = make_user()
        join(person, create_roles()[ADMINISTRATOR])
        return person

    def test_officers_see_what_is_their_communes_alone(self, officer: User, client: Client, operator: User):
        other = make_commune("khac.example")
        for commune, name in ((first_commune().pk, "của ta"), (other.pk, "của họ"), (DEPLOYMENT, "của chung")):
            record(Kind.CHANGE, about=name, commune=commune, person=operator)
        address, export = reverse("admin:trail_entry_changelist"), reverse("admin:trail_entry_export", args=["csv"])

        client.force_login(officer)
        pages = [client.get(address).content.decode(), client.get(export).content.decode()]
        theirs = Entry.objects.of(other).get()
        foreign = client.get(reverse("admin:trail_entry_change", args=[theirs.pk]))
        client.force_login(operator)
        all_here = client.get(address).content.decode()

        for page in pages:
            assert "của ta" in page
            assert "của họ" not in page
            assert "của chung" not in page
        assert foreign.status_code in (302, 404)
        assert "của chung" in all_here
        assert "của họ" not in all_here

    def test_filters_choose_and_nobody_changes(self, client_of_operator: Client, operator: User):
        record(Kind.DELETE, about="bỏ đi", commune=DEPLOYMENT, person=operator)
        record(Kind.BACKUP, about="cong-7.age")
        address = reverse("admin:trail_entry_changelist")

        found = client_of_operator.get(f"{address}?kind__exact=delete&nguoi={operator.pk}").content.decode()
        file = client_of_operator.get(reverse("admin:trail_entry_export", args=["csv"]) + "?kind__exact=delete")

        assert "bỏ đi" in found
        assert "cong-7.age" not in found
        assert "cong-7.age" not in file.content.decode()
        assert client_of_operator.get(reverse("admin:trail_entry_changelist") + "add/").status_code in (302, 403, 404)
        line = Entry.objects.order_by("id")[0]
        change = reverse("admin:trail_entry_change", args=[line.pk])
        assert client_of_operator.post(change, {"kind": "add"}).status_code == 403
        assert client_of_operator.post(reverse("admin:trail_entry_delete", args=[line.pk])).status_code == 403

    def test_who_may_not_see_it_does_not(self, client: Client):
        client.force_login(make_chief())

        assert client.get(reverse("admin:trail_entry_changelist")).status_code == 403
        assert client.get(reverse("admin:trail_entry_export", args=["csv"])).status_code == 403


def test_only_public_tables_are_taken_without_a_line():
    """`spreadsheet.download` writes none: who calls it gives citizens what they see anyway, or an empty form."""
    from tests.test_architecture import BASE_DIR, names_in_code

    calling = {
        str(file.relative_to(BASE_DIR))
        for name in names_in_code()
        for file in (BASE_DIR / name).rglob("*.py")
        if re.search(r"from spreadsheet import .*\bdownload\b", file.read_text(encoding="utf-8"))
    }

    assert calling == {"polls/views.py", "procedures/admin.py", "trail/exports.py"}
