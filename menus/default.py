"""The menu of a portal that has arranged none: what a commune's portal has, of that which exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from menus.models import Menu, MenuItem
from menus.targets import Pages

Branch = tuple[MenuItem, list[MenuItem]]


@dataclass(frozen=True)
class Usual:
    """One entry: its title, the path of its own page, and of the pages below it; what does not exist is left out."""

    title: str | Promise
    path: str = "-"  # without the slashes around it; "-" is none
    below: Callable[[str, str], bool] = lambda _key, _path: False


OFFICES = ("lanh-dao", "co-cau-to-chuc", "danh-ba")
SCHEDULES = ("lich-cong-tac", "lich-tiep-cong-dan", "gio-lam-viec")
USUAL = (
    Usual(_("Home"), ""),
    Usual(
        _("About us"),
        "gioi-thieu",
        lambda _key, path: path in OFFICES or (path.startswith("gioi-thieu" + "/") and path.count("/") == 1),
    ),
    Usual(_("News"), "tin-tuc", lambda key, path: key.startswith("category:") and path != "thong-bao"),
    Usual(_("Notices"), "thong-bao"),
    Usual(_("Administrative procedures"), "thu-tuc"),
    Usual(_("Calendar"), below=lambda _key, path: path in SCHEDULES),
    Usual(_("Contact"), "lien-he"),
)


def default_menu(commune: Commune, pages: Pages) -> list[Branch]:
    """The entries of the main menu with those below each, not stored."""
    keys = {page.address.strip("/"): key for key, page in pages.items() if page.in_menu}
    branches: list[Branch] = []
    for usual in USUAL:
        target = keys.get(usual.path, "")
        below = [key for path, key in keys.items() if path != usual.path and usual.below(key, path)]
        if target or below:
            top = _item(commune, len(branches) + 1, target, str(usual.title))
            branches.append((top, [_item(commune, place, key) for place, key in enumerate(below, start=1)]))
    return branches


def _item(commune: Commune, position: int, target: str, title: str = "") -> MenuItem:
    return MenuItem(commune=commune, menu=Menu.MAIN, position=position, target=target, title=title)


def copy_default(commune: Commune, pages: Pages) -> int:
    """Store the default main menu of `commune`, to be edited; how many entries it has. A menu that is there stays."""
    if MenuItem.objects.of(commune).filter(menu=Menu.MAIN).exists():
        return 0
    count = 0
    for top, below in default_menu(commune, pages):
        top.save()
        for item in below:
            item.parent = top
            item.save()
        count += 1 + len(below)
    return count
