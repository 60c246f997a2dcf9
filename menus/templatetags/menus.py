"""What the frame of every page and the home page show of the menus and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django import template
from django.template import Context
from django.urls import reverse

from communes.models import Commune
from menus import reading
from menus.icons import NETWORK_ICONS, SERVICE_ICONS
from menus.models import Menu

register = template.Library()

Part = TypeVar("Part")


@dataclass(frozen=True)
class Shown:
    """An entry on a page: `mark` is the value of aria-current, "" where the reader is not."""

    title: str
    address: str
    mark: str
    entries: list[Shown]


@register.inclusion_tag("menus/_main_menu.html", takes_context=True)
def main_menu(context: Context) -> dict[str, Any]:
    """The main menu; the entry the reader is in, and the one above it, are marked."""
    request = context["request"]
    entries = _menus(context)[Menu.MAIN]
    current = _current(entries, request.path)
    return {
        "entries": _shown(entries, current, request.path),
        # Only addresses of the menu: the path of a page that does not exist is no key of what is kept.
        "current": current,
        "is_below": current != request.path,
        "frame_owner": context.get("frame_owner"),
        "frame_seconds": context.get("frame_seconds", 0),
    }


def _menus(context: Context) -> dict[str, tuple[reading.Entry, ...]]:
    """Those of the context, where a page shows the present; else the kept ones."""
    return context.get("menus") or _once(context, reading.menus_of)


def _once(context: Context, read: Callable[[Commune], Part]) -> Part:
    """What `read` finds for the commune, read once for all tags of a page."""
    request = context["request"]
    parts = request.__dict__.setdefault("parts_of_menus", {})
    if read not in parts:
        parts[read] = read(request.commune)
    return parts[read]


def _current(entries: tuple[reading.Entry, ...], path: str) -> str:
    """The address of the entry that `path` is at or below; the nearest of several, "" where it is below none."""
    home = reverse("portal:home")
    addresses = [entry.address for top in entries for entry in (top, *top.entries)]
    here = [at for at in addresses if at == path or (at.endswith("/") and at != home and path.startswith(at))]
    return max(here, key=len, default="")


def _shown(entries: tuple[reading.Entry, ...], current: str, path: str) -> list[Shown]:
    shown = []
    for entry in entries:
        below = _shown(entry.entries, current, path)
        mark = ("page" if current == path else "true") if entry.address and entry.address == current else ""
        if not mark and any(item.mark for item in below):
            mark = "true"
        shown.append(Shown(entry.title, entry.address, mark, below))
    return shown


@register.inclusion_tag("menus/_foot_menu.html", takes_context=True)
def foot_menu(context: Context) -> dict[str, Any]:
    """The menu at the foot of the page, the links to agencies, and the commune's places in social networks."""
    return {
        "entries": _menus(context)[Menu.FOOTER],
        "agencies": _once(context, reading.agencies_of),
        "social": [(link, NETWORK_ICONS[link.network].path) for link in _once(context, reading.social_links_of)],
    }


@register.inclusion_tag("menus/_services.html", takes_context=True)
def services(context: Context) -> dict[str, Any]:
    """What citizens come for most."""
    found = reading.services_of(context["request"].commune)
    return {"services": [(linked, SERVICE_ICONS[linked.row.icon].path) for linked in found]}


@register.inclusion_tag("menus/_banners.html", takes_context=True)
def banners(context: Context) -> dict[str, Any]:
    """Pictures that lead somewhere, those of today."""
    return {"banners": reading.banners_of(context["request"].commune)}


@register.inclusion_tag("menus/_agencies.html", takes_context=True)
def agencies(context: Context) -> dict[str, Any]:
    """Links to agencies with their pictures, by heading."""
    return {"agencies": _once(context, reading.agencies_of)}
