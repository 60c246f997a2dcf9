"""What of the menus and links waits for a person."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from menus.addresses import is_own
from menus.models import Agency, Banner, MenuItem, Service, SocialLink
from menus.targets import fault_of, pages_of
from section import Pile, Row

LEADING = ((MenuItem, "menuitem"), (Service, "service"), (Banner, "banner"))


def piles_of(user: AbstractUser, _at: datetime) -> list[Pile]:
    """Entries, services and banners that lead nowhere, for those who may mend them."""
    mendable = [(model, name) for model, name in LEADING if user.has_perm(f"menus.change_{name}")]
    if not mendable:
        return []
    found = [(name, list(model.objects.of(user.commune))) for model, name in mendable]
    pages = pages_of(user.commune) if any(rows for _name, rows in found) else {}
    rows = [
        Row(str(row), _form_of(name, row), fault)
        for name, candidates in found
        for row in candidates
        if (fault := fault_of(row, pages))
    ]
    return [Pile(_("Menus and links that lead nowhere"), rows, is_urgent=True)] if rows else []


def outgoing_of(commune: Commune) -> list[tuple[str, str, str]]:
    """Addresses of other servers in the menus and links that citizens see: (address, title, form)."""
    shown = [
        ("menuitem", MenuItem.objects.of(commune)),
        ("service", Service.objects.of(commune).shown()),
        ("banner", Banner.objects.of(commune).current()),
        ("agency", Agency.objects.of(commune).shown()),
        ("sociallink", SocialLink.objects.of(commune).shown()),
    ]
    return [
        (row.address, str(row), _form_of(name, row))
        for name, rows in shown
        for row in rows
        if row.address and not is_own(row.address)
    ]


def _form_of(name: str, row: MenuItem | Service | Banner | Agency | SocialLink) -> str:
    return reverse(f"admin:menus_{name}_change", args=[row.pk])
