"""People, offices and villages that answer to the words of a citizen."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from compiledquery import CompiledQuery
from finding import matching, patterns_of, phrase_of, with_togetherness
from offices.models import Office, Village
from offices.models.post import today
from offices.models.village import HEADS
from offices.public.directory import current_posts
from section import Finds, Found

MOST = 5  # of each kind
EMPTY = Value("")
TITLES = ("person__family_name", "person__given_name", "name", "office__name")
APART = 100_000  # more than twice any position
PERSON, OFFICE, VILLAGE = range(3)
PAGES = {PERSON: "offices:person_detail", OFFICE: "offices:office_detail"}


def people_and_offices_with(text: str, commune: Commune) -> Finds:
    """What answers to `text`: people by their posts, those of the first rank first; offices; villages.

    One query for the three kinds, written once: a search asks every section.
    """
    each, together = patterns_of(text)
    pages: dict[str, Found] = {}
    if not each:
        return Finds(_("People and offices"), [])
    rows = _answers(commune=commune.pk, on=today(), each=each, together=together, phrase=phrase_of(text))
    for kind, _rank, key, title, note, telephone in sorted(rows, key=lambda row: row[:2]):
        address = reverse(PAGES[kind], args=[key]) if kind in PAGES else f"{reverse('offices:villages')}#thon-{key}"
        pages.setdefault(address, Found(title, address, "\u00a0· ".join(filter(None, (note, telephone)))))
    return Finds(_("People and offices"), list(pages.values()))


def _people(commune: Any, on: Any, each: Any, together: Any, phrase: Any) -> QuerySet[Any]:
    posts = matching(current_posts(commune, on), each, together, TITLES, ("duties",))
    posts = with_togetherness(posts, phrase)
    # Of posts of one rank those of the commune itself, before those of what stands below it.
    posts = posts.alias(is_below=Case(When(office__parent=None, then=0), default=1))
    posts = posts.order_by("-is_together", "position", "is_below", "office__position", "person__sorting", "person")
    rank = Case(When(is_together=True, then=0), default=APART) + 2 * F("position") + F("is_below")
    name = _joined("person__family_name", Value(" "), "person__given_name")
    telephone = _first("person__telephone", "office__telephone")
    return _best(posts.select_related(None), PERSON, rank, F("person__slug"), name, F("name"), telephone)


def _offices(commune: Any, each: Any, together: Any) -> QuerySet[Any]:
    offices = matching(Office.objects.of(commune).shown(), each, together, ("name",), ("duties", "address"))
    offices = offices.order_by("position", "pk")
    return _best(offices, OFFICE, F("position"), F("slug"), F("name"), F("address"), F("telephone"))


def _villages(commune: Any, each: Any, together: Any) -> QuerySet[Any]:
    villages = Village.objects.of(commune).shown()
    # That the head is of the commune too is said for the planner.
    known = Q(head__commune=commune, head__is_shown=True)
    titles = [When(kind=kind, then=Value(str(title))) for kind, title in HEADS.items()]
    villages = villages.annotate(known=FilteredRelation("head", condition=known)).alias(
        head_title=Case(*titles, output_field=CharField()),
        head_name=_joined("known__family_name", Value(" "), "known__given_name"),
    )
    villages = matching(villages, each, together, ("name", "head_title", "head_name"), ("meeting_place",))
    villages = villages.order_by("position", "name")
    note = Case(
        When(known__isnull=True, then=EMPTY),
        default=_joined("head_title", Value(": "), "head_name"),
        output_field=CharField(),
    )
    telephone = _first("telephone", "known__telephone")
    return _best(villages, VILLAGE, F("position"), Cast("pk", CharField()), F("name"), note, telephone)


def _best(rows: QuerySet[Any], kind: int, rank: Any, key: Any, title: Any, note: Any, telephone: Any) -> QuerySet[Any]:
    """(kind, rank, key, title, note, telephone) of the first rows."""
    return rows.values_list(Value(kind), rank, key, title, note, telephone)[:MOST]


def _joined(*parts: Any) -> Concat:
    return Concat(*parts, output_field=CharField())


def _first(column: str, other: str) -> Coalesce:
    """What stands in `column`, else in the other, else nothing."""
    return Coalesce(NullIf(F(column), EMPTY, output_field=CharField()), F(other), EMPTY, output_field=CharField())


def _rows(commune: Any, on: Any, each: Any, together: Any, phrase: Any) -> QuerySet[Any]:
    people = _people(commune, on, each, together, phrase)
    return people.union(_offices(commune, each, together), _villages(commune, each, together), all=True)


_answers = CompiledQuery(
    _rows,
    commune=BigIntegerField(),
    on=DateField(),
    each=ArrayField(TextField()),
    together=TextField(),
    phrase=TextField(),
)
