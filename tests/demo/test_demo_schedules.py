"""The demonstration's hours and receptions are those of its articles."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from demo import schedules
from demo.articles import load_articles
from demo.people import load_people
from schedules import reading
from schedules.fields import in_words
from schedules.models import Reception, WorkWeek
from tests.communes.factories import first_commune

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    commune = first_commune()
    load_people(commune)
    schedules.load_schedules(commune)
    return commune


def article(number: str):
    return next(article for article in load_articles() if article.file_name.startswith(number))


def test_winter_hours_are_those_of_the_article(commune):
    body = article("08").body
    centre = reading.one_stop(commune)
    begins_on = timezone.localdate() - timedelta(days=7)

    winter = next(week for week in centre.timetable.weeks if not week.is_usual)

    assert f"áp dụng từ ngày {begins_on:%d/%m/%Y}" in body
    assert winter.begins_on == begins_on
    assert "7 giờ 30 – 11 giờ 30</td><td>13 giờ 00 – 17 giờ 00" in body
    assert [f"{opens:%H:%M}" for opens, _closes in winter.days[0]] == ["07:30", "13:00"]
    assert [f"{closes:%H:%M}" for _opens, closes in winter.days[5]] == ["11:30"]


def test_receptions_are_those_of_the_article(commune):
    body = article("01").body
    rules = list(Reception.objects.of(commune).select_related("post__person"))

    assert {str(rule.post.person) for rule in rules} == {"Lương Văn Khải", "Đặng Quang Thuận", "Hoàng Thị Thúy Hằng"}
    for rule in rules:
        assert f"<td>{rule.post.person}</td><td>{rule.post.name}</td>" in body
        assert in_words(rule.hours) == "7:30–11:30, 13:30–16:30"
        assert rule.place[:30] in body
        assert rule.telephone in body


def test_it_is_loaded_once(commune):
    schedules.load_schedules(commune)

    assert Reception.objects.of(commune).count() == 3
    assert WorkWeek.objects.of(commune).count() == 2
    assert WorkWeek.objects.of(commune).published().get().items.count() == 12


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 7, 1), date(2026, 11, 26)])
def test_winter_ends_after_it_begins(today):
    winter = schedules.hours(today)[1]

    assert winter.ends_on > today + timedelta(days=winter.begins_in)
