"""An administrator strikes out what was inflated; everything shown agrees afterwards."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from tests.communes.factories import enrol, first_commune
from tests.visitors.factories import Clock, make_arrival, make_source, samples, shares
from visitors import upkeep
from visitors.corrections import network_number
from visitors.counting.buffer import buffer
from visitors.counting.identity import Source
from visitors.counting.presence import memo
from visitors.models import Day, Dimension, Hour, Month, PageHour, Presence, Strike, StruckNetwork, Trace

pytestmark = pytest.mark.django_db
ADD = "/quan-tri/visitors/strike/add/"
LIST = "/quan-tri/visitors/strike/"


@pytest.fixture
def clock(monkeypatch):
    """The real day, at ten in the morning: the admin looks at the real clock."""
    clock = Clock(f"{timezone.localdate():%Y-%m-%d} 00:10")
    monkeypatch.setattr(buffer, "clock", clock)
    monkeypatch.setattr(memo, "clock", clock)
    monkeypatch.setattr(
        timezone, "now", lambda: datetime.fromtimestamp(clock(), timezone.get_default_timezone()).astimezone()
    )
    return clock


@pytest.fixture
def administrator(client):
    user = get_user_model().objects.create_user("administrator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_statistics", "add_strike", "view_strike"]))
    enrol(user)
    client.force_login(user, backend="communes.work.MembershipBackend")
    return user


def people(count, first=0, page="home"):
    for number in range(first, first + count):
        buffer.touch(make_source(number), arrival=make_arrival(entry=page), page=page)


def attack(count, page="article:1"):
    """Invented browsers at one address."""
    for number in range(count):
        buffer.touch(
            Source(make_source(5000).address, f"Mozilla/5.0 {number}", first_commune().pk),
            arrival=make_arrival(entry=page, browser="Firefox"),
            page=page,
        )


def written(clock):
    buffer.flush()
    upkeep.take_sample(clock())


def send(client, **data):
    given = {"scope": "span", "network": "", "reason": "Số liệu bị thổi phồng bằng máy tự động"} | data
    for name in ("begins_at", "ends_at"):
        moment = given.pop(name, None)
        given[f"{name}_0"] = f"{moment:%d/%m/%Y}" if moment else ""
        given[f"{name}_1"] = f"{moment:%H:%M:%S}" if moment else ""
    return client.post(ADD, given)


def local(clock):
    return timezone.localtime(datetime.fromtimestamp(clock(), timezone.get_default_timezone()))


def test_strikes_one_network_and_keeps_everybody_else(client, administrator, clock):
    people(40)
    written(clock)
    clock.advance(3600)
    people(30, first=100)
    attack(400)
    written(clock)
    number = network_number(Trace.objects.everywhere().order_by("-visits").first().network)

    form = client.get(ADD).content.decode()
    answer = send(client, scope="network", network=number)

    assert f'value="{number}"' in form
    assert answer.status_code == 302, answer.context["errors"]
    day = Day.objects.everywhere().get()
    assert (day.visitors, day.visits, day.views) == (70, 70, 70)
    assert day.corrected_at is not None
    assert day.peak_online == 40
    assert shares(Dimension.PAGE) == {"home": 70}
    assert shares(Dimension.HOUR).total() == 70
    assert Presence.objects.everywhere().count() == 70
    assert memo.numbers(first_commune().pk).record == 40
    strike = Strike.objects.everywhere().get()
    assert (strike.visitors, strike.visits, strike.views) == (400, 400, 400)
    assert (strike.record_before, strike.record_after) == (430, 40)
    assert strike.struck_by == "administrator"


def test_a_struck_network_counts_no_more_today(client, administrator, clock):
    attack(50)
    written(clock)
    send(client, scope="network", network=network_number(Trace.objects.everywhere().first().network))
    clock.advance(60)
    attack(80, page="article:2")
    people(3)
    buffer.flush()

    day = Day.objects.everywhere().get()
    assert (day.visitors, day.visits, day.views) == (3, 3, 3)
    assert shares(Dimension.EXCLUDED) == {"struck": 80}
    clock.advance(3 * 86_400)
    upkeep.delete_expired(clock())
    assert not StruckNetwork.objects.everywhere().exists()
    assert not Trace.objects.everywhere().exists()


def test_strikes_a_span_by_the_hour(client, administrator, clock):
    people(20)
    written(clock)
    clock.set(f"{local(clock):%Y-%m-%d} 02:20")
    people(500, first=1000, page="article:9")
    written(clock)
    during = local(clock)
    clock.set(f"{local(clock):%Y-%m-%d} 04:10")
    people(10, first=3000)
    written(clock)

    answer = send(client, begins_at=during - timedelta(minutes=5), ends_at=during + timedelta(minutes=5))

    assert answer.status_code == 302, answer.context["errors"]
    day = Day.objects.everywhere().get()
    assert (day.visitors, day.visits, day.views) == (30, 30, 30)
    assert shares(Dimension.PAGE) == {"home": 30}
    assert shares(Dimension.SOURCE) == {"direct": 30}
    assert memo.numbers(first_commune().pk).record == 20
    assert sorted(samples().values()) == [10, 20]
    assert sum(Hour.objects.everywhere().values_list("visits", flat=True)) == 30
    assert sum(PageHour.objects.everywhere().values_list("views", flat=True)) == 30


def test_marks_a_record_wrong_and_touches_no_other_number(client, administrator, clock):
    people(20)
    written(clock)
    clock.advance(3600)
    people(300, first=1000)
    written(clock)
    dashboard = client.get("/quan-tri/visitors/day/?range=today").content.decode()
    link = dashboard.partition(f'href="{ADD}?')[2].partition('href="' + ADD + "?")
    opened = client.get(ADD, {"scope": "record", "moment": memo.numbers(first_commune().pk).record_at.isoformat()})
    at = local(clock)

    answer = send(client, scope="record", begins_at=at - timedelta(minutes=30), ends_at=at + timedelta(minutes=30))

    assert link[0]
    assert f"{at:%d/%m/%Y}" in opened.content.decode()
    assert answer.status_code == 302, answer.context["errors"]
    day = Day.objects.everywhere().get()
    assert (day.visits, day.peak_online) == (320, 20)
    assert memo.numbers(first_commune().pk).record == 20


def test_everything_shown_agrees_and_says_that_it_was_corrected(client, administrator, clock):
    people(25)
    attack(100)
    written(clock)
    send(
        client, scope="network", network=network_number(Trace.objects.everywhere().order_by("-visits").first().network)
    )
    memo.renew()

    request = RequestFactory().get("/")
    request.commune = first_commune()
    block = Template("{% load visitors %}{% visit_totals %}").render(Context({"request": request}))
    page = client.get("/thong-ke-truy-cap/").content.decode()
    figures = client.get("/thong-ke-truy-cap/so-lieu.json").json()
    dashboard = client.get("/quan-tri/visitors/day/?range=today").content.decode()
    as_csv = client.get("/quan-tri/visitors/day/export/days.csv?range=today").content.decode("utf-8-sig")
    as_xlsx = client.get("/quan-tri/visitors/day/export/days.xlsx?range=today").content
    rows = list(csv.reader(io.StringIO(as_csv)))
    cells = list(openpyxl.load_workbook(io.BytesIO(as_xlsx)).active.iter_rows(values_only=True))

    assert figures["today"] == memo.numbers(first_commune().pk).today == 25
    assert re.findall(r"<dt>Hôm nay</dt><dd>([0-9.]+)</dd>", block) == ["25"]
    assert re.findall(r"<dt>Hôm nay</dt><dd>([0-9.]+)</dd>", page)[0] == "25"
    assert re.findall(r'<td class="number">([0-9.]+)</td>', page)[:3] == ["25", "25", "25"]
    assert 'data-value="25"' in dashboard
    assert rows[1][1:4] == ["25", "25", "25"]
    assert list(cells[1][1:4]) == [25, 25, 25]
    assert rows[1][-1]
    assert cells[1][-1]
    assert 'id="corrections"' in page
    assert "Số liệu bị thổi phồng bằng máy tự động" in page


def test_a_closed_month_is_summed_up_again(client, administrator, clock):
    today = local(clock).date()
    last_month = today.replace(day=1) - timedelta(days=1)
    clock.set(f"{last_month:%Y-%m-%d} 10:00")
    people(9)
    written(clock)
    at = local(clock)
    clock.set(f"{today:%Y-%m-%d} 00:20")
    upkeep.close_days(clock())
    upkeep.close_months(clock())
    before = Month.objects.everywhere().get().visits

    send(client, begins_at=at, ends_at=at + timedelta(minutes=1))

    month = Month.objects.everywhere().get()
    assert (before, month.visits, month.views, month.peak_online) == (9, 0, 0, 0)
    assert month.corrected_at is not None


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"scope": "network", "network": ""}, "network"),
        ({"scope": "network", "network": "f" * 16}, "network"),
        ({"scope": "span"}, "begins_at"),
        ({"scope": "span", "reason": ""}, "reason"),
        ({"scope": ""}, "scope"),
    ],
)
def test_says_what_is_missing(client, administrator, clock, data, field):
    answer = send(client, **data)

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Strike.objects.everywhere().exists()


def test_the_list_of_corrections_cannot_be_changed(client, administrator, clock):
    people(5)
    written(clock)
    send(client, begins_at=local(clock), ends_at=local(clock) + timedelta(minutes=1))
    strike = Strike.objects.everywhere().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Strike.objects.everywhere().update(reason="another")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM visitors_strike")
    assert client.get(f"{LIST}{strike.pk}/change/").status_code == 200
    assert client.post(f"{LIST}{strike.pk}/change/", {"reason": "another"}).status_code == 403
    assert client.post(f"{LIST}{strike.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "Số liệu bị thổi phồng" in client.get(LIST).content.decode()


def test_needs_a_right_of_its_own(client, clock):
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_statistics", "view_strike"]))
    enrol(user)
    client.force_login(user, backend="communes.work.MembershipBackend")

    dashboard = client.get("/quan-tri/visitors/day/").content.decode()

    assert ADD not in dashboard
    assert client.get(ADD).status_code == 403
    assert send(client, begins_at=local(clock), ends_at=local(clock)).status_code == 403
    assert client.get(LIST).status_code == 200
