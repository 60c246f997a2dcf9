"""What citizens read: hours with their state, receptions, the schedule of the week, contact."""

import json
import re
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from icalendar import Calendar

from communes.hosts import table
from communes.models import SiteIdentity
from schedules.models import WorkItem
from tests.communes.factories import first_commune, make_commune
from tests.offices.factories import make_office, make_post
from tests.schedules.factories import (
    MONDAY,
    make_absence,
    make_chairman,
    make_exception,
    make_holiday,
    make_hours,
    make_one_stop,
    make_reception,
    make_week,
)
from vietnamese import VIETNAM

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 27)
PAGES = ("/gio-lam-viec/", "/lien-he/", "/lich-tiep-cong-dan/", "/lich-cong-tac/")


def at(on, hour, minute=0):
    return time_machine.travel(datetime(on.year, on.month, on.day, hour, minute, tzinfo=VIETNAM), tick=False)


def words(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("address", [*PAGES, "/lich-tiep-cong-dan.ics", "/lich-cong-tac.ics"])
def test_every_page_is_there_on_an_empty_portal(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert "s-maxage" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_what_it_is(client, address):
    html = client.get(address).content.decode()

    assert html.count("<h1") == 1
    assert re.search(r'<meta name="description" content="[^"]{30,}"', html)
    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    crumbs = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert crumbs["@type"] == "BreadcrumbList"


# Hours


@pytest.mark.parametrize(
    ("on", "hour", "minute", "said"),
    [
        (FRIDAY, 7, 0, "Chưa mở cửa, mở lúc 7:30 hôm nay"),
        (FRIDAY, 8, 0, "Đang mở cửa, đến 11:30"),
        (FRIDAY, 12, 0, "Nghỉ trưa đến 13:30"),
        (FRIDAY, 14, 0, "Đang mở cửa, đến 17:00"),
        (FRIDAY, 17, 0, "Đã đóng cửa, mở lại 7:30 thứ Hai 30/11"),
        (date(2027, 2, 6), 9, 0, "Nghỉ lễ (Tết Nguyên đán), mở lại 7:30 thứ Năm 11/2"),
    ],
)
@pytest.mark.parametrize("address", ["/gio-lam-viec/", "/lien-he/"])
def test_says_whether_the_office_is_open_now(client, address, on, hour, minute, said):
    make_hours()

    with at(on, hour, minute):
        assert said in words(client, address)


def test_says_why_a_day_is_otherwise(client):
    office = make_one_stop()
    make_hours(office)
    make_exception(office, begins_on=FRIDAY, ends_on=FRIDAY)
    make_holiday()

    with at(FRIDAY, 9):
        page = words(client, "/gio-lam-viec/")

    assert "Hôm nay đóng cửa (mất điện), mở lại 7:30 thứ Ba 1/12" in page
    assert "Thứ Hai 30/11 Nghỉ Ngày hội làng" in page


def test_hours_of_a_season_follow_the_usual_ones(client):
    office = make_one_stop()
    make_hours(office)
    make_hours(office, begins_on=MONDAY, ends_on=MONDAY, monday=[time(8), time(9)], note="Chỉ buổi sáng")

    with at(FRIDAY, 9):
        before = words(client, "/gio-lam-viec/")
    with at(MONDAY, 9, 30):
        after = words(client, "/gio-lam-viec/")

    assert "Thứ Hai 30/11 8:00–9:00" in before
    assert "Chỉ buổi sáng" not in before
    assert "Chỉ buổi sáng" in after


def test_a_hidden_office_and_one_of_another_commune_are_not_shown(client):
    make_hours(make_one_stop(is_shown=False, name="Phòng kín"))
    make_hours(make_one_stop(make_commune(), name="Phòng xa"))

    page = words(client, "/gio-lam-viec/") + words(client, "/lien-he/")

    assert "Phòng kín" not in page
    assert "Phòng xa" not in page


def test_the_page_brings_the_states_to_come(client):
    make_hours()

    with at(FRIDAY, 8):
        html = client.get("/gio-lam-viec/").content.decode()

    states = json.loads(re.search(r'data-states="([^"]+)"', html)[1].replace("&quot;", '"'))
    assert states[0] == ["2026-11-27T11:30:00+07:00", "Đang mở cửa, đến 11:30", True]
    assert states[1] == ["2026-11-27T13:30:00+07:00", "Nghỉ trưa đến 13:30", False]
    assert [is_open for _until, _words, is_open in states] == [True, False, True, False, False, False]


def test_search_engines_learn_the_hours_of_the_one_stop_centre(client):
    make_hours(make_one_stop(address="Nhà B", telephone="0000 000 116"), begins_on=date(2026, 11, 19))
    make_exception(begins_on=MONDAY, ends_on=MONDAY)

    with at(FRIDAY, 8):
        html = client.get("/gio-lam-viec/").content.decode()

    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)[0])
    assert told["@type"] == "GovernmentOffice"
    assert told["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": "https://schema.org/Monday",
        "opens": "07:30",
        "closes": "11:30",
        "validFrom": "2026-11-19",
    }
    assert len(told["openingHoursSpecification"]) == 10
    assert told["specialOpeningHoursSpecification"][0]["validFrom"] == "2026-11-30"


# Contact


def test_contact_says_where_and_whom_to_call_the_one_stop_centre_first(client):
    SiteIdentity.objects.create(
        commune=first_commune(), name="Cổng", agency="UBND xã", address="Thôn Giữa & Đông", phone="0000 000 100"
    )
    table.forget()
    make_office(name="Văn phòng", telephone="0000 000 101", position=0)
    make_hours(make_one_stop(telephone="0000 000 116", position=5))

    html = client.get("/lien-he/").content.decode()

    assert 'href="tel:0000000116"' in html
    assert 'href="tel:0000000100"' in html
    assert html.index("0000 000 116") < html.index("0000 000 101")
    assert "https://www.openstreetmap.org/search?query=Th%C3%B4n+Gi%E1%BB%AFa+%26+%C4%90%C3%B4ng" in html
    assert "<iframe" not in html


def test_contact_leads_to_the_map_that_was_entered(client):
    SiteIdentity.objects.create(
        commune=first_commune(), name="Cổng", address="Thôn Giữa", map_url="https://ban-do.example/1"
    )
    table.forget()

    html = client.get("/lien-he/").content.decode()

    assert 'href="https://ban-do.example/1"' in html
    assert "openstreetmap" not in html


# Receptions


def test_tells_the_next_reception_and_who_is_there_instead(client):
    reception = make_reception()
    make_absence(reception, date(2026, 12, 1), reason="họp tỉnh")
    make_absence(reception, date(2026, 12, 8), deputy=make_post(name="Phó Chủ tịch UBND xã"))

    with at(FRIDAY, 9):
        page = words(client, "/lich-tiep-cong-dan/")

    assert re.search(r"Buổi tiếp công dân gần nhất Thứ Ba 8/12 7:30–11:30 .{0,40}, Phó Chủ tịch UBND xã", page)
    assert "Không tiếp : họp tỉnh" in page
    assert "Thứ Ba hằng tuần, 7:30–11:30" in re.sub(r" +", " ", page)


def test_a_reception_is_told_until_it_is_over(client):
    make_reception()

    with at(date(2026, 12, 1), 11, 29):
        assert "Hôm nay, thứ Ba 1/12" in words(client, "/lich-tiep-cong-dan/")
    with at(date(2026, 12, 1), 11, 30):
        page = words(client, "/lich-tiep-cong-dan/")
    assert "Ba 1/12" not in page
    assert "Thứ Ba 8/12" in page


def events(client, address):
    calendar = Calendar.from_ical(client.get(address).content)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_receptions_are_a_calendar_whose_events_keep_their_number(client):
    reception = make_reception()
    with at(FRIDAY, 9):
        before = events(client, "/lich-tiep-cong-dan.ics")
        make_absence(reception, date(2026, 12, 1), moved_to=date(2026, 12, 2))
        make_absence(reception, date(2026, 12, 8))
        after = events(client, "/lich-tiep-cong-dan.ics")

    first = next(iter(before))
    assert before[first]["DTSTART"].dt == datetime(2026, 12, 1, 7, 30, tzinfo=VIETNAM)
    assert before.keys() == after.keys()
    assert after[first]["DTSTART"].dt == datetime(2026, 12, 2, 7, 30, tzinfo=VIETNAM)
    assert [str(event["STATUS"]) for event in after.values()][:3] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert "Chủ tịch UBND xã" in after[first]["SUMMARY"]


def test_the_calendar_has_the_time_zone_and_its_type(client):
    make_reception()

    response = client.get("/lich-tiep-cong-dan.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"TZID:Asia/Ho_Chi_Minh" in response.content


# The schedule of the week


def test_shows_the_week_of_today_when_it_is_published(client):
    make_week()

    with at(MONDAY + timedelta(days=6), 23, 59):
        assert "Giao ban" in words(client, "/lich-cong-tac/")
    with at(MONDAY + timedelta(days=7), 0):
        page = words(client, "/lich-cong-tac/")
    assert "chưa được công bố" in page
    assert "Giao ban" not in page
    assert "Tuần 49 (từ 30/11 đến 06/12/2026)" in page
    assert "Giao ban" in words(client, "/lich-cong-tac/2026-W49/")


def test_a_draft_is_no_page_and_in_no_calendar(client):
    make_week(is_published=False)

    with at(MONDAY, 9):
        assert "Giao ban" not in words(client, "/lich-cong-tac/")
        assert events(client, "/lich-cong-tac.ics") == {}
    assert client.get("/lich-cong-tac/2026-W49/").status_code == 404


@pytest.mark.parametrize("week", ["2026-W54", "2027-W53", "2026-W00", "2026-W1", "0000-W01", "9999-W01", "tuan-49"])
def test_a_week_that_no_year_has_is_404(client, week):
    assert client.get(f"/lich-cong-tac/{week}/").status_code == 404


def test_lines_are_in_the_order_of_the_day(client):
    week = make_week()
    WorkItem.objects.create(week=week, weekday=0, session="afternoon", content="Chiều họp", position=2)
    WorkItem.objects.create(week=week, weekday=0, session="morning", content="Sáng tiếp dân", position=3)
    WorkItem.objects.create(week=week, weekday=0, session="", content="Cả ngày trực", position=4)

    page = words(client, "/lich-cong-tac/2026-W49/")

    assert page.index("Cả ngày trực") < page.index("Giao ban") < page.index("Sáng tiếp dân") < page.index("Chiều họp")


def test_the_weeks_are_a_calendar(client):
    week = make_week()
    WorkItem.objects.create(week=week, weekday=2, session="afternoon", content="Họp", place="Phòng 1", position=2)
    WorkItem.objects.create(week=week, weekday=3, content="Trực", position=3)

    with at(FRIDAY, 9):
        found = list(events(client, "/lich-cong-tac.ics").values())

    assert [event["DTSTART"].dt for event in found] == [
        datetime(2026, 11, 30, 7, 30, tzinfo=VIETNAM),
        datetime(2026, 12, 2, 13, 30, tzinfo=VIETNAM),
        date(2026, 12, 3),
    ]
    assert str(found[1]["LOCATION"]) == "Phòng 1"


# The shell


def test_the_site_map_the_sitemap_and_the_search_know_the_pages(client):
    make_week()

    site_map = client.get("/so-do-trang/").content.decode()
    sitemap = client.get("/sitemap-lich-va-gio-lam-viec.xml").content.decode()

    for address in PAGES:
        assert f'href="{address}"' in site_map
        assert address in sitemap
    assert "/lich-cong-tac/2026-W49/" in sitemap


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("giờ làm việc", "/gio-lam-viec/"),
        ("gio mo cua mot cua", "/gio-lam-viec/"),
        ("tiếp công dân", "/lich-tiep-cong-dan/"),
        ("lịch công tác tuần", "/lich-cong-tac/"),
        ("số điện thoại ubnd xã", "/lien-he/"),
    ],
)
def test_the_search_finds_them(query, address):
    from schedules.finding import pages_with

    assert address in [page.address for page in pages_with(query, first_commune()).pages]


def test_menu_targets_have_keys():
    from schedules.section import menu_targets

    assert {target.key: target.address for target in menu_targets(first_commune())} == {
        "url:schedules:work_schedule": "/lich-cong-tac/",
        "url:schedules:receptions": "/lich-tiep-cong-dan/",
        "url:schedules:hours": "/gio-lam-viec/",
        "url:schedules:contact": "/lien-he/",
    }


def test_the_blocks_of_the_home_page(rf):
    from portal.context_processors import site

    request = rf.get("/")
    request.commune = first_commune()

    def blocks():
        context = site(request) | {"request": request}
        return "".join(
            render_to_string(f"schedules/_{name}.html", context) for name in ("hours_block", "reception_block")
        )

    assert blocks().strip() == ""
    make_hours()
    make_reception()
    with at(MONDAY, 8):
        found = blocks()
    assert "Đang mở cửa, đến 11:30" in found
    assert "Lương Văn Khải" in found


def test_a_kept_part_of_the_frame_says_no_old_state(rf):
    """A part of a page that is kept for FRAME_SECONDS is wrong no longer than that."""
    make_hours()
    request = rf.get("/")
    request.commune = first_commune()

    def block():
        context = {"request": request, "frame_owner": 1, "frame_seconds": 2}
        return render_to_string("schedules/_hours_block.html", context)

    with time_machine.travel(datetime(2026, 11, 27, 16, 59, 59, tzinfo=VIETNAM), tick=False) as clock:
        before = block()
        clock.shift(3)
        after = block()

    assert "Đang mở cửa, đến 17:00" in before
    assert "Đã đóng cửa" in after


def test_pages_ask_for_few_rows(client, django_assert_max_num_queries):
    make_hours(make_one_stop(telephone="1"))
    for number in range(5):
        make_hours(make_one_stop(slug=f"o-{number}", is_one_stop=False, telephone="1"))
        reception = make_reception(make_chairman(f"Người {number}"))
        make_absence(reception, date(2026, 12, 1), deputy=make_post())
    make_week()
    # Around every page: the menu, the newest titles, the poll, the figures.
    with django_assert_max_num_queries(100) as frame:
        client.get("/so-do-trang/")

    counts = {}
    for address in [*PAGES, "/lich-tiep-cong-dan.ics", "/lich-cong-tac.ics"]:
        with at(MONDAY, 8), django_assert_max_num_queries(100) as page:
            client.get(address)
        counts[address] = len(page)

    assert counts["/lich-tiep-cong-dan.ics"] == 3
    assert counts["/lich-cong-tac.ics"] == 1
    assert counts["/gio-lam-viec/"] <= len(frame) + 3
    assert counts["/lien-he/"] <= len(frame) + 4
    assert counts["/lich-tiep-cong-dan/"] <= len(frame) + 3
    assert counts["/lich-cong-tac/"] <= len(frame) + 3
