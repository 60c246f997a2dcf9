"""How people are named where colleagues read it."""

from django.contrib.auth.models import AbstractUser


def name_of(person: AbstractUser | None) -> str:
    """Full name, else the name of the account; a dash for nobody."""
    if person is None:
        return "–"
    return person.get_full_name() or person.get_username()
