"""The ranges of days an administrator may look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from datefields import DayField
from visitors.showing.statistics import Span

LONGEST = 3700  # days; ten years and some
EARLIEST = 2000  # there was no portal before


class Range(models.TextChoices):
    """What the picker offers; the values stand in addresses."""

    TODAY = "today", _("Today")
    WEEK = "7d", _("Last 7 days")
    THIRTY_DAYS = "30d", _("Last 30 days")
    QUARTER = "90d", _("Last 90 days")
    THIS_WEEK = "week", _("This week")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last-month", _("Last month")
    TWELVE_MONTHS = "12m", _("Last 12 months")
    THIS_YEAR = "year", _("This year")
    LAST_YEAR = "last-year", _("Last year")
    TWO_YEARS = "24m", _("Last 24 months")
    CUSTOM = "custom", _("From … to …")


class Comparison(models.TextChoices):
    """With what a range may be compared."""

    NONE = "", _("nothing")
    BEFORE = "before", _("the period before")
    YEAR = "year", _("the year before")


def asked(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the picker was sent; who opened the page without it sees the last 30 days, and reads so in the picker."""
    return {name: values[name] for name in values} | {"range": values.get("range") or Range.THIRTY_DAYS}


class PeriodForm(forms.Form):
    """The range picker; a wrong value falls back to the last 30 days and says so."""

    range = forms.ChoiceField(choices=Range.choices, required=False, label=_("Period"))
    first = DayField(required=False, label=_("From"))
    last = DayField(required=False, label=_("to"))
    compare = forms.ChoiceField(choices=Comparison.choices, required=False, label=_("Compare with"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("range") == Range.CUSTOM:
            if not first or not last:
                raise forms.ValidationError(_("Enter both days of the period."))
            if last < first:
                raise forms.ValidationError(_("The period ends before it begins."))
            if first.year < EARLIEST or (last - first).days >= LONGEST:
                raise forms.ValidationError(_("The period is longer than ten years."))
        return cleaned

    def span(self, today: date) -> Span:
        """The chosen days; the last 30 when nothing valid was chosen."""
        if not self.is_valid():
            return Span.ending(today, 30)
        chosen = self.cleaned_data["range"] or Range.THIRTY_DAYS
        if chosen == Range.CUSTOM:
            return Span(self.cleaned_data["first"], self.cleaned_data["last"])
        return span_of(Range(chosen), today)

    def compared(self, span: Span) -> Span | None:
        """The days to compare with, if any."""
        match self.cleaned_data.get("compare") if self.is_valid() else None:
            case Comparison.BEFORE:
                return span.before()
            case Comparison.YEAR:
                return span.year_before()
        return None


def span_of(chosen: Range, today: date) -> Span:
    """The days of a range that is counted from today."""
    first_of_month = today.replace(day=1)
    last_of_previous = first_of_month - timedelta(days=1)
    match chosen:
        case Range.TODAY:
            return Span(today, today)
        case Range.WEEK:
            return Span.ending(today, 7)
        case Range.QUARTER:
            return Span.ending(today, 90)
        case Range.THIS_WEEK:
            return Span(today - timedelta(days=today.weekday()), today)
        case Range.THIS_MONTH:
            return Span(first_of_month, today)
        case Range.LAST_MONTH:
            return Span(last_of_previous.replace(day=1), last_of_previous)
        case Range.TWELVE_MONTHS:
            return Span(first_of_month.replace(year=today.year - 1), today)
        case Range.THIS_YEAR:
            return Span(today.replace(month=1, day=1), today)
        case Range.LAST_YEAR:
            return Span(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
        case Range.TWO_YEARS:
            return Span(first_of_month.replace(year=today.year - 2), today)
    return Span.ending(today, 30)
