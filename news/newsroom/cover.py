"""The cover in the form: which picture, and what of it stays in view where lists crop it."""

from __future__ import annotations

from typing import Any

from choosing import ChosenOne
from library.models import Picture


class CoverChoice(ChosenOne):
    """A picture of the library, shown under its choice. static/js/editor-cover.js makes one control of it."""

    template_name = "news/cover_choice.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen = [choice for _group, choices, _index in context["widget"]["optgroups"] for choice in choices]
        number = next((choice["value"] for choice in chosen if choice["selected"] and choice["value"]), None)
        # Those that the choice found are of the commune.
        context["picture"] = (
            Picture.objects.everywhere().filter(pk=getattr(number, "value", number)).first() if number else None
        )
        return context


def may_focus(user: Any, picture: Picture) -> bool:
    """Whether `user` may say what of the picture stays in view, wherever it is shown: of the own ones, else as in the library."""
    return picture.uploaded_by_id == user.pk or user.has_perm("library.change_picture")
