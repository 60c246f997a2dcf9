"""Hours of one day: a column of times, and a field that takes them as Vietnamese write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, F, Func
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schedules.rules.hours import Span
from textfields import LineFormField
from vietnamese.clock import OrderError, OverlapError, format_span, format_time, parse_spans, parse_time

MOST_CHARACTERS = 200


def spans_of(times: Sequence[time]) -> tuple[Span, ...]:
    """The spans of a column: 7:30, 11:30, 13:30, 17:00 are two."""
    return tuple(zip(times[::2], times[1::2], strict=True))


def in_words(times: Sequence[time]) -> str:
    """ "7:30–11:30, 13:30–17:00"."""
    return ", ".join(format_span(*span) for span in spans_of(times))


class InOrder(Func):
    """Whether the times of a column are pairs, each later than the one before: no span overlaps another."""

    function = "schedules_in_order"
    output_field = BooleanField()


class SpansFormField(LineFormField):
    """Hours of a day, written "7h30–11h30, 13h30–17h"; empty or "Nghỉ" for none."""

    def __init__(self, **kwargs: Any) -> None:
        for name in ("base_field", "size", "delimiter", "empty_value", "strip"):
            kwargs.pop(name, None)
        super().__init__(**({"max_length": MOST_CHARACTERS} | kwargs))

    def prepare_value(self, value: Any) -> Any:
        return in_words(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> list[time]:
        text = super().clean(value)
        try:
            spans = parse_spans(text)
        except OverlapError as error:
            message = gettext("The hours overlap: %(hours)s begins before the hours in front of it end.")
            raise ValidationError(message % {"hours": error.args[1]}) from None
        except OrderError as error:
            message = gettext("“%(hours)s” ends before it begins.")
            raise ValidationError(message % {"hours": error.args[1]}) from None
        except ValueError as error:
            message = gettext("“%(hours)s” is not understood. Write for example: 7h30–11h30, 13h30–17h.")
            raise ValidationError(message % {"hours": error.args[1]}) from None
        if self.required and not spans:
            raise ValidationError(self.error_messages["required"], code="required")
        return _joined(spans)


def _joined(spans: list[Span]) -> list[time]:
    """The times of spans in order; a span that begins where another ends goes on with it."""
    times: list[time] = []
    for begins, ends in spans:
        if times and times[-1] == begins:
            times[-1] = ends
        else:
            times += [begins, ends]
    return times


class SpansField(ArrayField):
    """The hours of one day as times in order: opens, closes, opens, closes. Empty: closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults = {"base_field": models.TimeField(), "default": list, "blank": True}
        super().__init__(*args, **(defaults | kwargs))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return models.Field.formfield(self, **{"form_class": SpansFormField, **kwargs})


def in_order(column: str, model: str) -> models.CheckConstraint:
    """What the database holds of a column of hours."""
    return models.CheckConstraint(
        condition=InOrder(F(column)),
        name=f"schedules_{model}_{column}",
        violation_error_message=_("Hours must not overlap, and end after they begin."),
    )


class ClockFormField(forms.TimeField):
    """A time of the day as Vietnamese write it: 7h30, 7:30 SA, 13h."""

    def prepare_value(self, value: Any) -> Any:
        return format_time(value) if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        try:
            return parse_time(str(value))
        except ValueError:
            message = gettext("“%(time)s” is not a time of the day. Write for example 7h30 or 13:30.")
            raise ValidationError(message % {"time": str(value)[:40]}) from None


class ClockField(models.TimeField):
    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{**kwargs, "form_class": ClockFormField, "widget": forms.TextInput({"size": 5})})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TimeField", args, kwargs
