"""The order of the entries of a menu."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from communes.models import Commune
from menus.models import MenuItem


@transaction.atomic
def arrange(commune: Commune, menu: str, numbers: dict[int, int] | None = None) -> None:
    """Give the entries beside each other the places 1, 2, 3 …, by `numbers` (their keys) and then by the places they had."""
    numbers = numbers or {}
    beside: dict[int | None, list[MenuItem]] = defaultdict(list)
    for item in MenuItem.objects.of(commune).filter(menu=menu).select_for_update().order_by("position", "id"):
        beside[item.parent_id].append(item)
    changed = []
    for items in beside.values():
        items.sort(key=lambda item: (numbers.get(item.pk, item.position), item.position))
        for place, item in enumerate(items, start=1):
            if item.position != place:
                item.position = place
                changed.append(item)
    # One statement: between two, two entries would have one place.
    MenuItem.objects.of(commune).bulk_update(changed, ["position"])


@transaction.atomic
def move(commune: Commune, menu: str, pk: int, *, is_up: bool) -> bool:
    """Let an entry change places with its neighbour above or below; whether there was such an entry and neighbour."""
    items = list(MenuItem.objects.of(commune).filter(menu=menu).select_for_update().order_by("position", "id"))
    item = next((item for item in items if item.pk == pk), None)
    if item is None:
        return False
    beside = [other for other in items if other.parent_id == item.parent_id]
    at = beside.index(item)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(beside):
        return False
    beside[at], beside[to] = beside[to], beside[at]
    arrange(commune, menu, {other.pk: place for place, other in enumerate(beside, start=1)})
    return True
