"""Rows for tests: every function makes a valid one, `changes` say what matters to the test."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from communes.models import Commune
from offices.models import Office, Post
from schedules.models import Absence, Holiday, HoursException, OpeningHours, Reception, WorkItem, WorkWeek
from tests.communes.factories import first_commune
from tests.offices.factories import make_office, make_person, make_post

MONDAY = date(2026, 11, 30)
WORKDAY = [time(7, 30), time(11, 30), time(13, 30), time(17)]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def make_one_stop(commune: Commune | None = None, **changes: Any) -> Office:
    values = {"name": "Trung tâm Phục vụ hành chính công", "slug": "mot-cua", "is_one_stop": True} | changes
    return make_office(commune=commune or first_commune(), **values)


def make_hours(office: Office | None = None, **changes: Any) -> OpeningHours:
    """From Monday to Friday, 7:30–11:30 and 13:30–17:00."""
    office = office or make_one_stop()
    values = dict.fromkeys(DAYS, WORKDAY) | changes
    return OpeningHours.objects.create(commune=office.commune, office=office, **values)


def make_exception(office: Office | None = None, **changes: Any) -> HoursException:
    values = {"begins_on": MONDAY, "ends_on": MONDAY, "reason": "mất điện"} | changes
    values.setdefault("commune", office.commune if office else first_commune())
    return HoursException.objects.create(office=office, **values)


def make_holiday(**changes: Any) -> Holiday:
    values = {"name": "Ngày hội làng", "begins_on": MONDAY, "ends_on": MONDAY} | changes
    values.setdefault("commune", first_commune())
    return Holiday.objects.create(**values)


def make_chairman(who: str = "Lương Văn Khải", commune: Commune | None = None, **changes: Any) -> Post:
    person = make_person(who, commune=commune or first_commune())
    return make_post(person, **{"name": "Chủ tịch UBND xã"} | changes)


def make_reception(post: Post | None = None, **changes: Any) -> Reception:
    """The chairman, every Tuesday."""
    post = post or make_chairman()
    values = {"weekday": 1, "hours": [time(7, 30), time(11, 30)], "place": "Phòng tiếp công dân"} | changes
    return Reception.objects.create(commune=post.commune, post=post, **values)


def make_absence(reception: Reception, on: date, **changes: Any) -> Absence:
    return Absence.objects.create(reception=reception, on=on, **changes)


def make_week(commune: Commune | None = None, *, is_published: bool = True, **changes: Any) -> WorkWeek:
    """A week with one line."""
    values = {"monday": MONDAY} | changes
    week = WorkWeek.objects.create(commune=commune or first_commune(), **values)
    WorkItem.objects.create(
        week=week, weekday=0, session="morning", starts_at=time(7, 30), content="Giao ban", position=1
    )
    if is_published:
        week.publish()
    return week
