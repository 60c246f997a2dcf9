"""The tree of a commune's offices, as its pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from communes.models import Commune
from offices.models import Office, Post


@dataclass
class Branch:
    """An office that citizens see, who leads it, and the offices below it."""

    office: Office
    head: Post | None = None
    branches: list[Branch] = field(default_factory=list)


def tree_of(commune: Commune) -> list[Branch]:
    """The branches at the top; two queries. What stands below a hidden office hangs on the next one above that is shown."""
    offices = {office.pk: office for office in Office.objects.of(commune)}
    heads = heads_of(commune)
    found = {pk: Branch(office, heads.get(pk)) for pk, office in offices.items() if office.is_shown}
    top = []
    for branch in found.values():
        above = _shown_above(branch.office, offices)
        (found[above].branches if above else top).append(branch)
    return top


def heads_of(commune: Commune) -> dict[int, Post]:
    """By office, the post of the first rank that is held today."""
    posts = Post.objects.with_people(commune).shown().held().order_by("-position", "-pk")
    return {post.office_id: post for post in posts}


def walk(branches: Iterable[Branch]) -> Iterator[Branch]:
    """Each branch before those below it, as the page reads."""
    for branch in branches:
        yield branch
        yield from walk(branch.branches)


def _shown_above(office: Office, offices: dict[int, Office]) -> int | None:
    above = office.parent_id
    while above is not None and not offices[above].is_shown:
        above = offices[above].parent_id
    return above
