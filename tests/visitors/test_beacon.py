"""The beacon's contract."""

import json

import pytest

from tests.communes.factories import first_commune
from tests.visitors.factories import CHROME, GOOGLEBOT, ZALO, shares
from visitors.counting.beacon import BEACON_PATH, IMAGE_PATH
from visitors.counting.buffer import buffer
from visitors.counting.pages import mark
from visitors.counting.presence import memo
from visitors.models import Day, Dimension, Presence

pytestmark = pytest.mark.django_db


def test_replies_with_the_number_of_people_online(signal, clock):
    for number in range(3):
        signal(address=f"203.0.{number}.7")
    buffer.flush()
    memo.renew()

    reply = signal()

    assert reply.status_code == 200
    assert reply.json() == {"online": 3}


def test_whoever_asks_is_online(signal):
    assert signal().json() == {"online": 1}


def test_runs_no_sql(signal, clock, django_assert_num_queries):
    memo.numbers(first_commune().pk)

    with django_assert_num_queries(0):
        for kind in ("view", "beat", "leave"):
            signal(kind)


def test_sets_no_cookie_and_is_kept_by_no_cache(signal):
    reply = signal()

    assert not reply.cookies
    assert reply["Cache-Control"] == "no-store"
    assert reply["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert reply["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Cookie" not in reply.get("Vary", "")


def test_counts_views_and_not_heartbeats(signal, clock):
    for kind in ("view", "beat", "beat", "leave"):
        signal(kind)
    buffer.flush()

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits, day.views) == (1, 1, 1)


def test_tells_visitors_apart_by_address_and_browser(signal, clock):
    signal(address="203.0.113.7")
    signal(address="203.0.113.7", agent=ZALO)
    signal(address="203.0.113.8")
    signal(address="203.0.113.7")
    buffer.flush()

    assert Presence.objects.everywhere().count() == 3


def test_takes_an_ipv6_household_as_one_address(signal, clock):
    for host in ("::1", "::2", "1::3"):
        signal(address=f"2001:db8:0:1{host}" if host != "1::3" else "2001:db8:0:2::3")
    buffer.flush()

    assert Presence.objects.everywhere().count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": None, "origin": "https://elsewhere.example"},
        {"sec-fetch-site": None, "origin": None},
        {"sec-fetch-site": None, "origin": "null"},
        {"sec-fetch-site": None, "origin": "http://[broken"},
    ],
)
def test_refuses_other_sites(client, headers, clock):
    given = {"origin": "http://localhost", "sec-fetch-site": "same-origin", "user-agent": CHROME, "host": "localhost"}
    headers = {name: value for name, value in (given | headers).items() if value is not None}

    reply = client.post(BEACON_PATH, {"kind": "view", "path": "/"}, content_type="application/json", headers=headers)

    assert reply.status_code == 403
    assert buffer.flush() == 0


def test_accepts_an_old_browser_by_its_origin(client, clock):
    headers = {"origin": "http://localhost", "user-agent": CHROME, "host": "localhost"}

    reply = client.post(BEACON_PATH, {"kind": "view", "path": "/"}, content_type="application/json", headers=headers)

    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 411),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b"[" * 500, 400),
        (b'{"kind": "vote"}', 400),
        (b'{"kind": ["view"]}', 400),
        (b'{"kind": "view", "path": 7}', 400),
        (b'{"kind": "view", "path": "/\\ud800"}', 400),
        (b'{"kind": "view", "from": {}}', 400),
        (json.dumps({"kind": "view", "path": "/" + "a" * 500}).encode(), 413),
        (b" " * 513, 413),
    ],
)
def test_refuses_what_is_no_signal(client, body, status, clock):
    headers = {"sec-fetch-site": "same-origin", "user-agent": CHROME, "host": "localhost"}

    reply = client.post(BEACON_PATH, body, content_type="text/plain", headers=headers)
    buffer.flush()

    assert reply.status_code == status
    assert not Day.objects.everywhere().exists()
    assert not Presence.objects.everywhere().exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_takes_only_posts(client, method):
    assert getattr(client, method)(BEACON_PATH).status_code == 405


def test_a_bot_is_no_visitor(signal, clock):
    signal(agent=GOOGLEBOT)
    buffer.flush()

    assert not Presence.objects.everywhere().exists()
    assert shares(Dimension.EXCLUDED) == {"bot": 1}


def test_staff_are_counted_apart(signal, clock, client):
    client.cookies["sessionid"] = "whatever"
    signal()
    buffer.flush()

    day = Day.objects.everywhere().get()

    assert (day.views, day.visitors, day.staff_views) == (0, 0, 1)


@pytest.mark.parametrize(
    "header", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}]
)
def test_a_page_fetched_in_advance_is_not_read(signal, clock, header):
    signal(headers=header)
    buffer.flush()

    assert not Presence.objects.everywhere().exists()
    assert shares(Dimension.EXCLUDED) == {"prefetch": 1}
    assert shares(Dimension.PAGE) == {}


@pytest.mark.parametrize("header", [{"sec-gpc": "1"}, {"dnt": "1"}])
def test_who_asks_not_to_be_followed_is_a_view_without_a_visitor(signal, clock, header):
    signal(headers=header)
    buffer.flush()

    assert not Presence.objects.everywhere().exists()
    assert Day.objects.everywhere().get().views == 1


def test_counts_a_marked_page_by_its_key_and_others_by_path(signal, clock):
    signal(page=mark("article:12"), path="/tin-tuc/bai-viet-12/")
    signal(page="article:13~AAAAAAAA", path="/forged/")
    signal(page="article:14", path="/unsigned/")
    signal(path="/so-do-trang/?trang=2")
    signal(path="javascript:alert(1)")
    signal(path="/has space", address="203.0.113.8")  # what is no path is one page: another reader
    buffer.flush()

    assert shares(Dimension.PAGE) == {"article:12": 1, "/forged/": 1, "/unsigned/": 1, "/so-do-trang/": 1, "": 2}


def test_keeps_where_the_visit_came_from(signal, clock):
    signal(**{"from": "m.facebook.com"})
    signal(agent=ZALO)
    signal(address="203.0.113.9", **{"from": "localhost"})
    signal(address="203.0.113.10", **{"from": "<script>"})
    buffer.flush()

    assert shares(Dimension.SOURCE) == {"social": 2, "direct": 2}
    assert shares(Dimension.REFERRER) == {"facebook.com": 1, "zalo.me": 1}
    assert shares(Dimension.DEVICE) == {"computer": 3, "phone": 1}
    assert shares(Dimension.LANGUAGE) == {"vi": 4}


def test_the_picture_counts_a_view_without_javascript(client, clock):
    headers = {"referer": "http://localhost/so-do-trang/", "user-agent": CHROME, "host": "localhost"}

    reply = client.get(IMAGE_PATH, headers=headers)
    marked = client.get(IMAGE_PATH, {"p": mark("article:3")}, headers=headers)
    buffer.flush()

    assert reply["Content-Type"] == marked["Content-Type"] == "image/gif"
    assert reply["Cache-Control"] == "no-store"
    assert not reply.cookies
    assert shares(Dimension.PAGE) == {"/so-do-trang/": 1, "article:3": 1}
    assert Presence.objects.everywhere().count() == 1


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/", "http://[broken"])
def test_the_picture_counts_nothing_for_other_sites(client, clock, referer):
    reply = client.get(IMAGE_PATH, headers={"referer": referer, "user-agent": CHROME, "host": "localhost"})
    buffer.flush()

    assert reply.status_code == 200
    assert not Day.objects.everywhere().exists()


def test_answers_while_the_database_is_away(signal, clock, monkeypatch):
    from django.db import OperationalError

    from visitors.counting import presence

    def fail(moment):
        raise OperationalError("the database is away")

    monkeypatch.setattr(presence, "read_numbers", fail)

    assert signal().status_code == 200
