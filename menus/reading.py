"""What public pages show of the menus and links. Each part is read once in FRAME_SECONDS and kept for all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from communes.models import Commune
from menus.default import Branch, default_menu
from menus.models import Agency, Banner, Menu, MenuItem, Service, SocialLink
from menus.targets import Page, Pages, kept_pages, leads_to, pages_of

Part = TypeVar("Part")


@dataclass(frozen=True)
class Entry:
    """An entry as citizens see it; without an address it is a heading."""

    title: str
    address: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Linked:
    """A row of the home page with the address it leads to today."""

    row: Service | Banner
    address: str


def menus_of(commune: Commune) -> dict[str, tuple[Entry, ...]]:
    """The main menu and that of the foot, kept."""
    return _kept("menus", commune, lambda: read_menus(commune, lambda: kept_pages(commune)))


def read_menus(commune: Commune, pages: Callable[[], Pages] | None = None) -> dict[str, tuple[Entry, ...]]:
    """The menus as they are at this moment; what leads nowhere is left out."""
    items = list(MenuItem.objects.of(commune).in_order())
    known = pages() if pages else pages_of(commune)
    branches = {menu: branches_of(items, menu) for menu in Menu.values}
    branches[Menu.MAIN] = branches[Menu.MAIN] or default_menu(commune, known)
    return {menu: tuple(_entries(branches[menu], known)) for menu in Menu.values}


def branches_of(items: Iterable[MenuItem], menu: str) -> list[Branch]:
    """The entries of the first level of a menu in their order, each with those below it."""
    mine = sorted((item for item in items if item.menu == menu), key=lambda item: item.position)
    return [(top, [item for item in mine if item.parent_id == top.pk]) for top in mine if top.parent_id is None]


def _entries(branches: list[Branch], pages: Pages) -> Iterable[Entry]:
    for top, items in branches:
        below = tuple(entry for item in items if (entry := _entry(item, leads_to(item, pages))))
        page = leads_to(top, pages)
        if page or (below and top.title):
            yield Entry(top.title or page.title, page.address if page else "", below)


def _entry(item: MenuItem, page: Page | None) -> Entry | None:
    return Entry(item.title or page.title, page.address) if page else None


def services_of(commune: Commune) -> list[Linked]:
    return _kept("services", commune, lambda: _linked(Service.objects.of(commune).shown(), commune))


def banners_of(commune: Commune) -> list[Linked]:
    banners = Banner.objects.of(commune).current().select_related("picture")
    return _kept("banners", commune, lambda: _linked(banners, commune))


def _linked(rows: Iterable[Service | Banner], commune: Commune) -> list[Linked]:
    rows = list(rows)
    pages = kept_pages(commune) if any(row.target for row in rows) else {}
    return [Linked(row, page.address) for row in rows if (page := leads_to(row, pages))]


def agencies_of(commune: Commune) -> list[tuple[str, list[Agency]]]:
    """By heading, in the order of the first link of each."""
    return _kept("agencies", commune, lambda: _by_heading(Agency.objects.of(commune).shown()))


def _by_heading(agencies: Iterable[Agency]) -> list[tuple[str, list[Agency]]]:
    rows = list(agencies.select_related("picture"))
    first = {}
    for place, row in enumerate(rows):
        first.setdefault(row.heading, place)
    rows.sort(key=lambda row: first[row.heading])  # stable: within a heading the order stays
    return [(heading, list(group)) for heading, group in groupby(rows, key=lambda row: row.heading)]


def social_links_of(commune: Commune) -> list[SocialLink]:
    return _kept("social", commune, lambda: list(SocialLink.objects.of(commune).shown()))


def _kept(part: str, commune: Commune, read: Callable[[], Part]) -> Part:
    return cache.get_or_set(f"menus:{part}:{commune.pk}", read, settings.FRAME_SECONDS)
