"""When leaders receive citizens: by rule, with absences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from offices.models import Post
from schedules.fields import SpansField, in_order, spans_of
from schedules.models.holiday import days_off
from schedules.models.opening import FORWARD, meeting, refuse_backward
from schedules.rules import meetings
from textfields import LineField


class Rhythm(models.TextChoices):
    WEEKLY = meetings.Rhythm.WEEKLY.value, _("every week")
    NTH_WEEKDAY = meetings.Rhythm.NTH_WEEKDAY.value, _("once a month, on a weekday")
    DAY_OF_MONTH = meetings.Rhythm.DAY_OF_MONTH.value, _("once a month, on a date")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Nth(models.IntegerChoices):
    FIRST = 1, _("first of the month")
    SECOND = 2, _("second of the month")
    THIRD = 3, _("third of the month")
    FOURTH = 4, _("fourth of the month")
    LAST = meetings.LAST, _("last of the month")


WHOLE_RULE = (
    Q(rhythm=Rhythm.WEEKLY, weekday__isnull=False, nth=None, day=None)
    | Q(rhythm=Rhythm.NTH_WEEKDAY, weekday__isnull=False, nth__isnull=False, day=None)
    | Q(rhythm=Rhythm.DAY_OF_MONTH, weekday=None, nth=None, day__isnull=False)
)


class ReceptionQuerySet(CommuneQuerySet["Reception"]):
    def over(self, first: date, last: date) -> ReceptionQuerySet:
        """Rules in force on some day from `first` to `last`."""
        return meeting(self, first, last)

    def shown(self) -> ReceptionQuerySet:
        """Those of posts that citizens see."""
        return self.filter(post__person__is_shown=True, post__office__is_shown=True)


class Reception(models.Model):
    commune = CommuneKey()
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        related_name="receptions",
        verbose_name=_("who receives"),
        help_text=_("Person and post, from the list of posts. When the post ends, so does the reception."),
    )
    rhythm = models.CharField(
        _("how often"), max_length=12, choices=Rhythm, default=Rhythm.WEEKLY, help_text=_("Days off are left out.")
    )
    weekday = models.SmallIntegerField(
        _("weekday"), choices=Weekday, null=True, blank=True, help_text=_("Not for a date of the month.")
    )
    nth = models.SmallIntegerField(
        _("which of the month"), choices=Nth, null=True, blank=True, help_text=_("For once a month on a weekday.")
    )
    day = models.PositiveSmallIntegerField(
        _("date of the month"), null=True, blank=True, help_text=_("1 to 31, for once a month on a date.")
    )
    hours = SpansField(verbose_name=_("hours"), blank=False, help_text=_("For example 7h30–11h30, 13h30–16h30."))
    place = LineField(_("where it takes place"), max_length=200, help_text=_("Building and room."))
    telephone = LineField(
        _("telephone"), max_length=30, blank=True, help_text=_("Where citizens ask for a time. Empty: none.")
    )
    begins_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: holds already."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: no end."))
    legal_ground = LineField(
        _("legal ground"),
        max_length=200,
        blank=True,
        help_text=_("The law or decision that asks for it, as citizens may read it."),
    )

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception of citizens")
        verbose_name_plural = _("receptions of citizens")
        ordering = ["post__position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="schedules_reception_whole_rule",
                condition=WHOLE_RULE,
                violation_error_message=_("Say on which day: a weekday, or a date of the month."),
            ),
            models.CheckConstraint(
                name="schedules_reception_known_day",
                condition=Q(Q(weekday=None) | Q(weekday__range=(0, 6)))
                & (Q(nth=None) | Q(nth__in=Nth.values))
                & (Q(day=None) | Q(day__range=(1, 31))),
                violation_error_message=_("No such day."),
            ),
            models.CheckConstraint(
                name="schedules_reception_forward",
                condition=FORWARD,
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="schedules_reception_has_hours",
                condition=~Q(hours=[]),
                violation_error_message=_("Say from when until when."),
            ),
            in_order("hours", "reception"),
        ]
        indexes = [models.Index(name="schedules_reception_commune", fields=["commune", "post"])]

    def __str__(self) -> str:
        return f"{self.post.person}, {self.post.name}"

    def clean(self) -> None:
        refuse_backward(self.begins_on, self.ends_on)
        is_date = self.rhythm == Rhythm.DAY_OF_MONTH
        if is_date and not self.day:
            raise ValidationError({"day": gettext("Say on which date of the month.")})
        if is_date and not 1 <= (self.day or 0) <= 31:
            raise ValidationError({"day": gettext("A month has the dates 1 to 31.")})
        if not is_date and self.weekday is None:
            raise ValidationError({"weekday": gettext("Say on which weekday.")})
        if self.rhythm == Rhythm.NTH_WEEKDAY and self.nth is None:
            raise ValidationError({"nth": gettext("Say which of the month.")})
        # What the rhythm does not need is no fact.
        if is_date:
            self.weekday = self.nth = None
        else:
            self.day = None
            self.nth = self.nth if self.rhythm == Rhythm.NTH_WEEKDAY else None

    def rule(self) -> meetings.Rule:
        """The rule, which ends with the post at the latest."""
        ends = [day for day in (self.ends_on, self.post.ends_on) if day]
        begins = [day for day in (self.begins_on, self.post.begins_on) if day]
        return meetings.Rule(
            meetings.Rhythm(self.rhythm),
            self.weekday,
            self.nth,
            self.day,
            max(begins, default=None),
            min(ends, default=None),
        )

    def meetings(self, off: dict[date, str], first: date, last: date) -> list[meetings.Meeting[Reception]]:
        """Its days from `first` to `last`; `off` are the days off. The absences are read, or were prefetched."""
        away = [absence.as_rule() for absence in self.absences.all()]
        return meetings.meetings_of(self, self.rule(), spans_of(self.hours), away, off, first, last)


class Absence(models.Model):
    reception = models.ForeignKey(
        Reception, models.CASCADE, related_name="absences", verbose_name=_("reception of citizens")
    )
    on = models.DateField(_("day"), help_text=_("A day of reception on which the person is away."))
    deputy = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who receives instead"),
        help_text=_("Empty, and no other day: nobody receives."),
    )
    moved_to = models.DateField(_("moved to"), null=True, blank=True, help_text=_("Another day, with the same hours."))
    reason = LineField(_("reason"), max_length=150, blank=True, help_text=_("Citizens read it."))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                name="schedules_absence_once",
                fields=["reception", "on"],
                violation_error_message=_("An absence on this day is entered already."),
            ),
            models.CheckConstraint(
                name="schedules_absence_moved",
                condition=Q(moved_to=None) | ~Q(moved_to=F("on")),
                violation_error_message=_("It is moved to the day on which it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}" if self.on else ""

    def clean(self) -> None:
        if not self.on or self.reception.post_id is None:
            return
        self._clean_day()
        if self.moved_to:
            self._clean_moved_to()

    def _clean_day(self) -> None:
        try:
            is_day = self.reception.rule().falls_on(self.on)
        except ValueError:  # the rule itself is wrong, and says so
            return
        if not is_day:
            message = gettext("%(day)s is no day of this reception.") % {"day": f"{self.on:%d/%m/%Y}"}
            raise ValidationError({"on": message})

    def _clean_moved_to(self) -> None:
        assert self.moved_to is not None
        told: dict[str, Any] = {"day": f"{self.moved_to:%d/%m/%Y}"}
        if self.moved_to == self.on:
            raise ValidationError({"moved_to": gettext("It is moved to the day on which it is.")})
        off = days_off(self.reception.commune, self.moved_to, self.moved_to)
        if self.moved_to in off:
            told["name"] = off[self.moved_to]
            raise ValidationError({"moved_to": gettext("%(day)s is a day off: %(name)s.") % told})
        if self.reception.rule().falls_on(self.moved_to):
            raise ValidationError({"moved_to": gettext("%(day)s is a day of this reception already.") % told})

    def as_rule(self) -> meetings.Absence:
        deputy = f"{self.deputy.person}, {self.deputy.name}" if self.deputy else ""
        return meetings.Absence(self.on, deputy, self.moved_to, self.reason)


def coming(commune: Any, first: date, days: int) -> list[meetings.Meeting[Reception]]:
    """All receptions of a commune on `days` days from `first` on, by day and hour; three queries."""
    last = first + timedelta(days=days)
    rules = list(
        Reception.objects.of(commune)
        .over(first, last)
        .shown()
        .select_related("post__person")
        .prefetch_related(models.Prefetch("absences", Absence.objects.select_related("deputy__person").order_by("on")))
    )
    if not rules:
        return []
    off = days_off(commune, first, last)
    return meetings.in_order(found for rule in rules for found in rule.meetings(off, first, last))
