"""The pages of the portal that an entry may lead to, and where an entry leads today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext

from communes.models import Commune
from library.addresses import leads_somewhere
from menus.addresses import is_own
from section import menu_targets


class Leading(Protocol):
    """A row that leads somewhere: to a page by its key, or to an address; an entry with neither is a heading."""

    target: str
    address: str
    commune_id: int


@dataclass(frozen=True)
class Page:
    """Where a link leads, and what is called so there."""

    title: str
    address: str
    group: str = ""
    in_menu: bool = True


Pages = dict[str, Page]


def pages_of(commune: Commune) -> Pages:
    """What exists in `commune` and may be read by citizens, by the key that rows keep."""
    return {
        target.key or target.address: Page(str(target.title), target.address, heading, target.in_menu)
        for heading, targets in menu_targets(commune).items()
        for target in targets
    }


def kept_pages(commune: Commune) -> Pages:
    """The same, for public pages: read once in FRAME_SECONDS."""
    return cache.get_or_set(f"menus:pages:{commune.pk}", lambda: pages_of(commune), settings.FRAME_SECONDS)


def leads_to(row: Leading, pages: Pages) -> Page | None:
    """Where `row` leads today; None for a heading, and for what citizens would find nothing at."""
    if row.target:
        return pages.get(row.target)
    if not row.address or (is_own(row.address) and not is_open(row.address, row.commune_id)):
        return None
    return Page("", row.address)


def is_open(address: str, commune_id: int) -> bool:
    """Whether citizens find something at a path of the portal."""
    return leads_somewhere(unquote(urlsplit(address).path) or "/", commune_id)


def fault_of(row: Leading, pages: Pages) -> str:
    """What is wrong with where `row` leads, in words; "" for nothing."""
    if (not row.target and not row.address) or leads_to(row, pages):
        return ""
    if row.target:
        return gettext("The page does not exist any more, or is not published. Citizens do not see this entry.")
    return gettext("Nothing is at this address of the portal. Citizens do not see this entry.")
