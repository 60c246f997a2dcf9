"""Links are looked at every night. What is "outside" here is a server of this process, on 127.0.0.1."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from news.links import check as link_check
from news.links import fetch as link_fetch
from news.links.addresses import has_page, links_of, path_of
from news.links.fetch import Outcome, fetch, is_public
from news.models import Article, Link, Problem, Redirect, Status, Tag
from news.newsroom import desk
from tests.communes.factories import first_commune
from tests.news.factories import EDITOR, make_article, make_category, make_editor, make_picture, make_writer
from tests.news.test_permissions import make_member
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


NO_HEAD = 0  # stands for a page that is there and whose server does not understand HEAD


class _Outside(BaseHTTPRequestHandler):
    def answer(self) -> None:
        self.server.asked[f"{self.command} {self.path}"] += 1
        wanted = self.server.answers.get(self.path, 200)
        if isinstance(wanted, str):
            self.send_response(302)
            self.send_header("Location", wanted)
        else:
            self.send_response(wanted or (404 if self.command == "HEAD" else 200))
        self.end_headers()

    do_HEAD = do_GET = answer  # noqa: N815 - the names http.server asks for

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[ThreadingHTTPServer]:
    """A server that answers 200, or what `answers` says for a path: a status, or where it redirects."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Outside)
    server.answers, server.asked = {}, Counter()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def anyone(address: str) -> bool:
    return True


def linking(*addresses: str, **changes) -> Article:
    return make_article(body="".join(f'<p><a href="{address}">x</a></p>' for address in addresses), **changes)


def night(days: int = 0, **options) -> None:
    """One run of the check, `days` from now."""
    now = timezone.now() + timedelta(days=days, minutes=1)
    link_check.read_articles(now)
    link_check.check_own(now)
    link_check.check_others(now, **({"limit": 100, "seconds": 60, "may_reach": anyone, "pause": 0} | options))


# --- Which links a text has, and which of them are ours ---


def test_takes_pages_and_pictures_and_leaves_mail_telephones_and_anchors():
    html = (
        '<p><a title="x" href="/kinh-te/?a=1&amp;b=2">a</a> <a href="mailto:a@b.vn">m</a> <a href="tel:113">t</a>'
        ' <a href="#muc">#</a> <a href="https://example.vn/">e</a> <img alt="" src="/media/anh/a.png"></p>'
    )

    assert links_of(html) == {"/kinh-te/?a=1&b=2", "https://example.vn/", "/media/anh/a.png"}


def test_knows_its_own_pages_redirects_and_files():
    article, category = make_article(byline="Thu Hà"), make_category(slug="kinh-te")
    Tag.objects.create(commune=first_commune(), name="Lúa", slug="lua")
    Redirect.objects.lead(first_commune(), "/tin-cu/1.html", "/kinh-te/")
    Redirect.objects.lead(first_commune(), "/tin-cu/2.html", "/mat-roi/")
    there = [
        article.get_absolute_url(),
        "/",
        "/kinh-te/",
        "/kinh-te",
        "/the/lua/",
        "/tac-gia/thu-ha/",
        "/tin-cu/1.html",
    ]
    there += [make_picture().file.url, f"/sai/sai-{article.pk}/", f"/{category.slug}/rss/", "/so-do-trang/"]
    draft = make_article(status=Status.DRAFT)
    gone = [draft.get_absolute_url(), "/mat/", "/the/mat/", "/tac-gia/ai/", "/tin-cu/2.html", "/a/b/c.html"]
    gone += ["/media/anh/mat.png", "/media/../secret-key", make_article(status=Status.WITHDRAWN).get_absolute_url()]

    assert [path for path in there if not has_page(path, article.commune_id)] == []
    assert [path for path in gone if has_page(path, article.commune_id)] == []


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a/b/", "/a/b/"),
        ("https://testserver/a%20b/?x=1#y", "/a b/"),
        ("bai-2/", "/muc/bai-1/bai-2/"),
        ("../khac/", "/muc/khac/"),
    ],
)
def test_reads_an_address_as_a_browser_would(address, path):
    assert path_of(address, "/muc/bai-1/") == path


# --- Asking other servers ---


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378::"),
    ],
)
def test_closed_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "203.113.131.1", "2001:4860:4860::8888"])
def test_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_never_speaks_to_this_machine_however_it_is_named(outside, name):
    outcome = fetch(f"http://{name}:{outside.server_port}/")

    assert outcome.problem in {Problem.PRIVATE, Problem.UNKNOWN}
    assert not outside.asked


def test_a_redirect_into_a_closed_network_is_not_followed(outside):
    outside.answers["/"] = "http://127.0.0.2:1/inside"

    outcome = fetch(f"{outside.address}/", may_reach=lambda ip: ip == "127.0.0.1")

    assert outcome == Outcome(Problem.PRIVATE)


def test_speaks_to_the_address_that_was_checked(outside, monkeypatch):
    """A name that changes its address after the check leads nowhere else."""
    asked = []
    resolve = socket.getaddrinfo

    def once(host, *args, **kwargs):
        asked.append(host)
        assert asked.count("hai-mat.example.vn") <= 1
        return resolve("127.0.0.1" if host == "hai-mat.example.vn" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", once)

    assert fetch(f"http://hai-mat.example.vn:{outside.server_port}/", anyone) == Outcome("", 200)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        *((200, ""), (204, ""), (401, ""), (403, ""), (429, ""), (503, "")),
        *((404, Problem.MISSING), (410, Problem.MISSING), (400, Problem.ERROR), (500, Problem.ERROR)),
    ],
)
def test_judges_the_answer(outside, status, problem):
    outside.answers["/x"] = status

    assert fetch(f"{outside.address}/x", anyone) == Outcome(problem, status)


def test_asks_with_head_and_with_get_only_when_head_fails(outside):
    outside.answers |= {"/con": 200, "/mat": 404, "/dau": NO_HEAD}

    fetch(f"{outside.address}/con", anyone)
    fetch(f"{outside.address}/mat", anyone)

    assert outside.asked == {"HEAD /con": 1, "HEAD /mat": 1, "GET /mat": 1}
    assert fetch(f"{outside.address}/dau", anyone) == Outcome("", 200)


def test_follows_redirects_but_not_for_ever(outside):
    outside.answers |= {"/cu": "/moi", "/vong": "/tron", "/tron": "/vong"}

    assert fetch(f"{outside.address}/cu", anyone) == Outcome("", 200)
    assert fetch(f"{outside.address}/vong", anyone) == Outcome(Problem.CIRCLE)


def test_says_what_is_wrong_with_what_cannot_be_reached(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        assert fetch(refused, anyone) == Outcome(Problem.SILENT)
    for nonsense in ("http://", "http://[x", "http://a b/", "http://x:99999/", "ftp://example.vn/", "http://a..b/"):
        assert fetch(nonsense, anyone).problem in {Problem.MALFORMED, Problem.UNKNOWN}


def test_does_not_wait_for_a_server_that_drips(monkeypatch):
    monkeypatch.setattr(link_fetch, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", anyone)

    assert outcome == Outcome(Problem.SILENT)


# --- The nightly run ---


def test_an_own_link_is_broken_at_once_and_mended_by_a_redirect():
    linking("/mat-roi/")

    night()
    assert [link.problem for link in Link.objects.broken()] == [Problem.MISSING]

    Redirect.objects.lead(first_commune(), "/mat-roi/", "/so-do-trang/")
    night(1)
    assert not Link.objects.broken()


def test_another_server_must_fail_on_two_days(outside):
    outside.answers["/mat"] = 404
    linking(f"{outside.address}/mat")

    night()
    night()
    assert Link.objects.get().problem == Problem.MISSING
    assert not Link.objects.broken()

    night(1)
    assert [link.reason for link in Link.objects.broken()] == ["không có gì ở địa chỉ này (404)"]


def test_a_server_that_answers_again_starts_anew(outside):
    outside.answers["/x"] = 500
    linking(f"{outside.address}/x")
    night()
    outside.answers["/x"] = 200
    night(1)
    outside.answers["/x"] = 500

    night(2)

    assert not Link.objects.broken()


def test_one_address_in_many_articles_is_asked_for_once(outside):
    for _ in range(3):
        linking(f"{outside.address}/chung")

    night()

    assert outside.asked == {"HEAD /chung": 1}
    assert Link.objects.exclude(checked_at=None).count() == 3


def test_a_run_is_bounded_and_the_next_goes_on(outside):
    linking(*(f"{outside.address}/{number}" for number in range(5)))

    night(limit=3)
    assert sum(outside.asked.values()) == 3
    night(limit=3)
    assert len(outside.asked) == 5


def test_a_run_ends_when_its_time_is_over(outside):
    linking(f"{outside.address}/1", f"{outside.address}/2")

    night(seconds=1, pause=30)

    assert sum(outside.asked.values()) == 1


def test_servers_are_asked_in_turn():
    addresses = ["http://a/1", "http://a/2", "http://a/3", "http://b/1", "http://c/1"]

    assert link_check.in_turn(addresses) == ["http://a/1", "http://b/1", "http://c/1", "http://a/2", "http://a/3"]


def test_only_published_articles_are_looked_at(outside):
    linking(f"{outside.address}/nhap", status=Status.DRAFT)

    night()

    assert not outside.asked


def test_a_link_taken_out_of_the_text_is_forgotten_and_a_new_one_found():
    article = linking("/mat-1/")
    night()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        article.body = '<p><a href="/mat-2/">x</a></p>'
        article.save()

    assert not Link.objects.broken()
    night(1)
    assert [link.address for link in Link.objects.broken()] == ["/mat-2/"]


def test_files_of_the_library_count_as_own(settings):
    picture = make_picture()
    make_article(body=f'<p><img src="{picture.file.url}" alt="x"><img src="/media/anh/mat.png" alt="x"></p>')

    night()

    assert [link.address for link in Link.objects.broken()] == ["/media/anh/mat.png"]


def test_the_command_tells_what_it_did(capsys):
    linking("/mat-roi/")

    call_command("news_check_links")

    assert "1" in capsys.readouterr().out
    assert Link.objects.broken().count() == 1


# --- Editors ---


def test_broken_links_lie_on_the_desk_of_those_who_publish_there():
    here, elsewhere = make_category(), make_category()
    linking("/mat-roi/", category=here, title="Bài có liên kết hỏng")
    night()

    def rows(user):
        return {row.title: row.note for pile in desk.piles_of(user, timezone.now()) for row in pile.rows}

    assert "Bài có liên kết hỏng" in rows(make_editor())["/mat-roi/"]
    assert "/mat-roi/" not in rows(make_writer())
    assert "/mat-roi/" not in rows(make_member(EDITOR, [elsewhere]))


def test_an_editor_lets_a_link_stand_or_has_it_watched_again():
    linking("/mat-roi/")
    night()
    client, address = client_of(make_editor()), reverse("admin:news_link_changelist")
    chosen = {ACTION_CHECKBOX_NAME: [Link.objects.get().pk]}

    assert "/mat-roi/" in client.get(address).content.decode()
    client.post(address, {"action": "ignore"} | chosen)
    night(1)
    assert not Link.objects.broken()
    assert "/mat-roi/" in client.get(address).content.decode()

    client.post(address, {"action": "watch"} | chosen)
    night(2)
    assert Link.objects.broken()


def test_an_editor_elsewhere_cannot_let_a_link_stand():
    here, elsewhere = make_category(), make_category()
    linking("/mat-roi/", category=here)
    night()
    client = client_of(make_member(EDITOR, [elsewhere]))

    client.post(
        reverse("admin:news_link_changelist"), {"action": "ignore", ACTION_CHECKBOX_NAME: [Link.objects.get().pk]}
    )

    assert not Link.objects.get().is_ignored


def test_the_checklist_before_publication_knows_redirects_and_files():
    from news.newsroom.checklist import check

    Redirect.objects.lead(first_commune(), "/cu/", "/so-do-trang/")
    body = '<p><a href="/cu/">Trang cũ</a> <a href="/media/tep/mat.pdf">Kế hoạch</a></p>'

    texts = " ".join(finding.text for finding in check({"title": "x", "body": body}, first_commune().pk))

    assert "/media/tep/mat.pdf" in texts
    assert "/cu/" not in texts
