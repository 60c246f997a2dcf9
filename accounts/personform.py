"""The form by which an administrator makes and changes a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from vietnamese import slugify

# Of the advisory lock under which a user name is chosen.
NAMES_LOCK = 7019


class PersonForm(forms.ModelForm):
    """Who somebody is; what they do where stands in the rows below it."""

    class Meta:
        model = User
        fields = ("last_name", "first_name", "email", "username")
        labels = {
            "last_name": _("Family name and middle name"),
            "first_name": _("Given name"),
            "email": _("E-mail"),
            "username": _("User name"),
        }
        help_texts = {
            "email": _("The invitation to set a password goes there, later the mails about articles."),
            "username": _("To sign in with. Left empty, it is made of the name: Trần Thị Hạnh becomes hanhtt."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "username" not in self.fields:  # all is shown, nothing changed
            return
        is_new = self.instance.pk is None
        self.fields["username"].required = not is_new
        # An account that was made on the server may have no name yet.
        self.fields["last_name"].required = self.fields["first_name"].required = is_new

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        held = self.cleaned_data
        if "username" in self.changed_data or self.instance.pk is None:
            _wait_for_others()
        if not held.get("username") and "username" not in self.errors and held.get("first_name"):
            held["username"] = free_username(held["first_name"], held.get("last_name", ""))
        return cleaned


def _wait_for_others() -> None:
    """Of two who make a person at once, the second sees the name of the first.

    The lock ends with the transaction in which the form is checked and saved.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMES_LOCK])


def free_username(first_name: str, last_name: str) -> str:
    """A user name that nobody has: the given name and the initials of the others, Trần Thị Hạnh → hanhtt, hanhtt2."""
    initials = "".join(word[0] for word in slugify(last_name).split("-") if word)
    base = (slugify(first_name).replace("-", "") + initials)[:40] or "canbo"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    numbers = (str(number) for number in range(2, len(taken) + 3))
    return next(name for name in (base, *(base + number for number in numbers)) if name not in taken)
