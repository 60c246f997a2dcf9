"""Menus and links for a demonstration portal, made like real ones; what exists is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.files.base import ContentFile

from communes.models import Commune
from library.pictures import store_picture
from menus.default import copy_default
from menus.models import Agency, Banner, Menu, MenuItem, Service
from menus.targets import Pages, pages_of


@dataclass(frozen=True)
class Place:
    """Where a link leads: the `path` of a page without the slashes around it, or the `address` of another server."""

    path: str = ""
    address: str = ""

    def key(self, pages: Pages) -> str:
        """The key of the page at the path; "" where there is none."""
        return next((key for key, page in pages.items() if self.path and page.address.strip("/") == self.path), "")


def create_menus(commune: Commune, foot: Iterable[tuple[str, Iterable[str]]]) -> None:
    """The main menu that a portal begins with, and that of the foot: headings with the paths of pages."""
    pages = pages_of(commune)
    copy_default(commune, pages)
    if MenuItem.objects.of(commune).filter(menu=Menu.FOOTER).exists():
        return
    for place, (title, paths) in enumerate(foot, start=1):
        top = MenuItem.objects.create(commune=commune, menu=Menu.FOOTER, title=title, position=place)
        keys = [key for path in paths if (key := Place(path).key(pages))]
        for below, key in enumerate(keys, start=1):
            MenuItem.objects.create(commune=commune, menu=Menu.FOOTER, parent=top, target=key, position=below)


def create_service(commune: Commune, title: str, line: str, icon: str, place: Place, position: int) -> None:
    target = place.key(pages_of(commune))
    if target or place.address:
        values = {"line": line, "icon": icon, "target": target, "address": place.address, "position": position}
        Service.objects.get_or_create(commune=commune, title=title, defaults=values)


def create_agency(commune: Commune, title: str, address: str, heading: str, position: int) -> None:
    values = {"title": title, "heading": heading, "position": position}
    Agency.objects.get_or_create(commune=commune, address=address, defaults=values)


def create_banner(commune: Commune, alt: str, place: Place, draw: Callable[[], bytes]) -> None:
    """`draw` makes the content of the picture's file when it is needed."""
    target = place.key(pages_of(commune))
    if not target or Banner.objects.of(commune).filter(alt=alt).exists():
        return
    picture = store_picture(ContentFile(draw(), name="banner"), commune, None, alt=alt)
    Banner.objects.create(commune=commune, picture=picture, alt=alt, target=target)
