"""Rows for tests: every function makes a valid one, `changes` say what matters to the test."""

from __future__ import annotations

from itertools import count
from typing import Any

from offices.models import Office, Person, Post, Village
from tests.communes.factories import first_commune

_numbers = count(1)


def make_office(**changes: Any) -> Office:
    number = next(_numbers)
    values = {"name": f"Phòng {number}", "slug": f"phong-{number}"} | changes
    values.setdefault("commune", first_commune())
    return Office.objects.create(**values)


def make_person(name: str = "", **changes: Any) -> Person:
    """`name` in full, of which the last word is the given name."""
    number = next(_numbers)
    family_name, _space, given_name = (name or f"Nguyễn Văn Số{number}").rpartition(" ")
    values = {"family_name": family_name, "given_name": given_name, "slug": f"nguoi-{number}"} | changes
    values.setdefault("commune", first_commune())
    return Person.objects.create(**values)


def make_post(person: Person | None = None, office: Office | None = None, **changes: Any) -> Post:
    person = person or make_person()
    values = {"name": "Chuyên viên"} | changes
    return Post.objects.create(person=person, office=office or make_office(commune=person.commune), **values)


def make_village(**changes: Any) -> Village:
    values = {"name": f"Thôn {next(_numbers)}"} | changes
    values.setdefault("commune", first_commune())
    return Village.objects.create(**values)
