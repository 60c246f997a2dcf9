"""Reports of browsers on the content security policy: what is kept, and within which bounds."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from communes import policyreports
from communes.models import PolicyReport
from tests.communes.factories import first_commune, join, make_commune
from tests.news.factories import make_article

pytestmark = pytest.mark.django_db
SENT = {
    "document-uri": "http://testserver/so-do-trang/?q=bí+mật#x",
    "referrer": "http://testserver/tim-kiem/?q=bí+mật",
    "violated-directive": "script-src-elem",
    "effective-directive": "script-src-elem",
    "original-policy": "default-src 'self'",
    "blocked-uri": "https://quang-cao.example/x.js?nguoi=1",
    "status-code": 200,
    "script-sample": "mật khẩu",
}


@pytest.fixture(autouse=True)
def fresh_budget(monkeypatch):
    monkeypatch.setattr(policyreports, "budget", policyreports.Budget(policyreports.MOST_A_MINUTE))


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def send(client: Client, body: Any = None, host: str = "testserver", **changes: Any) -> int:
    body = json.dumps({"csp-report": SENT | changes}) if body is None else body
    return client.post("/bao-csp/", body, content_type="application/csp-report", HTTP_HOST=host).status_code


def kept() -> list[tuple[Any, ...]]:
    return list(PolicyReport.objects.everywhere().order_by("pk").values_list("page", "directive", "blocked", "count"))


def test_keeps_path_rule_and_host_and_nothing_else(client):
    assert send(client) == 204

    assert kept() == [("/so-do-trang/", "script-src-elem", "quang-cao.example", 1)]


def test_the_policy_of_every_page_names_the_address(client):
    assert "report-uri /bao-csp/" in client.get("/so-do-trang/")["Content-Security-Policy"]
    assert "report-uri /bao-csp/" in client.get("/quan-tri/login/")["Content-Security-Policy"]


def test_one_that_comes_again_is_counted(client):
    for _ in range(3):
        send(client)

    assert [row[3] for row in kept()] == [3]


def test_an_address_that_is_a_secret_is_not_kept(client):
    send(client, **{"document-uri": "http://testserver/chia-se/GeheimesKennzeichen1234/"})

    assert "Geheim" not in str(kept())
    assert kept()[0][0].startswith("/chia-se/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document-uri", "https://fremd.example/so-do-trang/"),
        ("document-uri", "about:blank"),
        ("document-uri", 7),
        ("effective-directive", "<script>"),
        ("effective-directive", "x" * 500),
        ("blocked-uri", "chrome-extension://abc/x.js"),
        ("blocked-uri", "moz-extension"),
        ("blocked-uri", "https://[/"),
        ("blocked-uri", {}),
        ("blocked-uri", "họ tên của tôi"),
    ],
)
def test_what_is_of_no_use_is_not_kept(client, name, value):
    assert send(client, **{name: value}) == 204

    assert kept() == []


def test_signs_that_no_database_takes_are_left_out(client):
    assert send(client, **{"document-uri": "http://testserver/a%00\ud800b/"}) == 204

    assert all("\x00" not in row[0] for row in kept())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"csp-report": []}', b"\xff", b"[" * 9_000, b'{"csp-report": {}}']
)
def test_nonsense_is_answered_like_the_rest(client, body):
    assert send(client, body) == 204

    assert kept() == []


def test_a_day_holds_so_many_kinds_and_counts_those_it_has(client, monkeypatch):
    monkeypatch.setattr(policyreports, "MOST_A_DAY", 3)
    for number in range(5):
        send(client, **{"blocked-uri": f"https://a{number}.example/"})
    send(client, **{"blocked-uri": "https://a0.example/"})

    assert [(row[2], row[3]) for row in kept()] == [("a0.example", 2), ("a1.example", 1), ("a2.example", 1)]


def test_a_flood_costs_no_query(client, django_assert_num_queries):
    for _ in range(policyreports.MOST_A_MINUTE):
        send(client)

    with django_assert_num_queries(0):
        assert send(client) == 204

    assert [row[3] for row in kept()] == [policyreports.MOST_A_MINUTE]


def test_a_long_path_is_cut(client):
    article = make_article()
    send(client, **{"document-uri": f"http://testserver{article.category.get_absolute_url()}{'x' * 900}-1"})

    assert [len(row[0]) for row in kept()] in ([], [200])


def test_the_clock_deletes_what_is_old():
    today = timezone.localdate()
    for days in (0, 30, 31, 90):
        PolicyReport.objects.create(
            commune=first_commune(), day=today - timedelta(days=days), page="/", directive="img-src", blocked="inline"
        )

    assert policyreports.delete_old_reports(timezone.now()) == 2


def test_administrators_see_those_of_their_commune_alone(client):
    here, there = first_commune(), make_commune("xa-khac.example")
    send(client)
    send(
        client,
        host="xa-khac.example",
        **{"document-uri": "http://xa-khac.example/", "blocked-uri": "https://dort.example"},
    )
    person = User.objects.create_user("hanh", is_staff=True)
    group = Group.objects.create(name="Người xem")
    join(person, group, commune=here)
    client.force_login(person)
    refused = client.get("/quan-tri/communes/policyreport/").status_code
    group.permissions.set(Permission.objects.filter(codename="view_policyreport"))

    page = client.get("/quan-tri/communes/policyreport/").content.decode()

    assert refused == 403
    assert PolicyReport.objects.of(there).count() == 1
    assert "quang-cao.example" in page
    assert "dort.example" not in page
    assert client.get("/quan-tri/communes/policyreport/add/").status_code == 403
