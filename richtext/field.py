"""The columns that hold rich text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from richtext.editor import RichTextEditor
from richtext.safe import CleanHtml, cleaned, still_clean
from textfields import MultilineFormField


class _RichText(DeferredAttribute):
    """The attribute of a RichTextField: whatever is put into it comes out as CleanHtml."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, str) and not isinstance(value, CleanHtml):
            value = instance.__dict__[self.field.attname] = cleaned(value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class RichTextField(models.TextField):
    """Text column that can only hold, and only gives back, sanitised HTML, however either is written."""

    descriptor_class = _RichText

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> CleanHtml | None:
        return None if value is None else still_clean(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(_as_column(value), connection)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        if not isinstance(kwargs.get("widget"), RichTextEditor):  # the admin offers its plain textarea
            kwargs["widget"] = RichTextEditor()
        return super().formfield(**{"form_class": MultilineFormField, **kwargs})


class RichTextJSONField(models.JSONField):
    """JSON column of an object that holds rich text under `keys`: copies of what a RichTextField holds.

    The text is cleaned when the object is stored, and CleanHtml when it is read as a whole.
    """

    def __init__(self, *args: Any, keys: Sequence[str] = (), **kwargs: Any) -> None:
        self.keys = tuple(keys)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"keys": self.keys}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self._each(super().from_db_value(value, expression, connection), still_clean)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = self._each(super().pre_save(model_instance, add), cleaned)
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(self._each(value, cleaned), connection)

    def _each(self, value: Any, clean: Callable[[str], CleanHtml]) -> Any:
        """`value` with `clean` done to its rich text; anything but an object stays as it is."""
        if not isinstance(value, dict):
            return value
        return value | {key: clean(value[key]) for key in self.keys if isinstance(value.get(key), str)}


def _as_column(value: Any) -> Any:
    # The driver knows how to write a str, not a kind of it.
    return cleaned(value) + "" if isinstance(value, str) else value
