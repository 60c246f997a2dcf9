"""The directory: who does what in a commune, with a telephone number first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communes.models import Commune
from finding import found, phrase_of, with_togetherness
from offices.models import Office, Person, Post, PostQuerySet, Village
from offices.public.tree import tree_of, walk
from vietnamese import fold, sort_key

# Where the words of a post are found.
COLUMNS = ("name", "duties", "office__name", "person__family_name", "person__given_name")


@dataclass
class Entry:
    """A person with the posts that a list shows."""

    person: Person
    posts: list[Post]

    @property
    def telephone(self) -> str:
        """That of the person, or of the first office that has one."""
        return self.person.telephone or next(
            (post.office.telephone for post in self.posts if post.office.telephone), ""
        )

    @property
    def email(self) -> str:
        return self.person.email or next((post.office.email for post in self.posts if post.office.email), "")


@dataclass
class Part:
    """An office of the directory with the people in it."""

    office: Office
    entries: list[Entry]


def entries_of(posts: Iterable[Post]) -> list[Entry]:
    """One entry for each person, in the order of their first posts."""
    found_people: dict[int, Entry] = {}
    for post in posts:
        found_people.setdefault(post.person_id, Entry(post.person, [])).posts.append(post)
    return list(found_people.values())


def groups_of(posts: Iterable[Post]) -> list[Part]:
    """The posts by office, in their order; who holds posts in two stands in both."""
    groups: dict[int, list[Post]] = {}
    for post in posts:
        groups.setdefault(post.office_id, []).append(post)
    return [Part(of_office[0].office, entries_of(of_office)) for of_office in groups.values()]


def parts_of(commune: Commune) -> list[Part]:
    """The offices in the order of the tree, each with its people by rank, then by name."""
    posts: dict[int, list[Post]] = {}
    for post in current_posts(commune).order_by("position", "person__sorting"):
        posts.setdefault(post.office_id, []).append(post)
    return [Part(branch.office, entries_of(posts.get(branch.office.pk, []))) for branch in walk(tree_of(commune))]


def people_by_name(commune: Commune) -> list[Entry]:
    """People with a post today by given name."""
    return entries_of(current_posts(commune).order_by("person__sorting", "person", "position"))


def people_with(commune: Commune, text: str) -> list[Entry]:
    """People with every word of `text` in what is said of a post of theirs: those with the words side by side first, then by rank."""
    return entries_of(posts_with(commune, text))


def posts_with(commune: Commune, text: str) -> PostQuerySet:
    """The posts by which `people_with` finds people, in its order."""
    posts = with_togetherness(found(current_posts(commune), text, COLUMNS), phrase_of(text))
    return posts.order_by("-is_together", "position", "person__sorting", "person")


def current_posts(commune: Commune, on: date | None = None) -> PostQuerySet:
    """Posts that are held on the day `on` (default: today), with their people and offices."""
    return Post.objects.with_people(commune).shown().held(on)


def offices_with(commune: Commune, text: str) -> QuerySet[Office]:
    """Offices with every word of `text` in their name or duties."""
    return found(Office.objects.of(commune).shown(), text, ("name", "duties", "address")).order_by("position", "pk")


def villages_of(commune: Commune, text: str = "") -> list[Village]:
    """Villages by position, then by name; those with every word of `text` in what is said of them."""
    villages = list(Village.objects.of(commune).shown().prefetch_related("head"))
    words = fold(text).split()
    told = [village for village in villages if all(word in _said_of(village) for word in words)]
    return sorted(told, key=lambda village: (village.position, sort_key(village.name)))


def _said_of(village: Village) -> str:
    return fold(f"{village.name} {village.head_title} {village.named_head or ''} {village.meeting_place}")
