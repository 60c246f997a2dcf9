"""Hours, receptions and a week's work for a demonstration portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from communes.models import Commune
from offices.models import Office, Post
from schedules.models import Absence, HoursException, OpeningHours, Reception, WorkWeek
from schedules.models.opening import WEEKDAYS
from schedules.models.work import monday_of
from schedules.rules.pasting import read
from vietnamese.clock import parse_spans


@dataclass(frozen=True)
class DemoHours:
    """Hours of the office of this name: from Monday to Friday, on Saturday; in days from today where they are a season."""

    office: str
    weekdays: str
    saturday: str = ""
    name: str = ""
    note: str = ""
    begins_in: int | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class DemoReception:
    """When the holder of the post of this name receives; `person` in full where several hold one."""

    post: str
    weekday: int
    hours: str
    place: str
    nth: int | None = None
    person: str = ""
    telephone: str = ""
    legal_ground: str = ""


def times(text: str) -> list[time]:
    return [moment for span in parse_spans(text) for moment in span]


def load_hours(commune: Commune, hours: Sequence[DemoHours]) -> None:
    """Create hours for offices that have none yet."""
    offices = {office.name: office for office in Office.objects.of(commune)}
    held = set(OpeningHours.objects.of(commune).values_list("office_id", flat=True))
    today = timezone.localdate()
    for row in hours:
        office = offices.get(row.office)
        if office is None or office.pk in held:
            continue
        days = dict.fromkeys(WEEKDAYS[:5], times(row.weekdays)) | {"saturday": times(row.saturday)}
        begins_on = None if row.begins_in is None else today + timedelta(days=row.begins_in)
        made = OpeningHours(
            commune=commune,
            office=office,
            name=row.name,
            note=row.note,
            begins_on=begins_on,
            ends_on=row.ends_on,
            **days,
        )
        made.full_clean()
        made.save()


def load_exception(commune: Commune, on: date, hours: str, reason: str) -> None:
    """Other hours on one day of the one-stop centre; made only once."""
    centre = Office.objects.of(commune).one_stop()
    if centre and not HoursException.objects.of(commune).exists():
        HoursException.objects.create(
            commune=commune, office=centre, begins_on=on, ends_on=on, hours=times(hours), reason=reason
        )


def load_receptions(commune: Commune, receptions: Sequence[DemoReception]) -> list[Reception]:
    """Create the receptions of posts that are held, when there are none yet."""
    if Reception.objects.of(commune).exists():
        return []
    made = []
    for row in receptions:
        post = held_post(commune, row.post, row.person)
        if post is None:
            continue
        reception = Reception(
            commune=commune,
            post=post,
            rhythm="nth_weekday" if row.nth else "weekly",
            weekday=row.weekday,
            nth=row.nth,
            hours=times(row.hours),
            place=row.place,
            telephone=row.telephone,
            legal_ground=row.legal_ground,
        )
        reception.full_clean()
        reception.save()
        made.append(reception)
    return made


def held_post(commune: Commune, name: str, person: str = "") -> Post | None:
    """The first post of this name that somebody holds; of the person of this full name, where one is named."""
    posts = Post.objects.of(commune).held().filter(name=name).select_related("person")
    return next((post for post in posts if person in ("", str(post.person))), None)


def load_absence(reception: Reception, within: int, deputy_post: str, reason: str) -> None:
    """Somebody else receives on the last day of the reception in the next `within` days."""
    today = timezone.localdate()
    days = [today + timedelta(days=ahead) for ahead in range(1, within)]
    of_rule = [day for day in days if reception.rule().falls_on(day)]
    deputy = held_post(reception.commune, deputy_post)
    if of_rule and deputy:
        Absence.objects.create(reception=reception, on=of_rule[-1], deputy=deputy, reason=reason)


def load_week(commune: Commune, table: str, weeks_ahead: int = 0, note: str = "", *, is_published: bool = True) -> None:
    """Create a week out of a table with tabs, as staff paste it; made only once."""
    monday = monday_of(timezone.localdate()) + timedelta(weeks=weeks_ahead)
    if WorkWeek.objects.of(commune).filter(monday=monday).exists():
        return
    pasted = read(table, monday)
    if pasted.faults:
        raise ValueError(f"the demonstration's week is not understood: {pasted.faults}")
    week = WorkWeek.objects.create(commune=commune, monday=monday, note=note)
    week.fill(pasted.entries, pasted.notes)
    if is_published:
        week.publish()
