"""The rollups that are kept: numbers only, by day, month, hour and minute."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class Day(models.Model):
    """One calendar day of a commune in numbers. Django's admin takes no model whose key has two columns."""

    commune = CommuneKey()
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    visitors = models.PositiveBigIntegerField(
        _("visitors"), default=0, db_default=0, help_text=_("Different people on this day.")
    )
    visits = models.PositiveBigIntegerField(
        _("visits"),
        default=0,
        db_default=0,
        help_text=_("Visits begun on this day; a visit ends after 30 quiet minutes."),
    )
    views = models.PositiveBigIntegerField(_("page views"), default=0, db_default=0, help_text=_("Pages opened."))
    staff_views = models.PositiveBigIntegerField(
        _("page views by staff"), default=0, db_default=0, help_text=_("Counted apart, in no other number.")
    )
    bot_requests = models.PositiveBigIntegerField(
        _("requests by bots"), default=0, db_default=0, help_text=_("Counted apart, in no other number.")
    )
    peak_online = models.PositiveIntegerField(
        _("most online at once"), default=0, db_default=0, help_text=_("Highest sample of the day, one a minute.")
    )
    peak_at = models.DateTimeField(_("time of the peak"), null=True, blank=True, help_text=_("When that was."))
    closed_at = models.DateTimeField(
        _("closed at"), null=True, blank=True, help_text=_("When the long tail of the day was folded.")
    )
    corrected_at = models.DateTimeField(
        _("corrected at"), null=True, blank=True, help_text=_("When something was struck out of it last.")
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of visits")
        verbose_name_plural = _("visitor statistics")
        default_permissions = ()
        permissions = [("view_statistics", _("Can view visitor statistics"))]
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["commune", "day"], name="visitors_day_once")]
        indexes = [models.Index(fields=["commune", "closed_at"], name="visitors_day_closed")]

    def __str__(self) -> str:
        return self.day.isoformat()


class Month(models.Model):
    """The sums of one closed month. Visitors are summed day by day: people cannot be told apart longer."""

    pk = models.CompositePrimaryKey("commune", "month")
    commune = CommuneKey()
    month = models.DateField(_("month"), help_text=_("Its first day."))
    visitors = models.PositiveBigIntegerField(_("visitors"), help_text=_("Sum of the daily visitors."))
    visits = models.PositiveBigIntegerField(_("visits"), help_text=_("Visits begun in this month."))
    views = models.PositiveBigIntegerField(_("page views"), help_text=_("Pages opened."))
    staff_views = models.PositiveBigIntegerField(_("page views by staff"), help_text=_("Counted apart."))
    bot_requests = models.PositiveBigIntegerField(_("requests by bots"), help_text=_("Counted apart."))
    peak_online = models.PositiveIntegerField(_("most online at once"), help_text=_("Highest sample of the month."))
    peak_at = models.DateTimeField(_("time of the peak"), null=True, blank=True, help_text=_("When that was."))
    closed_at = models.DateTimeField(_("closed at"), help_text=_("When its days were summed up."))
    corrected_at = models.DateTimeField(
        _("corrected at"), null=True, blank=True, help_text=_("When something was struck out of it last.")
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of visits")
        verbose_name_plural = _("months of visits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Hour(models.Model):
    """Visitors and visits of one hour. Its page views stand in PageHour."""

    pk = models.CompositePrimaryKey("commune", "hour_at")
    commune = CommuneKey()
    hour_at = models.DateTimeField(_("hour"), help_text=_("Its beginning."))
    visitors = models.PositiveBigIntegerField(_("visitors"), help_text=_("People whose first sign of the day it had."))
    visits = models.PositiveBigIntegerField(_("visits"), help_text=_("Visits begun in this hour."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of visits")
        verbose_name_plural = _("hours of visits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour_at:%Y-%m-%d %H:00}"


class PageHour(models.Model):
    """Views of one page in one hour."""

    pk = models.CompositePrimaryKey("commune", "hour_at", "page")
    commune = CommuneKey()
    hour_at = models.DateTimeField(_("hour"), help_text=_("Its beginning."))
    page = LineField(_("page"), max_length=200, blank=True, help_text=_("Page key, or path. Empty: the rest."))
    views = models.PositiveBigIntegerField(_("page views"), help_text=_("How often it was opened."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of a page")
        verbose_name_plural = _("hours of a page")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour_at:%Y-%m-%d %H:00} {self.page}"


class MinuteSamples(models.Model):
    """How many were online at each minute of a commune's day.

    One row grows through the day: as many rows as minutes would be 239,000 a day in a province. The lists
    begin at midnight in Vietnam and end with the latest sample; NULL is a minute without one.
    """

    pk = models.CompositePrimaryKey("commune", "day")
    commune = CommuneKey()
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    online = ArrayField(
        models.PositiveIntegerField(null=True),
        verbose_name=_("online"),
        help_text=_("People online at each minute, without bots and staff."),
    )
    staff = ArrayField(
        models.PositiveIntegerField(null=True),
        verbose_name=_("staff online"),
        help_text=_("Staff online at each minute."),
    )
    struck = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("struck out"),
        default=list,
        blank=True,
        help_text=_("Minutes after midnight whose samples are kept, but are no record and not drawn."),
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("minute samples of a day")
        verbose_name_plural = _("minute samples of days")
        default_permissions = ()

    def __str__(self) -> str:
        return self.day.isoformat()
