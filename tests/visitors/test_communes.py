"""Each commune has its own visitors: nobody is joined, nothing of one is shown or changed by another."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes.hosts import table
from communes.models import Host
from tests.communes.factories import enrol, first_commune, make_commune
from tests.visitors.factories import (
    CHROME,
    GOOGLEBOT,
    Clock,
    make_arrival,
    make_buffer,
    make_source,
    moment,
    online,
    samples,
    shares,
)
from visitors import samples as sampling
from visitors import upkeep
from visitors.corrections import network_number, networks_in_use, strike_out
from visitors.counting import beacon, flush, presence
from visitors.counting import buffer as buffering
from visitors.counting.buffer import buffer
from visitors.counting.identity import Source
from visitors.counting.limits import Limiter
from visitors.counting.presence import Memo, Numbers, memo
from visitors.counting.rollups import VALUE_CAPS
from visitors.models import (
    Carryover,
    Day,
    DayShare,
    Dimension,
    Display,
    Hour,
    MinuteSamples,
    Month,
    MonthShare,
    PageHour,
    Presence,
    Seen,
    Strike,
    StruckNetwork,
    Trace,
)
from visitors.showing import dashboard

pytestmark = pytest.mark.django_db
HOSTS = ("mot.vn", "hai.vn", "ba.vn")
DASHBOARD = "/quan-tri/visitors/day/"


@pytest.fixture
def communes():
    """Three communes, each with a host."""
    return [make_commune(host) for host in HOSTS]


def signal(host, *, agent=CHROME, address="203.0.113.7", page="", path="/"):
    """The answer to a beacon of a page at `host`, as the layer in front of Django gives it."""
    body = json.dumps({"kind": "view", "page": page, "path": path}).encode()
    answer = {}

    def start_response(status, headers):
        answer["status"] = int(status.split()[0])

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": beacon.BEACON_PATH,
        "HTTP_HOST": host,
        "HTTP_USER_AGENT": agent,
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "REMOTE_ADDR": address,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    layer = beacon.counting(lambda environ, start_response: [b"Django"])
    return answer | json.loads(b"".join(layer(environ, start_response)))


# --- Counting ---------------------------------------------------------------------------------------


def readers_of(place, size):
    """Numbers of a commune's visitors: three of ten read the next commune's portal as well."""
    return range(place * size * 7 // 10, place * size * 7 // 10 + size)


def test_who_reads_two_portals_is_a_visitor_of_each(clock, communes):
    processes = [make_buffer(clock) for _ in range(3)]
    signs = [(number, commune.pk) for place, commune in enumerate(communes) for number in readers_of(place, 100)]
    for process in processes:
        random.Random(7).shuffle(signs)
        for number, commune in signs:
            process.touch(make_source(number, commune=commune), arrival=make_arrival(), page="home")
        process.flush()

    days = Day.objects.everywhere()
    present = Presence.objects.everywhere()

    assert {day.commune_id: (day.visitors, day.visits, day.views) for day in days} == {
        commune.pk: (100, 100, 100) for commune in communes
    }
    assert [online(clock, commune) for commune in communes] == [(100, 0)] * 3
    assert len(set(present.values_list("visitor", flat=True))) == 300
    assert len(set(present.values_list("network", flat=True))) == 300
    assert Seen.objects.everywhere().count() == 300
    assert [shares(Dimension.PAGE, commune) for commune in communes] == [{"home": 100}] * 3
    numbers = Memo(clock)
    assert [numbers.numbers(commune.pk).today for commune in communes] == [100] * 3
    assert numbers.numbers(first_commune().pk).online == 0


CROWD = """
import random, sys, django
django.setup()
from django.db import connection
from tests.visitors.factories import Clock, make_arrival, make_buffer, make_source
from tests.visitors.test_communes import readers_of

buffer = make_buffer(Clock("2026-11-18 09:00"))
communes = [int(number) for number in sys.argv[2:]]
signs = [(number, commune) for place, commune in enumerate(communes) for number in readers_of(place, 1000)]
random.Random(int(sys.argv[1])).shuffle(signs)
for place, (number, commune) in enumerate(signs):
    buffer.touch(make_source(number, commune=commune), arrival=make_arrival(), page="home")
    if place % 500 == 499:
        buffer.flush()
buffer.flush()
connection.close()
"""


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_count_each_commune_exactly(clock, communes):
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"postgres://{database['USER']}@{str(database['HOST']).replace('/', '%2F')}/{database['NAME']}",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    keys = [str(commune.pk) for commune in communes]

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CROWD, str(seed), *keys], env=environment, stderr=subprocess.PIPE, text=True
        )
        for seed in range(4)
    ]
    errors = [process.communicate(timeout=240)[1] for process in processes]

    assert errors == [""] * 4
    assert {day.commune_id: (day.visitors, day.visits, day.views) for day in Day.objects.everywhere()} == {
        commune.pk: (1000, 1000, 1000) for commune in communes
    }
    assert [online(clock, commune) for commune in communes] == [(1000, 0)] * 3


def test_an_alias_is_the_same_place(clock, communes):
    Host.objects.create(commune=communes[0], name="cu.mot.vn")
    table.forget()

    answers = [signal(host) for host in ("mot.vn", "cu.mot.vn", "mot.vn:8000", "hai.vn")]
    buffer.flush()

    assert [answer["status"] for answer in answers] == [200] * 4
    assert [online(clock, commune)[0] for commune in communes] == [1, 1, 0]
    assert Day.objects.of(communes[0]).get().visitors == 1


def test_a_host_that_moves_or_goes_is_known_at_once_where_the_table_is_read_anew(clock, communes):
    signal("mot.vn")
    Host.objects.filter(name="mot.vn").update(commune=communes[1], is_main=False)
    table.forget()
    signal("mot.vn")
    Host.objects.filter(name="mot.vn").delete()
    table.forget()

    assert signal("mot.vn") == {"status": 400, "error": "host"}
    buffer.flush()
    assert [online(clock, commune)[0] for commune in communes] == [1, 1, 0]


def test_the_answer_is_the_number_of_that_commune(clock, communes):
    for number in range(4):
        signal("mot.vn", address=f"198.51.{number}.1")
    signal("hai.vn")
    buffer.flush()
    memo.renew()

    assert [signal(host)["online"] for host in HOSTS] == [4, 1, 1]


def test_a_process_that_knows_no_commune_yet_says_no_number(clock, monkeypatch):
    from django.db import OperationalError

    def fail():
        raise OperationalError("the database is away")

    table.forget()
    monkeypatch.setattr(table, "_read", fail)

    assert signal("localhost") == {"status": 200, "online": None}


def test_bots_are_the_communes_whose_pages_they_fetch(clock, communes):
    layer = beacon.counting(lambda environ, start_response: [b"Django"])
    for host, times in (("mot.vn", 2), ("hai.vn", 1), ("la.vn", 1)):
        for _ in range(times):
            environ = {"PATH_INFO": "/", "REQUEST_METHOD": "GET", "HTTP_HOST": host, "HTTP_USER_AGENT": GOOGLEBOT}
            assert layer(environ, None) == [b"Django"]
    buffer.flush()

    assert [shares(Dimension.BOT, commune) for commune in communes] == [{"Googlebot": 2}, {"Googlebot": 1}, {}]


# --- Bounds -----------------------------------------------------------------------------------------


def test_the_bounds_of_a_network_are_each_communes(clock, communes, monkeypatch):
    monkeypatch.setattr(flush, "NETWORK_CAP", 10)
    process = make_buffer(clock)
    for commune in communes[:2]:
        for number in range(25):
            source = Source(make_source(1, commune=0).address, f"Mozilla/5.0 (X11) {number}", commune.pk)
            process.touch(source, arrival=make_arrival(), page="home")
    process.flush()

    assert [online(clock, commune)[0] for commune in communes] == [10, 10, 0]
    assert [shares(Dimension.EXCLUDED, commune) for commune in communes[:2]] == [{"network": 15}] * 2


def test_invented_paths_in_one_commune_take_no_place_in_another(clock, communes, monkeypatch):
    monkeypatch.setattr(buffering, "MOST_COUNTS", 300)
    process = make_buffer(clock)
    for number in range(1000):
        process.count(communes[0].pk, Dimension.PAGE, f"/invented-{number}/")
    for number in range(50):
        process.count(communes[1].pk, Dimension.PAGE, f"/real-{number}/")
    process.flush()

    flooded, spared = (shares(Dimension.PAGE, commune) for commune in communes[:2])
    assert (len(flooded), flooded.total()) == (VALUE_CAPS[Dimension.PAGE] + 1, 1000)
    assert (len(spared), spared.total(), spared[""]) == (50, 50, 0)


def test_signals_of_a_household_are_bounded_in_each_commune(clock, communes, monkeypatch):
    monkeypatch.setattr(beacon, "limiter", Limiter(5, 60))
    for host in ("mot.vn", "hai.vn"):
        for number in range(8):
            signal(host, path=f"/{number}/")
    buffer.flush()

    assert [shares(Dimension.EXCLUDED, commune) for commune in communes[:2]] == [{"rate": 3}] * 2
    assert [day.views for day in Day.objects.everywhere()] == [5, 5]


def test_what_the_database_rejects_of_one_commune_takes_no_other_along(clock, communes, caplog):
    process = make_buffer(clock)
    process.count(communes[0].pk, Dimension.PAGE, "x" * 201)
    for commune in communes:
        process.touch(make_source(1, commune=commune.pk), arrival=make_arrival(), page="home")

    process.flush()
    process.touch(make_source(2, commune=communes[0].pk), arrival=make_arrival(), page="home")
    process.flush()

    assert [Day.objects.of(commune).get().visits for commune in communes] == [1, 1, 1]
    assert [online(clock, commune)[0] for commune in communes] == [1, 1, 1]
    assert caplog.text.count("rejected") == 1


# --- The clock --------------------------------------------------------------------------------------


def statements(run):
    with CaptureQueriesContext(connection) as queries:
        run()
    return [query["sql"] for query in queries.captured_queries]


def fill(commune, size, day="2026-11-17"):
    """A day with the long tail of its sites."""
    Day.objects.create(commune=commune, day=day, visits=size, peak_online=size, peak_at=f"{day}T03:00Z")
    DayShare.objects.bulk_create(
        DayShare(commune=commune, day=day, dimension=Dimension.REFERRER, value=f"site-{number}.example", total=size)
        for number in range(upkeep.KEPT_VALUES + 5)
    )


def test_the_clock_closes_all_communes_in_as_many_statements_as_one(clock, communes):
    fill(communes[0], 1)
    clock.set("2026-12-01 00:20")
    for_one = len(statements(lambda: upkeep.maintain(clock())))
    fill(communes[0], 10, "2026-11-20")
    for commune, size in zip(communes[1:], (2, 3), strict=True):
        fill(commune, size)
        fill(commune, size * 10, "2026-11-20")

    for_all = len(statements(lambda: upkeep.maintain(clock() + 60)))

    assert for_all == for_one
    assert [Month.objects.of(commune).get().visits for commune in communes] == [11, 22, 33]
    assert [Month.objects.of(commune).get().peak_online for commune in communes] == [10, 20, 30]
    for commune, size in zip(communes, (1, 2, 3), strict=True):
        folded = DayShare.objects.of(commune).get(day="2026-11-17", value="")
        assert folded.total == 5 * size
        assert MonthShare.objects.of(commune).get(value="").total == 55 * size
    assert not Day.objects.everywhere().filter(closed_at=None).exists()


def test_one_statement_samples_all_communes_each_minute(clock, communes):
    process = make_buffer(clock)
    for place, commune in enumerate(communes[:2]):
        for number in range(3 + place):
            process.touch(make_source(number, commune=commune.pk))
    process.flush()

    written = statements(lambda: upkeep.take_sample(clock()))
    again = upkeep.take_sample(clock() + 20)
    clock.advance(180)
    upkeep.take_sample(clock())

    first, later = moment("2026-11-18 09:00"), moment("2026-11-18 09:03")
    assert sum("INTO visitors_minutesamples" in statement for statement in written) == 1
    assert again is None
    assert [samples(commune) for commune in communes] == [
        {first: 3, later: 3},
        {first: 4, later: 4},
        {first: 0, later: 0},
    ]
    assert MinuteSamples.objects.everywhere().count() == 4  # the first commune has nobody either
    assert [day.peak_online for day in Day.objects.everywhere().order_by("commune_id")] == [3, 4]
    assert sampling.newest().timestamp() == later


def test_numbers_of_all_communes_are_read_in_one_statement(clock, communes, django_assert_num_queries):
    numbers = Memo(clock)
    for commune, visits in zip(communes, (5, 7, 11), strict=True):
        Day.objects.create(commune=commune, day="2026-11-18", visits=visits)
        Month.objects.create(
            commune=commune, month="2026-10-01", visitors=1, visits=100 * visits, views=1, staff_views=0,
            bot_requests=0, peak_online=visits, peak_at="2026-10-05T03:00Z", closed_at="2026-11-01T00:20Z",
        )  # fmt: skip
        Carryover.objects.create(commune=commune, visits=1000 * visits, until="2025-06-30", origin="old")

    with django_assert_num_queries(1):
        found = [numbers.numbers(commune.pk) for commune in communes]

    assert [(one.today, one.all_time, one.carried_over, one.record) for one in found] == [
        (5, 5505, 5000, 5),
        (7, 7707, 7000, 7),
        (11, 12111, 11000, 11),
    ]


def test_views_of_pages_are_each_communes(clock, communes, django_assert_num_queries):
    for place, commune in enumerate(communes):
        Display.objects.create(commune=commune, shows_page_views=place != 2)
        DayShare.objects.create(
            commune=commune, day="2026-11-17", dimension=Dimension.PAGE, value="home", total=10 + place
        )
    numbers = Memo(clock)

    assert [numbers.views(commune.pk, "home") for commune in communes] == [10, 11, None]
    DayShare.objects.everywhere().update(total=20)
    clock.advance(20)
    with django_assert_num_queries(2):
        numbers.renew()
    assert [numbers.views(commune.pk, "home") for commune in communes] == [20, 20, None]


def test_a_reader_gets_the_views_though_another_fills_the_memory(monkeypatch):
    monkeypatch.setattr(presence, "MOST_PAGES", 1)
    monkeypatch.setattr(presence, "count_views", lambda pages: dict.fromkeys(pages, 7))
    numbers = Memo()
    monkeypatch.setattr(numbers, "numbers", lambda commune: Numbers(shows_page_views=True))

    def read(reader: int) -> set[int | None]:
        return {numbers.views(reader, str(page)) for page in range(20_000)}

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert set().union(*pool.map(read, range(4))) == {7}
    finally:
        sys.setswitchinterval(interval)


def test_a_clock_that_comes_back_moves_each_communes_numbers_by_themselves(clock, communes):
    process = make_buffer(clock)
    for ahead in (0, 3 * 86_400, -3 * 86_400):
        clock.advance(ahead)
        for place, commune in enumerate(communes[:2]):
            for number in range(5 + place):
                process.touch(make_source(number, commune=commune.pk), arrival=make_arrival(), page="home")
        process.flush()
        upkeep.take_sample(clock())
        upkeep.maintain(clock())
        clock.advance(60)

    assert {day.commune_id: (day.day.day, day.visits, day.views) for day in Day.objects.everywhere()} == {
        commune.pk: (18, 2 * (5 + place), 2 * (5 + place)) for place, commune in enumerate(communes[:2])
    }
    assert {row.commune_id: row.visits for row in Hour.objects.everywhere()} == {
        communes[0].pk: 10,
        communes[1].pk: 12,
    }
    assert all(max(samples(commune)) < clock() for commune in communes)


# --- What is shown and done -------------------------------------------------------------------------


@pytest.fixture
def officer(client, communes):
    """Someone of the first commune who may do everything with its statistics."""
    user = get_user_model().objects.create_user("officer", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="visitors", content_type__model__in=(
            "day", "strike", "carryover", "display"
        ))
    )  # fmt: skip
    enrol(user, communes[0])
    client.force_login(user, backend="communes.work.MembershipBackend")
    client.defaults["HTTP_HOST"] = "mot.vn"
    return user


def furnish(commune, word, visits):
    """Rows of today in every table that is shown, each with a word or a number nobody else has."""
    today = timezone.localdate()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    now = timezone.now()
    Day.objects.create(
        commune=commune, day=today, visits=visits, visitors=visits, views=visits, staff_views=visits,
        bot_requests=visits, peak_online=visits, peak_at=now, corrected_at=now,
    )  # fmt: skip
    for dimension in Dimension:
        DayShare.objects.create(commune=commune, day=today, dimension=dimension, value=f"/{word}/", total=visits)
    for weekday in range(1, 8):
        DayShare.objects.create(
            commune=commune, day=today, dimension=Dimension.HOUR, value=f"{weekday}-09", total=visits
        )
    Hour.objects.create(commune=commune, hour_at=hour, visitors=visits, visits=visits)
    PageHour.objects.create(commune=commune, hour_at=hour, page=f"/{word}/", views=visits)
    Trace.objects.create(commune=commune, network=visits, hour_at=hour, visitors=1, visits=visits, views=visits)
    MinuteSamples.objects.create(commune=commune, day=today, online=[visits], staff=[0])
    Carryover.objects.create(commune=commune, visits=visits, until=date(2025, 6, 30), origin=word)
    Display.objects.create(commune=commune, shows_page_views=True)
    return Strike.objects.create(
        commune=commune, scope="record", begins_at=now, ends_at=now, reason=word, visitors=visits, visits=visits,
        views=visits, by_day={}, record_before=visits, record_after=visits, struck_by=word, struck_at=now,
    )  # fmt: skip


def text_of(answer):
    """All that a page, a JSON answer or a workbook says."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(map(str, rows))
    return content.decode()


def test_pages_and_exports_show_one_commune_alone(client, officer, communes):
    furnish(communes[0], "chim-sao", 31_415)
    furnish(communes[1], "ca-loc", 27_182)
    memo.begin()
    exports = [f"export/{what}.{kind}" for what in ("days", "hours", "page-hours", *dashboard.TABLES)
               for kind in ("csv", "xlsx")]  # fmt: skip
    month = f"month/{timezone.localdate():%Y}-{timezone.localdate().month}/"
    addresses = [
        "/",
        "/thong-ke-truy-cap/",
        "/thong-ke-truy-cap/so-lieu.json",
        *(DASHBOARD + rest for rest in ("", "live/", month, *exports)),
        "/quan-tri/visitors/strike/",
        "/quan-tri/visitors/strike/add/",
        "/quan-tri/visitors/carryover/",
        "/quan-tri/visitors/display/",
    ]

    found = {address: text_of(client.get(address)) for address in addresses}

    for address, text in found.items():
        assert "ca-loc" not in text, address
        assert "27182" not in text.replace(".", ""), address
    for address in ("/thong-ke-truy-cap/", DASHBOARD, DASHBOARD + "export/pages.csv", "/quan-tri/visitors/strike/"):
        assert "chim-sao" in found[address] or "31.415" in found[address], address


def test_rows_of_another_commune_cannot_be_opened(client, officer, communes):
    theirs = furnish(communes[1], "ca-loc", 27_182)
    rows = [theirs, Carryover.objects.of(communes[1]).get(), Display.objects.of(communes[1]).get()]

    for row in rows:
        address = f"/quan-tri/visitors/{row._meta.model_name}/{row.pk}/"
        for page in ("change/", "history/"):
            assert client.get(address + page).status_code == 404, address + page
        assert client.post(address + "delete/", {"post": "yes"}).status_code == 403  # nobody deletes one
    changed = client.post(f"/quan-tri/visitors/display/{rows[2].pk}/change/", {"shows_page_views": ""})
    assert changed.status_code == 404
    assert Display.objects.of(communes[1]).get().shows_page_views


def test_what_is_entered_is_the_communes_and_once_in_each(client, officer, communes):
    furnish(communes[1], "ca-loc", 27_182)
    form = {"visits": "120000", "until": "30/06/2025", "origin": "cu.mot.vn"}

    answers = [client.post("/quan-tri/visitors/carryover/add/", form) for _ in range(2)]
    shown = [client.post("/quan-tri/visitors/display/add/", {"shows_page_views": "on"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 403]
    assert [answer.status_code for answer in shown] == [302, 403]
    assert Carryover.objects.of(communes[0]).get().visits == 120_000
    assert Carryover.objects.of(communes[1]).get().visits == 27_182


@pytest.mark.parametrize("scope", ["span", "network", "record"])
def test_a_correction_touches_its_commune_alone(clock, communes, scope):
    process = make_buffer(clock)
    for commune in communes[:2]:
        for number in range(20):
            source = Source(make_source(1, commune=0).address, f"Mozilla/5.0 (X11) {number}", commune.pk)
            process.touch(source, arrival=make_arrival(), page="home")
    process.flush()
    upkeep.take_sample(clock())
    kept = list(Day.objects.of(communes[1]).values())
    (use,) = networks_in_use(communes[0])
    at = datetime.fromtimestamp(clock(), timezone.get_default_timezone())

    strike = Strike(
        commune=communes[0], scope=scope, network=use.number if scope == "network" else "", reason="wrong",
        begins_at=at - timedelta(minutes=1), ends_at=at + timedelta(minutes=1),
    )  # fmt: skip
    strike_out(strike, at)

    day = Day.objects.of(communes[0]).get()
    assert (day.visits, day.peak_online) == ((20, 0) if scope == "record" else (0, 0))
    assert (strike.record_before, strike.record_after) == (20, 0)
    assert list(Day.objects.of(communes[1]).values()) == kept
    assert shares(Dimension.PAGE, communes[1]) == {"home": 20}
    assert samples(communes[0]) == {}
    assert samples(communes[1]) == {clock(): 20}
    assert Presence.objects.of(communes[1]).count() == 20
    assert Trace.objects.of(communes[1]).exists()
    assert not StruckNetwork.objects.of(communes[1]).exists()
    assert (
        network_number(StruckNetwork.objects.everywhere().get().network) == use.number if scope == "network" else True
    )


def test_the_curve_has_no_sample_of_another_commune_and_none_that_is_struck(communes):
    clock = Clock("2026-11-18 09:00")
    for place, people in enumerate((4, 9, 2, 3)):
        sampling.write(clock() + 60 * place, {communes[0].pk: (people, 0), communes[1].pk: (50, 0)})
    since, until = (datetime.fromtimestamp(clock() + at, timezone.get_default_timezone()) for at in (-3600, 3600))
    whole = sampling.curve(communes[0].pk, since, until)

    second = datetime.fromtimestamp(clock() + 60, timezone.get_default_timezone())
    sampling.strike(communes[0].pk, second, second + timedelta(seconds=1))

    assert [people for _, people in whole] == [9]
    assert [people for _, people in sampling.curve(communes[0].pk, since, until)] == [4]
    assert [people for _, people in sampling.curve(communes[1].pk, since, until)] == [50]
    assert MinuteSamples.objects.of(communes[0]).get().struck == [541]


# --- Upgrading --------------------------------------------------------------------------------------


def test_samples_that_stood_in_rows_are_gathered_by_day_with_their_marks():
    rows = [
        ("2026-11-17 23:58+07", 3, 1, False),
        ("2026-11-17 23:59+07", 9, 0, True),
        ("2026-11-18 00:00+07", 4, 0, False),
        ("2026-11-18 00:02+07", 5, 2, False),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE visitors_minutesample (minute_at timestamptz, online int, staff int, is_struck bool)"
        )
        for row in rows:
            cursor.execute("INSERT INTO visitors_minutesample VALUES (%s, %s, %s, %s)", row)

    with connection.schema_editor() as editor:
        import_module("visitors.migrations.0003_communes").gather_samples(apps, editor)

    first, second = MinuteSamples.objects.of(first_commune()).order_by("day")
    assert (first.day, first.online[-2:], first.staff[-2:], first.struck) == (
        date(2026, 11, 17), [3, 9], [1, 0], [1439],
    )  # fmt: skip
    assert set(first.online[:-2]) == {None}
    assert len(first.online) == 1440
    assert (second.day, second.online, second.staff, second.struck) == (
        date(2026, 11, 18), [4, None, 5], [0, None, 2], [],
    )  # fmt: skip
