"""Who works on the portal."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser

# Whoever asks for a page, signed in or not.
Person = AbstractBaseUser | AnonymousUser


class User(AbstractUser):
    """A member of staff. Vietnamese write the family name first: Trần Thị (last) Hạnh (first)."""

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()
