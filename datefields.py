"""Days and times in forms: read as Vietnamese write them, shown as the portal prints them, with a calendar.

A field takes what a page of the portal shows ("28/03/2024 2:28 CH") and what people write besides ("1.12.2026",
"14h30"). What it cannot read stays as typed, with a sentence that shows how. Browsers bring a calendar only with
a field in the language of the browser, where 03/04 may be March; so the calendar is the portal's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Script
from django.utils.translation import gettext_lazy as _

from vietnamese import parse_date, to_nfc
from vietnamese.clock import format_time_12h, parse_time

_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{4}-\d{1,2}-\d{1,2}"
_DAY_AND_TIME = re.compile(rf"\s*(?P<day>{_DAY})[T,\s]+(?:lúc\s+)?(?P<time>\S.*)", re.ASCII | re.DOTALL)
_TIME_AND_DAY = re.compile(rf"\s*(?P<time>\S.*?)[,\s]+(?:ngày\s+)?(?P<day>{_DAY})\s*", re.ASCII | re.DOTALL)

Read = TypeVar("Read", date, time)
LONGEST = 60  # characters that may be a day and a time
# A slip of the finger beyond them: PostgreSQL stores the year 1 in Vietnam's zone, and Python cannot read it back.
YEARS = range(1900, 3000)


def parts_of_moment(day: str, clock: str) -> tuple[str, str]:
    """What the two boxes of a moment hold; "01/12/2026 14:30" or "14h30 ngày 1/12/2026" in the first fills both."""
    day = to_nfc(day)  # "ngày" of a Mac has its mark apart
    if (
        len(day) <= LONGEST
        and not clock.strip()
        and (match := _DAY_AND_TIME.fullmatch(day) or _TIME_AND_DAY.fullmatch(day))
    ):
        return match["day"], match["time"].strip()
    return day, clock


class DayInput(forms.DateInput):
    """A box for a day, with a button that opens the calendar."""

    template_name = "admin/datefields/day.html"

    class Media:
        css = {"all": ("css/day-picker.css",)}
        js = (Script("js/day-picker.js", type="module"),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vDateField", "size": "12", "autocomplete": "off", **(attrs or {})})


class ClockInput(forms.TimeInput):
    """A box for a time of the day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTimeField", "size": "12", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return format_time_12h(value) if isinstance(value, time) else super().format_value(value)


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a time beside each other; says so when the clock of the browser is in another zone."""

    template_name = "admin/datefields/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, (DayInput(), ClockInput()), attrs)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        day, clock = super().value_from_datadict(data, files, name)
        return [*parts_of_moment(day or "", clock or "")]


class DayField(forms.DateField):
    """A day."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("“%(value)s” is not a day of the calendar. Write it like this: 28/03/2024."),
    }

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        return _read(self, _parse_day, value)


class ClockField(forms.TimeField):
    """A time of the day."""

    widget = ClockInput
    default_error_messages = {
        "invalid": _("“%(value)s” is not a time of the day. Write it like this: 2:30 CH, or 14h30."),
    }

    def to_python(self, value: Any) -> time | None:
        return value if isinstance(value, time) else _read(self, parse_time, value)


class MomentField(forms.SplitDateTimeField):
    """A day and a time of it, in the zone of the portal."""

    widget = MomentInput
    default_error_messages = {
        "invalid_date": _("Give the day too, like this: 28/03/2024."),
        "invalid_time": _("Give the time too, like this: 2:30 CH, or 14h30."),
    }

    def __init__(self, **kwargs: Any) -> None:
        forms.MultiValueField.__init__(self, (DayField(), ClockField()), **kwargs)


def _parse_day(text: str) -> date:
    day = parse_date(text)
    if day.year not in YEARS:
        raise ValueError(f"no year that is meant: {text!r}")
    return day


def _read(field: forms.Field, parse: Callable[[str], Read], value: Any) -> Read | None:
    text = str(value or "").strip()
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise ValidationError(
            field.error_messages["invalid"], code="invalid", params={"value": text[:LONGEST]}
        ) from error


# For the admin: how it asks for the columns of a model.
ADMIN_FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
    models.DateField: {"form_class": DayField, "widget": DayInput},
    models.TimeField: {"form_class": ClockField, "widget": ClockInput},
}
