"""Rows of menus and links for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from communes.models import Commune
from menus.models import Agency, Banner, Menu, MenuItem, Service, SocialLink
from tests.communes.factories import first_commune
from tests.news.factories import make_picture

_numbers = count(1)


def make_item(title: str = "", **changes: Any) -> MenuItem:
    """An entry at the end of its menu (the main one) or below its `parent`; a heading unless it leads somewhere."""
    parent = changes.get("parent")
    values = {"commune": parent.commune if parent else first_commune(), "menu": parent.menu if parent else Menu.MAIN}
    item = MenuItem(**values | changes)
    item.title = title if title or item.target else f"Mục {next(_numbers)}"
    item.full_clean(exclude=["commune"])
    item.save()
    return item


def make_service(**changes: Any) -> Service:
    number = next(_numbers)
    values = {"commune": first_commune(), "title": f"Dịch vụ {number}", "target": "url:portal:site_map"} | changes
    return Service.objects.create(**values)


def make_banner(commune: Commune | None = None, **changes: Any) -> Banner:
    commune = commune or first_commune()
    values = {"alt": "Tuần lễ chuyển đổi số", "target": "url:portal:site_map"} | changes
    values.setdefault("picture", make_picture(commune))
    return Banner.objects.create(commune=commune, **values)


def make_agency(**changes: Any) -> Agency:
    number = next(_numbers)
    values = {"commune": first_commune(), "title": f"Cơ quan {number}", "address": f"https://co-quan-{number}.example/"}
    return Agency.objects.create(**values | changes)


def make_social_link(**changes: Any) -> SocialLink:
    values = {"commune": first_commune(), "network": "facebook", "address": "https://www.facebook.com/xa"}
    return SocialLink.objects.create(**values | changes)
