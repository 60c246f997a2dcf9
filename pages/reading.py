"""What the public page of a page reads: two queries, whose SQL is written once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import models

from accounts.models import Person
from communes.models import Commune
from compiledquery import CompiledQuery
from news.models import Language
from pages.models import Page
from upkeep.believedtime import believed_now

_page_for_citizens = CompiledQuery(
    lambda commune, path, at: Page.objects.of(commune).for_citizens(at).at(path).with_details().with_changes(),
    commune=models.BigIntegerField(),
    path=models.TextField(),
    at=models.DateTimeField(),
)
_LISTED = ("title", "summary", "path", "position", "language", "translation_of_id", "category_id")


class Surroundings(NamedTuple):
    """What a page leads to: the pages above it, those of its section, those below it, the same in other languages."""

    trail: list[Page]
    section: list[Page]
    below: list[Page]
    languages: list[Page]


def page_for(user: Person, commune: Commune, path: str, at: datetime | None = None) -> Page | None:
    """The page of `commune` at `path` as its address shows it to `user` at the moment `at` (default: now).

    Also one that was withdrawn or has expired, whose address says so; None where there is nothing to see.
    """
    at = at or believed_now()
    if user.is_staff:
        pages = Page.objects.of(commune)
        return (pages.for_citizens(at) | pages.workable_by(user)).at(path).with_details().with_changes().first()
    return next(iter(_page_for_citizens(commune=commune.pk, path=path, at=at)), None)


def surroundings_of(page: Page, at: datetime | None = None) -> Surroundings:
    """The public pages around `page`, in one query."""
    public = Page.objects.of(page.commune_id).published(at or believed_now())
    same = models.Q(translation_of=page) | models.Q(pk=page.translation_of_id)
    found = (public.in_section(page.path) | public.filter(same)).only(*_LISTED).in_order()
    top = page.path.partition("/")[0]
    section = [other for other in found if other.path.partition("/")[0] == top]
    languages = [other for other in found if other.translation_of_id == page.pk or other.pk == page.translation_of_id]
    return Surroundings(
        trail=[other for other in section if page.path.startswith(f"{other.path}/")],
        section=section if len(section) > 1 else [],
        below=[other for other in section if other.path.rpartition("/")[0] == page.path],
        languages=[
            other for other in languages if other.language != page.language and other.language in Language.values
        ],
    )
