"""Days off. The government decides them each year: until an administrator confirms a year, the expected ones hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, F, Func, Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from communes.ranges import NumberRange
from communes.rows import CommuneKey, CommuneQuerySet
from schedules.models.opening import DAYS, refuse_backward
from schedules.rules.publicholidays import FIRST_YEAR, LAST_YEAR, expected
from textfields import LineField


def deciding(commune: Commune) -> list[int]:
    """Whose days off hold in a commune: its own, and those of the province it belongs to."""
    return [key for key in (commune.pk, commune.parent_id) if key is not None]


class HolidayQuerySet(CommuneQuerySet["Holiday"]):
    def holding(self, commune: Commune, first: date, last: date) -> HolidayQuerySet:
        """Those of `commune` and of its province on some day from `first` to `last`."""
        return self.filter(commune__in=deciding(commune), begins_on__lte=last, ends_on__gte=first)


class Holiday(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=120, help_text=_("For example Tết Nguyên đán."))
    begins_on = models.DateField(_("from"), help_text=_("The first day off."))
    ends_on = models.DateField(_("until"), help_text=_("The last day off; the same for one day."))

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["-begins_on", "pk"]
        constraints = [
            ExclusionConstraint(
                name="schedules_holiday_once",
                expressions=[(NumberRange("commune"), RangeOperators.OVERLAPS), (DAYS, RangeOperators.OVERLAPS)],
                violation_error_message=_("Some of these days are off already."),
            ),
            models.CheckConstraint(
                name="schedules_holiday_named",
                condition=~Q(name=""),
                violation_error_message=_("Say what it is."),
            ),
            models.CheckConstraint(
                name="schedules_holiday_forward",
                condition=Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="schedules_holiday_short",
                condition=Q(ends_on__lte=F("begins_on") + timedelta(days=30)),
                violation_error_message=_("A holiday of more than a month? Check the year of the last day."),
            ),
        ]
        indexes = [models.Index(name="schedules_holiday_days", fields=["commune", "ends_on"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_backward(self.begins_on, self.ends_on)
        if not (self.begins_on and self.ends_on):
            return
        if self.ends_on > self.begins_on + timedelta(days=30):
            message = gettext("A holiday of more than a month? Check the year of the last day.")
            raise ValidationError({"ends_on": message})
        others = Holiday.objects.of(self.commune_id).exclude(pk=self.pk)
        if other := others.filter(begins_on__lte=self.ends_on, ends_on__gte=self.begins_on).first():
            message = gettext("“%(name)s” (from %(first)s to %(last)s) covers some of these days already.")
            told = {
                "name": other.name,
                "first": f"{other.begins_on:%d/%m/%Y}",
                "last": f"{other.ends_on:%d/%m/%Y}",
            }
            raise ValidationError({"begins_on": message % told})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for the days, which `clean` looks at in one commune."""
        super().validate_constraints({*(exclude or ()), "commune"})


class ConfirmedYearQuerySet(CommuneQuerySet["ConfirmedYear"]):
    def holding(self, commune: Commune) -> ConfirmedYearQuerySet:
        """The years that `commune` or its province has confirmed."""
        return self.filter(commune__in=deciding(commune))


class FirstDay(Func):
    """The first of January of a year."""

    function = "MAKE_DATE"
    template = "%(function)s(%(expressions)s, 1, 1)"
    output_field = models.DateField()


class ConfirmedYear(models.Model):
    """The days off of a year are entered as they were decided: those the portal expected hold no longer."""

    commune = CommuneKey()
    year = models.PositiveSmallIntegerField(_("year"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), auto_now_add=True)

    objects = ConfirmedYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed year")
        verbose_name_plural = _("confirmed years")
        ordering = ["-year"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="schedules_confirmedyear_once",
                fields=["commune", "year"],
                violation_error_message=_("This year is confirmed already."),
            ),
            models.CheckConstraint(
                name="schedules_confirmedyear_known",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=_("No such year."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


def days_off(commune: Commune, first: date, last: date) -> dict[date, str]:
    """The days off of a commune from `first` to `last` and their names; one query.

    In a year that nobody has confirmed, those that are expected are off beside those that were entered.
    """
    entered = Holiday.objects.holding(commune, first, last).values_list("begins_on", "ends_on", "name")
    # A confirmed year comes along as its first day without a name.
    years = ConfirmedYear.objects.holding(commune).annotate(day=FirstDay("year"), none=Value("", CharField()))
    rows = list(entered.union(years.values_list("day", "day", "none")))
    confirmed = {begins_on.year for begins_on, _ends_on, name in rows if not name}
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        if year not in confirmed:
            found |= {on: run.name for run in expected(year) for on in run.days()}
    for begins_on, ends_on, name in rows:
        if name:
            found |= {begins_on + timedelta(days=ahead): name for ahead in range((ends_on - begins_on).days + 1)}
    return {on: name for on, name in found.items() if first <= on <= last}
