"""People, offices and villages that answer to the words of a citizen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from finding import found
from offices.public.directory import COLUMNS, current_posts, entries_of, offices_with, villages_of
from section import Finds, Found

MOST = 5  # of each kind


def people_and_offices_with(text: str, commune: Commune) -> Finds:
    """What has every word of `text`: people by their posts, those of the first rank first; offices; villages by their heads."""
    posts = found(current_posts(commune), text, COLUMNS).order_by("position", "person__sorting")
    entries = entries_of(posts[: 4 * MOST])[:MOST]
    pages = [
        *(
            Found(
                entry.person.name,
                entry.person.get_absolute_url(),
                _note(", ".join(post.name for post in entry.posts), entry.telephone),
            )
            for entry in entries
        ),
        *(
            Found(office.name, office.get_absolute_url(), _note(office.address, office.telephone))
            for office in offices_with(commune, text)[:MOST]
        ),
        *(
            Found(
                village.name,
                village.get_absolute_url(),
                _note(f"{village.head_title}: {village.named_head}" if village.named_head else "", village.call),
            )
            for village in villages_of(commune, text)[:MOST]
        ),
    ]
    return Finds(_("People and offices"), pages)


def _note(*parts: str) -> str:
    return " · ".join(filter(None, parts))
