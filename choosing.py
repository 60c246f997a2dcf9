"""The searchable choices of forms in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class ChosenOne(AutocompleteSelect):
    """As Django's, for a refused form too: what was sent and is no key names nothing, and is no error of ours."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, _keys(self.field, value), attrs)


class ChosenMany(AutocompleteSelectMultiple):
    """As ChosenOne, for several."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, _keys(self.field, value), attrs)


def _keys(field: Any, values: list[str]) -> list[str]:
    return [value for value in values if _is_key(field, value)]


def _is_key(field: Any, value: str) -> bool:
    try:
        field.remote_field.model._meta.pk.get_prep_value(value)
    except (TypeError, ValueError):
        return value == ""
    return True
