"""The statistics inside the admin."""

import csv
import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.communes.factories import enrol, first_commune
from visitors.counting.presence import memo
from visitors.demo import load_demo_days
from visitors.models import Carryover, Day, DayShare, Dimension
from visitors.showing import dashboard, statistics

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DASHBOARD = "/quan-tri/visitors/day/"


@pytest.fixture
def officer(client):
    """Someone of the office who may read the statistics and nothing else."""
    user = get_user_model().objects.create_user("officer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_statistics"))
    enrol(user)
    client.force_login(user, backend="communes.work.MembershipBackend")
    return user


def test_is_reached_from_the_work_desk(client, officer):
    page = client.get(reverse("admin:index"))

    assert f'href="{DASHBOARD}"' in page.content.decode()


def test_shows_the_last_thirty_days_as_a_table(client, officer):
    load_demo_days(first_commune(), 40)

    page = client.get(DASHBOARD)

    assert page.status_code == 200
    assert page.content.decode().count("data-day=") == 30
    assert '<option value="30d" selected>' in page.content.decode()


def test_opens_on_an_empty_database(client, officer):
    assert client.get(DASHBOARD).status_code == 200


@pytest.mark.parametrize("address", [DASHBOARD, DASHBOARD + "live/"])
def test_needs_the_permission(client, address):
    user = get_user_model().objects.create_user("reporter", is_staff=True)
    client.force_login(user, backend="communes.work.MembershipBackend")

    assert client.get(address).status_code == 403


def test_nobody_edits_a_number(client):
    client.force_login(get_user_model().objects.create_superuser("chief"), backend="communes.work.MembershipBackend")
    Day.objects.create(commune=first_commune(), day="2026-11-18", visits=5)

    assert client.get(DASHBOARD + "add/").status_code == 404
    assert client.get(DASHBOARD + "2026-11-18/change/").status_code == 404


def test_the_earlier_portals_visits_are_entered_once(client):
    client.force_login(get_user_model().objects.create_superuser("chief"), backend="communes.work.MembershipBackend")
    form = {"visits": "120000", "until": "2025-06-30", "origin": "thixaold.example"}

    first = client.post("/quan-tri/visitors/carryover/add/", form)
    second = client.post("/quan-tri/visitors/carryover/add/", form | {"visits": "900000"})

    assert (first.status_code, second.status_code) == (302, 403)
    carryover = Carryover.objects.everywhere().get()
    assert (carryover.visits, carryover.entered_by) == (120_000, "chief")
    assert client.get(f"/quan-tri/visitors/carryover/{carryover.pk}/delete/").status_code == 403


def rows_read(run):
    """How many stored rows the queries of `run` look at."""
    with CaptureQueriesContext(connection) as queries:
        run()
    total = 0
    for query in queries.captured_queries:
        if not query["sql"].lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"))
            total += scanned(cursor.fetchone()[0][0]["Plan"])
    return total


def analyze():
    """Which of two plans is taken must not depend on whether the server has looked at the tables yet."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def scanned(plan):
    own = plan["Actual Rows"] * plan["Actual Loops"] if "Relation Name" in plan else 0
    return own + sum(scanned(part) for part in plan.get("Plans", []))


@pytest.mark.parametrize("query", ["", "?range=24m&compare=year", "?range=custom&first=2024-01-15&last=2026-11-20"])
def test_opens_in_twelve_queries(client, officer, query, django_assert_max_num_queries):
    load_demo_days(first_commune(), 60, pages=["home", "article:1", "category:2", "/so-do-trang/"])
    memo.begin()

    with django_assert_max_num_queries(12):
        page = client.get(DASHBOARD + query)

    assert page.status_code == 200


# The last minute of a month and of a year: the two edges beside the closed months are as long as they get.
@time_machine.travel(datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM))
def test_two_years_of_data_cost_no_more_than_thirty_days(client, officer):
    client.force_login(officer, backend="communes.work.MembershipBackend")
    load_demo_days(first_commune(), 30, busy_day=40)
    analyze()
    thirty_stored = rows_read(lambda: client.get(DASHBOARD))
    load_demo_days(first_commune(), 730, busy_day=40)
    analyze()

    two_years_stored = rows_read(lambda: client.get(DASHBOARD))
    two_years_shown = rows_read(lambda: client.get(DASHBOARD + "?range=24m"))
    every_day = DayShare.objects.everywhere().count()

    assert two_years_stored < 1.6 * thirty_stored
    assert two_years_shown < 5 * thirty_stored
    assert two_years_shown < every_day / 4


def test_a_month_is_the_sum_of_its_days(client):
    load_demo_days(first_commune(), 120, date(2026, 11, 20))
    commune = first_commune().pk
    closed = statistics.closed_months(commune)
    span = statistics.Span(date(2026, 8, 10), date(2026, 11, 20))

    from_months = statistics.breakdown(commune, span, closed)
    from_days = statistics.breakdown(commune, span, set())

    assert {date(2026, 9, 1), date(2026, 10, 1)} <= closed
    assert from_months.totals == from_days.totals
    by_month = statistics.sum_of(*statistics.points(commune, [span], closed))
    assert by_month == statistics.sum_of(*statistics.points(commune, [span], set()))


def test_compares_with_the_period_before(client, officer):
    Day.objects.create(commune=first_commune(), day="2026-10-05", visits=111)
    Day.objects.create(commune=first_commune(), day="2026-10-15", visits=222)

    page = client.get(DASHBOARD + "?range=custom&first=2026-10-11&last=2026-10-20&compare=before")

    assert ">111<" in page.content.decode()
    assert ">222<" in page.content.decode()


def test_months_without_a_visit_keep_their_place():
    Day.objects.create(commune=first_commune(), day="2026-03-05", visits=3)
    Day.objects.create(commune=first_commune(), day="2026-06-05", visits=6)
    spans = [
        statistics.Span(date(2026, 1, 1), date(2026, 6, 30)),
        statistics.Span(date(2025, 7, 1), date(2025, 12, 31)),
    ]

    current, before = statistics.points(first_commune().pk, spans, set())

    assert [point.visits for point in current] == [0, 0, 3, 0, 0, 6]
    assert [point.visits for point in before] == [0] * 6


@pytest.mark.parametrize(
    ("first", "last", "before", "year_before"),
    [
        ("2026-11-11", "2026-11-20", ("2026-11-01", "2026-11-10"), ("2025-11-12", "2025-11-21")),
        ("2024-11-01", "2026-11-24", ("2022-10-01", "2024-10-24"), ("2023-11-01", "2025-11-24")),
        ("2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
        ("2023-10-31", "2024-02-29", ("2023-05-31", "2023-09-29"), ("2022-10-31", "2023-02-28")),
    ],
)
def test_compares_days_with_days_and_months_with_months(first, last, before, year_before):
    span = statistics.Span(date.fromisoformat(first), date.fromisoformat(last))

    assert tuple(map(str, span.before())) == before
    assert tuple(map(str, span.year_before())) == year_before


@pytest.mark.parametrize(
    "query",
    [
        "?range=custom",
        "?range=custom&first=0001-01-01&last=0001-12-31&compare=year",
        "?range=custom&first=2026-02-31&last=x",
        "?range=custom&first=2026-10-20&last=2026-10-11",
        "?range=custom&first=0001-01-01&last=9999-12-31",
        "?range=nonsense&compare=nonsense",
    ],
)
def test_a_wrong_period_falls_back_to_thirty_days(client, officer, query):
    page = client.get(DASHBOARD + query)

    assert page.status_code == 200
    assert page.content.decode().count("data-day=") == 30


@pytest.mark.parametrize("what", ["days", "hours", "page-hours", *dashboard.TABLES])
def test_every_chart_can_be_downloaded(client, officer, what):
    load_demo_days(first_commune(), 5)

    as_csv = client.get(f"{DASHBOARD}export/{what}.csv?range=7d")
    as_xlsx = client.get(f"{DASHBOARD}export/{what}.xlsx?range=7d")

    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    cells = list(openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).active.iter_rows(values_only=True))
    assert len(rows) == len(cells) > 1
    assert "attachment" in as_csv["Content-Disposition"]


def test_a_download_holds_no_formula(client, officer):
    DayShare.objects.create(
        commune=first_commune(), day=timezone.localdate(), dimension=Dimension.BOT, value="=HYPERLINK(1)", total=3
    )

    body = client.get(f"{DASHBOARD}export/bots.csv").content.decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in body


@pytest.mark.parametrize("address", ["export/days.pdf", "export/salts.csv", "month/2026-13/", "month/9999-1/"])
def test_unknown_tables_and_months_are_not_found(client, officer, address):
    assert client.get(DASHBOARD + address).status_code == 404


@pytest.mark.parametrize("address", ["export/days.csv", "month/2026-10/"])
def test_downloads_and_reports_need_the_permission(client, address):
    user = get_user_model().objects.create_user("reporter", is_staff=True)
    client.force_login(user, backend="communes.work.MembershipBackend")

    assert client.get(DASHBOARD + address).status_code == 403


def test_the_monthly_report_shows_each_day(client, officer):
    load_demo_days(first_commune(), 60, date(2026, 11, 20))

    page = client.get(DASHBOARD + "month/2026-10/").content.decode()

    assert "10/2026" in page
    assert page.count('<th scope="row">') >= 31


def test_pages_carry_no_inline_style_or_script(client, officer):
    load_demo_days(first_commune(), 5)

    for address in (DASHBOARD, DASHBOARD + "month/2026-11/"):
        html = client.get(address).content.decode()
        assert " style=" not in html
        assert "unsafe" not in client.get(address)["Content-Security-Policy"]
