"""How people are named where colleagues read it."""

from django.contrib.auth.models import AbstractUser


def name_of(person: AbstractUser | None) -> str:
    """Full name, else the name of the account; a dash for nobody."""
    return "–" if person is None else str(person)
