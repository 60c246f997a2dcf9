"""The weekly work schedule: what the leaders do, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from schedules.fields import ClockField
from schedules.models.reception import Weekday
from schedules.rules.pasting import Entry
from textfields import LineField, MultilineField
from vietnamese.clock import format_time


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Session(models.TextChoices):
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class WorkWeekQuerySet(CommuneQuerySet["WorkWeek"]):
    def published(self) -> WorkWeekQuerySet:
        """Weeks that citizens read."""
        return self.filter(status=Status.PUBLISHED)


class WorkWeek(models.Model):
    commune = CommuneKey()
    monday = models.DateField(_("week"), help_text=_("Any day of the week; the portal takes its Monday."))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    note = MultilineField(
        _("note"), blank=True, help_text=_("Below the schedule, for example that it may change at short notice.")
    )

    objects = WorkWeekQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly work schedule")
        verbose_name_plural = _("weekly work schedules")
        ordering = ["-monday"]
        permissions = [("publish_workweek", _("Can publish weekly work schedules"))]
        constraints = [
            models.UniqueConstraint(
                name="schedules_workweek_once",
                fields=["commune", "monday"],
                violation_error_message=_("There is a schedule of this week already. Change that one."),
            ),
            models.CheckConstraint(
                name="schedules_workweek_monday",
                condition=Q(monday__iso_week_day=1),
                violation_error_message=_("A week begins on Monday."),
            ),
            models.CheckConstraint(
                name="schedules_workweek_published_at",
                condition=Q(status=Status.DRAFT, published_at=None)
                | Q(status=Status.PUBLISHED, published_at__isnull=False),
                violation_error_message=_("A published schedule has a moment of its publication."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("schedules:work_week", args=[self.monday])

    def clean(self) -> None:
        if self.monday:
            self.monday = monday_of(self.monday)

    @property
    def title(self) -> str:
        """ "Week 48 (from 23/11 to 29/11/2026)"; the number is that of ISO 8601."""
        return gettext("Week %(number)s (from %(first)s to %(last)s)") % {
            "number": self.monday.isocalendar().week,
            "first": f"{self.monday:%d/%m}",
            "last": f"{self.monday + timedelta(days=6):%d/%m/%Y}",
        }

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def publish(self, at: datetime | None = None) -> None:
        self.status, self.published_at = Status.PUBLISHED, at or timezone.now()
        self.save(update_fields=["status", "published_at"])

    def withdraw(self) -> None:
        self.status, self.published_at = Status.DRAFT, None
        self.save(update_fields=["status", "published_at"])

    @transaction.atomic
    def fill(self, entries: Iterable[Entry], notes: Iterable[str] = ()) -> None:
        """Put the entries in the place of the items there are; the notes are added to the note."""
        self.items.all().delete()
        WorkItem.objects.bulk_create(
            WorkItem(
                week=self,
                position=place,
                weekday=(entry.on - self.monday).days,
                session=entry.session,
                starts_at=entry.starts_at,
                hours=entry.hours,
                content=entry.content,
                who=entry.who,
                place=entry.place,
            )
            for place, entry in enumerate(entries, start=1)
        )
        if added := [note for note in notes if note not in self.note]:
            self.note = "\n".join(filter(None, [self.note, *added]))
            self.save(update_fields=["note"])


class WorkItem(models.Model):
    week = models.ForeignKey(WorkWeek, models.CASCADE, related_name="items", verbose_name=_("weekly work schedule"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    session = models.CharField(_("session"), max_length=9, choices=Session, blank=True)
    starts_at = ClockField(_("time"), null=True, blank=True)
    hours = LineField(
        _("hours in words"),
        max_length=60,
        blank=True,
        help_text=_("Where more is known than the beginning, e.g. 7:30–9:00. Stands in its place."),
    )
    content = MultilineField(_("content"))
    who = MultilineField(_("who takes part"), blank=True)
    place = MultilineField(_("where it takes place"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)

    class Meta:
        verbose_name = _("line of the schedule")
        verbose_name_plural = _("lines of the schedule")
        ordering = ["weekday", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="schedules_workitem_known",
                condition=Q(weekday__range=(0, 6)) & Q(session__in=["", *Session.values]),
                violation_error_message=_("No such day or session."),
            ),
            models.CheckConstraint(
                name="schedules_workitem_content",
                condition=~Q(content=""),
                violation_error_message=_("Say what it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def on(self) -> date:
        return self.week.monday + timedelta(days=self.weekday)

    @property
    def when(self) -> str:
        """ "7:30–9:00", "7:30", or the session."""
        if self.hours:
            return self.hours
        return format_time(self.starts_at) if self.starts_at else self.get_session_display()
