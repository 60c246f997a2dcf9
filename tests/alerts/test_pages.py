"""What citizens see of alerts, and how soon."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from alerts.models import Alert, Level
from alerts.views import ACTIVE_SECONDS
from section import public_parameters
from serving import frame
from serving.pagecache import PageCache
from serving.publiccache import STALE_IF_ERROR
from tests.alerts.factories import make_alert
from tests.communes.factories import make_commune
from tests.news.factories import make_article
from tests.serving.pagecache_client import Clock, get

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def page(client, address: str = "/") -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/tim-kiem/", "/binh-chon/", "/so-do-trang/", "/canh-bao/", "/khong-co-trang/"]
)
def test_stands_above_every_page(client, address):
    alert = make_alert()

    text = page(client, address)

    assert text.index(alert.headline) < text.index('class="masthead"')
    assert f'data-alert="{alert.pk}.1"' in text


def test_stands_above_an_article(client):
    alert, article = make_alert(), make_article()

    assert alert.headline in page(client, article.get_absolute_url())


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": None},
        {"starts_at": timezone.now() + HOUR, "ends_at": timezone.now() + 2 * HOUR},
        {"starts_at": timezone.now() - 2 * HOUR, "ends_at": timezone.now() - HOUR},
        {"withdrawn_at": timezone.now()},
    ],
    ids=["draft", "later", "over", "withdrawn"],
)
def test_only_what_holds_now_stands_there(client, changes):
    alert = make_alert(**changes)

    text = page(client)

    assert alert.headline not in text
    assert "data-alerts" not in text


def test_the_most_pressing_comes_first_and_then_the_newest(client):
    now = timezone.now()
    for headline, level, minutes in [
        ("Tin cũ", Level.INFORMATION, 30),
        ("Tin mới", Level.INFORMATION, 10),
        ("Khẩn", Level.URGENT, 50),
        ("Vừa", Level.WARNING, 5),
    ]:
        make_alert(headline=headline, level=level, starts_at=now - timedelta(minutes=minutes))

    text = page(client)

    places = [text.index(f"{headline}<") for headline in ("Khẩn", "Vừa", "Tin mới", "Tin cũ")]
    assert places == sorted(places)


def test_an_urgent_alert_can_be_folded_and_not_closed(client):
    make_alert(level=Level.URGENT)
    urgent = page(client)
    Alert.objects.everywhere().update(level=Level.WARNING)
    warning = page(client)

    assert "<details open>" in urgent and "alert-close" not in urgent
    assert "alert-close" in warning and "<details open>" not in warning


def test_words_are_text_and_nothing_else(client):
    make_alert(level=Level.URGENT, headline="<script>x</script>", text="<img src=x>", area="<b>")

    text = page(client)

    assert "<script>x" not in text and "<img src=x>" not in text and "<b>" not in text


def test_an_open_page_learns_what_holds(client):
    alert = make_alert(level=Level.URGENT, text="Di dời ngay.", area="Thôn 2", link="/canh-bao/")
    make_alert(published_at=None)

    response = client.get("/canh-bao.json")
    (told,) = response.json()["alerts"]

    assert told["mark"] == alert.mark and told["level"] == "urgent"
    assert told["text"] == "Di dời ngay." and told["link"] == "http://testserver/canh-bao/"
    assert f'data-alert="{alert.mark}"' in told["html"]
    assert not response.cookies


def test_the_list_tells_what_holds_from_what_is_over(client):
    holding = make_alert()
    ended = make_alert(starts_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - HOUR)
    withdrawn = make_alert(withdrawn_at=timezone.now())
    draft = make_alert(published_at=None)

    main = page(client, "/canh-bao/").partition("<main")[2]

    assert main.index(holding.headline) < main.index('id="alerts-past"') < main.index(ended.headline)
    assert main.index('id="alerts-past"') < main.index(withdrawn.headline)
    assert draft.headline not in main


def test_the_list_turns_its_pages(client):
    now = timezone.now()
    for number in range(21):
        make_alert(headline=f"Số {number}.", starts_at=now - (number + 2) * HOUR, ends_at=now - HOUR)

    first, second = page(client, "/canh-bao/"), page(client, "/canh-bao/?trang=2")

    assert "Số 19." in first and "Số 20." not in first
    assert "Số 20." in second and "Số 19." not in second


def test_a_page_of_an_alert_says_when_it_is_over(client):
    alert = make_alert(text="Di dời ngay.")
    ended = make_alert(starts_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - HOUR)
    withdrawn = make_alert(withdrawn_at=timezone.now())

    main = {a.pk: page(client, a.get_absolute_url()).partition("<main")[2] for a in (alert, ended, withdrawn)}

    assert "Di dời ngay." in main[alert.pk] and 'class="notice"' not in main[alert.pk]
    assert "đã kết thúc lúc" in main[ended.pk]
    assert "đã được thu hồi lúc" in main[withdrawn.pk]


@pytest.mark.parametrize(
    "changes", [{"published_at": None}, {"starts_at": timezone.now() + HOUR, "ends_at": timezone.now() + 2 * HOUR}]
)
def test_what_is_not_public_has_no_page(client, changes):
    assert client.get(make_alert(**changes).get_absolute_url()).status_code == 404


def test_the_feed_tells_of_alerts(client):
    alert = make_alert(level=Level.URGENT, text="Di dời ngay.", area="Thôn 2")
    draft = make_alert(published_at=None)

    response = client.get("/canh-bao/atom/")

    ElementTree.fromstring(response.content)
    text = response.content.decode()
    assert f"Khẩn cấp: {alert.headline}" in text and "Khu vực: Thôn 2" in text
    assert draft.headline not in text


def test_each_commune_has_its_own(client):
    make_commune("o-kia.vn")
    alert = make_alert()

    there = client.get("/", headers={"host": "o-kia.vn"}).content.decode()
    told = client.get("/canh-bao.json", headers={"host": "o-kia.vn"}).json()

    assert alert.headline not in there
    assert told == {"alerts": []}
    assert client.get(alert.get_absolute_url(), headers={"host": "o-kia.vn"}).status_code == 404


@pytest.mark.parametrize(("address", "most"), [("/canh-bao.json", 1), ("/canh-bao/atom/", 1)])
def test_costs_one_query(client, address, most, django_assert_max_num_queries):
    make_alert()

    with django_assert_max_num_queries(most):
        client.get(address)


def test_the_frame_keeps_it_for_a_moment_and_no_longer(client, settings, django_assert_max_num_queries):
    settings.FRAME_SECONDS = 1
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get("/canh-bao/")
        alert = make_alert()
        before = page(client, "/so-do-trang/")
        clock.shift(1.1)
        after = page(client, "/so-do-trang/")

    assert alert.headline not in before
    assert alert.headline in after


@pytest.fixture
def make_cache(monkeypatch):
    def in_this_thread(task):  # another one would keep its connection to the database
        task()
        return True

    def make(clock: Clock) -> PageCache:
        cache = PageCache(WSGIHandler(), known_parameters=public_parameters(), clock=clock)
        for threads in (cache._renders._leaders, cache._renders._refresher):
            monkeypatch.setattr(threads, "submit", in_this_thread)
        return cache

    return make


@pytest.fixture
def kept_frame(settings):
    """As when the portal is served."""
    settings.FRAME_SECONDS = 1
    frame.forget()


FIVE = 5.0


@pytest.mark.django_db(transaction=True)
def test_is_on_a_page_in_memory_within_five_seconds(kept_frame, make_cache):
    """The worst case: the page is made of a frame that was kept the moment before the alert, and nobody asks meanwhile."""
    clock = Clock()
    cache = make_cache(clock)
    with time_machine.travel(timezone.now(), tick=False) as now:
        get(cache, "/so-do-trang/", host="localhost")
        alert = make_alert(headline="Đê sắp vỡ", level=Level.URGENT)
        pages = []
        for seconds in (0.95, FIVE - 0.95):
            clock.turn(seconds)
            now.shift(seconds)
            pages.append(get(cache, "/", host="localhost").text.decode())

    assert [alert.headline in text for text in pages] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_reaches_a_reader_whose_page_could_not_be_renewed(kept_frame, make_cache, monkeypatch):
    """A page that fails is shown as it was for a day; the script's question has no such patience."""
    clock = Clock()
    cache = make_cache(clock)
    get(cache, "/so-do-trang/", host="localhost")
    get(cache, "/canh-bao.json", host="localhost")
    alert = make_alert(headline="Đê sắp vỡ", level=Level.URGENT)

    def fail(commune):
        raise RuntimeError("the page cannot be made")

    monkeypatch.setattr("portal.views.menu_targets", fail)
    clock.turn(FIVE)
    stale = get(cache, "/so-do-trang/", host="localhost")
    told = get(cache, "/canh-bao.json", host="localhost")

    assert STALE_IF_ERROR > FIVE and "stale-if-error" in stale["Cache-Status"]
    assert alert.headline not in stale.text.decode()
    assert [entry["headline"] for entry in json.loads(told.text)["alerts"]] == [alert.headline]


@pytest.mark.django_db(transaction=True)
def test_what_an_open_page_asks_is_shared_and_never_old(kept_frame, make_cache):
    clock = Clock()
    cache = make_cache(clock)
    first = get(cache, "/canh-bao.json", host="localhost")
    make_alert()
    shared = get(cache, "/canh-bao.json", host="localhost")
    clock.turn(ACTIVE_SECONDS + 0.1)
    anew = get(cache, "/canh-bao.json", host="localhost")

    assert shared["Cache-Status"] == "cong; hit" and shared.body == first.body
    assert len(json.loads(anew.text)["alerts"]) == 1
    assert "must-revalidate" in anew["Cache-Control"] and "stale" not in anew["Cache-Control"]
    # What is left for a cache in front, which may count in whole seconds: the sum stays below five.
    assert "s-maxage=1" in anew["Cache-Control"]
