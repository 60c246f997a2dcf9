"""When an office is open: its weeks, and the days on which it is otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.ranges import NumberRange
from communes.rows import CommuneKey, CommuneQuerySet
from offices.models import Office
from schedules.fields import SpansField, in_order, spans_of
from schedules.rules.hours import Exceptional, Week
from textfields import LineField

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLE = _("For example 7h30–11h30, 13h30–17h. Empty: closed.")


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class OfficeRange(NumberRange):
    """An office as a range of one number; no office, which stands for all, is a number of its own."""

    template = "%(function)s(coalesce(%(expressions)s, 0), coalesce(%(expressions)s, 0), '[]')"


DAYS = DateRange("begins_on", "ends_on", RangeBoundary(inclusive_upper=True))
"""Two days and those between them; without a first or a last day, open to that side."""


def meeting(rows: CommuneQuerySet, begins_on: date | None, ends_on: date | None) -> CommuneQuerySet:
    """Those of `rows` that have a day in common with the stretch."""
    if begins_on:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=begins_on))
    if ends_on:
        rows = rows.filter(Q(begins_on=None) | Q(begins_on__lte=ends_on))
    return rows


def refuse_backward(begins_on: date | None, ends_on: date | None) -> None:
    if begins_on and ends_on and ends_on < begins_on:
        raise ValidationError({"ends_on": gettext("The last day lies before the first.")})


FORWARD = Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on"))
USUAL = Q(begins_on=None, ends_on=None)


class OpeningHoursQuerySet(CommuneQuerySet["OpeningHours"]):
    def over(self, first: date, last: date) -> OpeningHoursQuerySet:
        """Those in force on some day from `first` to `last`."""
        return meeting(self, first, last)


class OpeningHours(models.Model):
    commune = CommuneKey()
    office = models.ForeignKey(
        Office,
        models.CASCADE,
        related_name="opening_hours",
        verbose_name=_("office"),
        help_text=_("Whose hours these are."),
    )
    name = LineField(
        _("name"),
        max_length=80,
        blank=True,
        help_text=_("For hours of a season, e.g. “Winter hours”. Empty for the usual ones."),
    )
    begins_on = models.DateField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("First day of these hours. Usual hours have neither first nor last day."),
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day. Afterwards the usual hours hold again.")
    )
    monday = SpansField(verbose_name=_("Monday"), help_text=EXAMPLE)
    tuesday = SpansField(verbose_name=_("Tuesday"))
    wednesday = SpansField(verbose_name=_("Wednesday"))
    thursday = SpansField(verbose_name=_("Thursday"))
    friday = SpansField(verbose_name=_("Friday"))
    saturday = SpansField(verbose_name=_("Saturday"))
    sunday = SpansField(verbose_name=_("Sunday"))
    note = LineField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What citizens must know, e.g. that only some papers are taken on Saturdays."),
    )

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["office__position", "office", F("begins_on").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                name="schedules_openinghours_one_usual",
                fields=["commune", "office"],
                condition=USUAL,
                violation_error_message=_("This office has usual hours already. Change those."),
            ),
            ExclusionConstraint(
                name="schedules_openinghours_one_at_a_time",
                expressions=[(NumberRange("office"), RangeOperators.OVERLAPS), (DAYS, RangeOperators.OVERLAPS)],
                condition=~USUAL,
                violation_error_message=_("Other hours of this office hold on some of these days."),
            ),
            models.CheckConstraint(
                name="schedules_openinghours_forward",
                condition=FORWARD,
                violation_error_message=_("The last day lies before the first."),
            ),
            *(in_order(day, "openinghours") for day in WEEKDAYS),
        ]
        indexes = [models.Index(name="schedules_openinghours_office", fields=["commune", "office"])]

    def __str__(self) -> str:
        return f"{self.office}: {self.name or gettext('usual hours')}"

    def clean(self) -> None:
        refuse_backward(self.begins_on, self.ends_on)
        if self.office_id is None:
            return
        others = OpeningHours.objects.of(self.commune_id).filter(office=self.office_id).exclude(pk=self.pk)
        if self.is_usual:
            if others.filter(USUAL).exists():
                message = gettext("This office has usual hours already. Change those, or say from when these hold.")
                raise ValidationError({"begins_on": message})
        elif other := meeting(others.exclude(USUAL), self.begins_on, self.ends_on).first():
            message = gettext("“%(hours)s” holds on some of these days. Let one end before the other begins.")
            raise ValidationError({"begins_on": message % {"hours": other.name or other}})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for what `clean` says at its field; it would look in all communes."""
        super().validate_constraints({*(exclude or ()), "office"})

    @property
    def is_usual(self) -> bool:
        return self.begins_on is None and self.ends_on is None

    def week(self) -> Week:
        return Week([spans_of(getattr(self, day)) for day in WEEKDAYS], self.begins_on, self.ends_on)


class HoursExceptionQuerySet(CommuneQuerySet["HoursException"]):
    def over(self, first: date, last: date) -> HoursExceptionQuerySet:
        """Those of some day from `first` to `last`."""
        return self.filter(begins_on__lte=last, ends_on__gte=first)


class HoursException(models.Model):
    commune = CommuneKey()
    office = models.ForeignKey(
        Office,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="hours_exceptions",
        verbose_name=_("office"),
        help_text=_("Empty: all offices. What is said of one office comes first."),
    )
    begins_on = models.DateField(_("from"), help_text=_("The first day."))
    ends_on = models.DateField(_("until"), help_text=_("The last day; the same for one day."))
    hours = SpansField(verbose_name=_("hours"), help_text=_("Of each of these days, e.g. 7h30–11h30. Empty: closed."))
    reason = LineField(
        _("reason"), max_length=150, help_text=_("Citizens read it, e.g. “The electricity is switched off”.")
    )

    objects = HoursExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("other hours on some days")
        verbose_name_plural = _("other hours on some days")
        ordering = ["-begins_on", "pk"]
        constraints = [
            ExclusionConstraint(
                name="schedules_hoursexception_one_at_a_time",
                expressions=[
                    (NumberRange("commune"), RangeOperators.OVERLAPS),
                    (OfficeRange("office"), RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Other hours on some of these days were entered already."),
            ),
            models.CheckConstraint(
                name="schedules_hoursexception_forward",
                condition=Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="schedules_hoursexception_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            in_order("hours", "hoursexception"),
        ]
        indexes = [models.Index(name="schedules_exception_days", fields=["commune", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.begins_on:%d/%m/%Y}: {self.reason}" if self.begins_on else self.reason

    def clean(self) -> None:
        refuse_backward(self.begins_on, self.ends_on)
        if not (self.begins_on and self.ends_on):
            return
        others = HoursException.objects.of(self.commune_id).filter(office=self.office_id).exclude(pk=self.pk)
        if other := others.over(self.begins_on, self.ends_on).first():
            message = gettext("“%(other)s” is entered for some of these days already.")
            raise ValidationError({"begins_on": message % {"other": other}})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for what `clean` says at its field; it would look in all communes."""
        super().validate_constraints({*(exclude or ()), "office", "commune"})

    def exceptional(self) -> Exceptional:
        return Exceptional(self.begins_on, self.ends_on, spans_of(self.hours), self.reason)
