"""Which people show a picture of the library."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.urls import reverse

from library.models import Picture
from offices.models import Person
from section import Row

MOST_LISTED = 50


def uses_of(file: Model, reader: AbstractBaseUser | None) -> list[Row]:
    """The people whose portrait it is, each with the form where `reader` works on them, else with the page."""
    if not isinstance(file, Picture):
        return []
    people = Person.objects.of(file.commune_id).filter(picture=file)
    edits = reader is not None and reader.has_perm("offices.change_person")
    if reader is not None and not reader.has_perm("offices.view_person"):
        people = people.shown()
    return [
        Row(
            person.name,
            reverse("admin:offices_person_change", args=[person.pk]) if edits else person.get_absolute_url(),
        )
        for person in people[:MOST_LISTED]
    ]
