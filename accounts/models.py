"""Who works on the portal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from textfields import EmailField, LineField

# Whoever asks for a page, signed in or not.
Person = AbstractBaseUser | AnonymousUser


class User(AbstractUser):
    """A member of staff. Vietnamese write the family name first: Trần Thị (last) Hạnh (first)."""

    username = LineField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
        error_messages={"unique": _("A user with that username already exists.")},
    )
    first_name = LineField(_("first name"), max_length=150, blank=True)
    last_name = LineField(_("last name"), max_length=150, blank=True)
    email = EmailField(_("email address"), blank=True)

    # Written by the clock; communes/idle.py says when.
    idle_noticed_at = models.DateTimeField(
        _("told of being disabled at"), null=True, editable=False, help_text=_("A mail said so. Empty after a sign-in.")
    )
    idle_disabled_at = models.DateTimeField(
        _("disabled for idleness at"), null=True, editable=False, help_text=_("Nobody had signed in for long.")
    )

    # The commune they work for in a request; communes/work.py says what follows. No column.
    commune: Any = None

    @cached_property
    def groups_held(self) -> dict[int, list[int]]:
        """The groups by commune, as far as they were asked for."""
        return {}

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()
