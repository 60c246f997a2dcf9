"""Offices, people and villages for a demonstration portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from communes.models import Commune
from offices.models import Kind, Office, Person, Post, Village, VillageKind
from vietnamese import fold

Row = TypeVar("Row", Office, Person, Post, Village)


@dataclass(frozen=True)
class DemoOffice:
    """An office; `parent` is the name of one that stands before it in the list."""

    name: str
    kind: Kind
    parent: str = ""
    telephone: str = ""
    address: str = ""
    duties: str = ""
    is_one_stop: bool = False


@dataclass(frozen=True)
class DemoPost:
    """A post of the person of this full name in the office of this name."""

    person: str
    office: str
    name: str
    duties: str = ""
    position: int = 1
    is_leading: bool = False
    is_sole: bool = False
    begins_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class DemoVillage:
    """A village; `head` is a full name."""

    name: str
    head: str
    telephone: str
    meeting_place: str = ""
    households_count: int | None = None
    kind: VillageKind = VillageKind.THON


def load_offices(
    commune: Commune,
    offices: Sequence[DemoOffice],
    posts: Sequence[DemoPost],
    villages: Sequence[DemoVillage],
    *,
    domain: str,
    telephones: dict[str, str],
) -> None:
    """Fill a commune that has no office; official mailboxes end in `domain`, `telephones` are those of people by full name."""
    if Office.objects.of(commune).exists():
        return
    by_name: dict[str, Office] = {}
    for position, row in enumerate(offices, start=1):
        office = Office(
            commune=commune,
            name=row.name,
            kind=row.kind,
            parent=by_name.get(row.parent),
            telephone=row.telephone,
            address=row.address,
            duties=row.duties,
            is_one_stop=row.is_one_stop,
            position=position,
        )
        by_name[row.name] = _saved(office)
    names = dict.fromkeys([*(post.person for post in posts), *(village.head for village in villages)])
    officials = {post.person for post in posts if post.ends_on is None}
    people = {
        name: _saved(_person(commune, name, telephones.get(name, ""), domain if name in officials else ""))
        for name in names
    }
    for post in posts:
        _saved(
            Post(
                commune=commune,
                person=people[post.person],
                office=by_name[post.office],
                name=post.name,
                duties=post.duties,
                position=post.position,
                is_leading=post.is_leading,
                is_sole=post.is_sole,
                begins_on=post.begins_on,
                ends_on=post.ends_on,
            )
        )
    for position, village in enumerate(villages, start=1):
        _saved(
            Village(
                commune=commune,
                name=village.name,
                kind=village.kind,
                head=people[village.head],
                telephone=village.telephone,
                meeting_place=village.meeting_place,
                households_count=village.households_count,
                position=position,
            )
        )


def _person(commune: Commune, name: str, telephone: str, domain: str) -> Person:
    """With a mailbox as offices give them, khailv@… for Lương Văn Khải, where there is a `domain`."""
    family_name, _space, given_name = name.rpartition(" ")
    person = Person(commune=commune, family_name=family_name, given_name=given_name, telephone=telephone)
    if domain:
        initials = "".join(word[0] for word in family_name.split())
        person.email = f"{fold(given_name + initials)}@{domain}"
    return person


def _saved(row: Row) -> Row:
    """Every rule of the model holds for it."""
    row.full_clean()
    row.save()
    return row
