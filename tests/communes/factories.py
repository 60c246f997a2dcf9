"""Communes for tests, and people who work for them."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from communes.hosts import table
from communes.models import Commune, Host, Membership, SiteIdentity

_numbers = count(1)


def first_commune() -> Commune:
    """The commune that a portal begins with; everything belongs to it unless a test says otherwise."""
    found = Commune.objects.order_by("pk").first()
    return found or Commune.objects.create(name="Cổng thông tin điện tử", slug="cong-thong-tin-dien-tu")


def make_commune(*hosts: str, **changes: Any) -> Commune:
    """An open commune with `hosts`, the first of them its main one; its identity bears its name."""
    number = next(_numbers)
    commune = Commune.objects.create(**{"name": f"Xã Thứ {number}", "slug": f"xa-thu-{number}"} | changes)
    SiteIdentity.objects.create(commune=commune, name=f"Cổng của {commune.name}")
    for place, host in enumerate(hosts):
        Host.objects.create(commune=commune, name=host, is_main=place == 0)
    table.forget()
    return commune


def join(user: User, *groups: Group, commune: Commune | None = None, **changes: Any) -> None:
    """Let `user` hold `groups` in `commune` (the first, unless said otherwise)."""
    for group in groups:
        Membership.objects.update_or_create(
            user=user, group=group, commune=commune or first_commune(), defaults=changes
        )


def enrol(user: User, commune: Commune | None = None) -> User:
    """Make `user` a member without a group's rights: those of the account itself then hold there."""
    join(user, Group.objects.get_or_create(name="Nhân viên")[0], commune=commune)
    return working(user, commune)


def working(user: User, commune: Commune | None = None) -> User:
    """`user` as a request of theirs has them: at work for `commune`."""
    user.commune = commune or first_commune()
    return user
