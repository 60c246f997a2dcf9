"""The admin's first page: what waits for a person, from every feature."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser

from section import Errand, Pile, sections
from upkeep.believedtime import believed_now


def piles_of(user: AbstractUser, at: datetime | None = None) -> list[Pile]:
    """What waits for `user` at the moment `at` (default: now), the urgent first."""
    at = at or believed_now()
    piles = [pile for section in sections().values() for pile in section.piles(user, at)]
    return sorted(piles, key=lambda pile: not pile.is_urgent)


def errands_of(user: AbstractUser) -> list[Errand]:
    """What `user` may do every day, in the order of the features."""
    return [errand for section in sections().values() for errand in section.errands(user)]
