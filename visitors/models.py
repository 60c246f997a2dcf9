"""What the portal remembers of its visitors: who is here now, and numbers about the past.

The tables of the moment (Salt, Presence, Seen, Writer) hold keyed hashes and are emptied within
two days. The rollups hold numbers only and are kept.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from textfields import LineField


class Dimension(models.IntegerChoices):
    """By what a day is broken down. PAGE and HOUR count views; BOT and EXCLUDED requests; the rest visits."""

    PAGE = 1, _("Page")
    ENTRY = 2, _("First page of the visit")
    SOURCE = 3, _("Source")
    REFERRER = 4, _("Referring site")
    DEVICE = 5, _("Device")
    BROWSER = 6, _("Browser")
    SYSTEM = 7, _("Operating system")
    LANGUAGE = 8, _("Language")
    HOUR = 9, _("Weekday and hour")
    BOT = 10, _("Bot")
    EXCLUDED = 11, _("Not counted")


class Salt(models.Model):
    """The secret of one salt day (03:30 to 03:30); whoever lacks it cannot link a hash to a person."""

    day = models.DateField(_("day"), primary_key=True, help_text=_("The day on which it comes into use, at 03:30."))
    secret = models.BinaryField(_("secret"), help_text=_("Random; deleted within 48 hours."))

    class Meta:
        verbose_name = _("daily salt")
        verbose_name_plural = _("daily salts")

    def __str__(self) -> str:
        return self.day.isoformat()


class Presence(models.Model):
    """Who was here in the last half hour. The table is UNLOGGED: a crash of the server empties it."""

    visitor = models.BigIntegerField(_("visitor"), primary_key=True, help_text=_("A keyed hash, no address."))
    network = models.BigIntegerField(_("network"), db_index=True, help_text=_("A keyed hash of the neighbourhood."))
    is_staff = models.BooleanField(_("staff"), help_text=_("Staff are counted apart."))
    visit = models.BigIntegerField(_("visit"), help_text=_("The batch in which the running visit began."))
    visit_began_at = models.DateTimeField(_("visit began at"), help_text=_("First sign of life of this visit."))
    last_seen_at = models.DateTimeField(_("last seen at"), help_text=_("Last page view or heartbeat."))

    class Meta:
        verbose_name = _("visitor online")
        verbose_name_plural = _("visitors online")

    def __str__(self) -> str:
        return str(self.visitor)


class Seen(models.Model):
    """That a visitor was here on a day: makes the day's visitors distinct. Deleted after two days."""

    pk = models.CompositePrimaryKey("day", "visitor")
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    visitor = models.BigIntegerField(_("visitor"), help_text=_("A keyed hash, no address."))

    class Meta:
        verbose_name = _("visitor of a day")
        verbose_name_plural = _("visitors of a day")

    def __str__(self) -> str:
        return f"{self.day}: {self.visitor}"


class Reading(models.Model):
    """That a visitor has opened a page; the same again within half an hour is no new view. UNLOGGED."""

    reading = models.BigIntegerField(_("reading"), primary_key=True, help_text=_("A hash of visitor and page."))
    counted_at = models.DateTimeField(_("counted at"), help_text=_("When this view was counted."))

    class Meta:
        verbose_name = _("page read by a visitor")
        verbose_name_plural = _("pages read by visitors")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.reading)


class Trace(models.Model):
    """What one neighbourhood has added to an hour and page. Deleted with the hashes, after two days."""

    pk = models.CompositePrimaryKey("network", "hour_at", "page")
    network = models.BigIntegerField(_("network"), help_text=_("A keyed hash of the neighbourhood."))
    hour_at = models.DateTimeField(_("hour"), help_text=_("Its beginning."))
    page = LineField(_("page"), max_length=200, blank=True, help_text=_("Page key, or path. Empty: the rest."))
    visitors = models.PositiveBigIntegerField(_("visitors"), help_text=_("First signs of people on that day."))
    visits = models.PositiveBigIntegerField(_("visits"), help_text=_("Visits begun in this hour."))
    views = models.PositiveBigIntegerField(_("page views"), help_text=_("How often the page was opened."))

    class Meta:
        verbose_name = _("trace of a network")
        verbose_name_plural = _("traces of networks")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.network:x} {self.hour_at:%Y-%m-%d %H:00}"


class StruckNetwork(models.Model):
    """A neighbourhood that has been struck out: nothing of it counts under this hash any more."""

    network = models.BigIntegerField(_("network"), primary_key=True, help_text=_("A keyed hash."))
    struck_at = models.DateTimeField(_("struck out at"), help_text=_("Deleted two days later."))

    class Meta:
        verbose_name = _("network struck out")
        verbose_name_plural = _("networks struck out")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.network:x}"


class Writer(models.Model):
    """The last batch each process has written: a batch that comes again is recognised."""

    process = models.BigIntegerField(_("process"), primary_key=True, help_text=_("Random, drawn when it starts."))
    sequence = models.BigIntegerField(_("sequence"), help_text=_("Number of its last written batch."))
    written_at = models.DateTimeField(_("written at"), help_text=_("When that was."))

    class Meta:
        verbose_name = _("counting process")
        verbose_name_plural = _("counting processes")

    def __str__(self) -> str:
        return f"{self.process}: {self.sequence}"


class Day(models.Model):
    """One calendar day in numbers."""

    day = models.DateField(_("day"), primary_key=True, help_text=_("Calendar day in Vietnam."))
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

    class Meta:
        verbose_name = _("day of visits")
        verbose_name_plural = _("visitor statistics")
        default_permissions = ()
        permissions = [("view_statistics", _("Can view visitor statistics"))]
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class Month(models.Model):
    """The sums of one closed month. Visitors are summed day by day: people cannot be told apart longer."""

    month = models.DateField(_("month"), primary_key=True, help_text=_("Its first day."))
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

    class Meta:
        verbose_name = _("month of visits")
        verbose_name_plural = _("months of visits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class DayShare(models.Model):
    """How much of a day belongs to one value of a dimension. The empty value stands for the rest."""

    pk = models.CompositePrimaryKey("day", "dimension", "value")
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    dimension = models.PositiveSmallIntegerField(
        _("dimension"), choices=Dimension.choices, help_text=_("By what the day is broken down.")
    )
    value = LineField(_("value"), max_length=200, blank=True, help_text=_("Empty: everything else."))
    total = models.PositiveBigIntegerField(_("total"), help_text=_("Views, visits or requests, by dimension."))

    class Meta:
        verbose_name = _("share of a day")
        verbose_name_plural = _("shares of a day")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day} {self.get_dimension_display()}: {self.value}"


class MonthShare(models.Model):
    """The shares of a closed month, so that two years read no more rows than two months."""

    pk = models.CompositePrimaryKey("month", "dimension", "value")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    dimension = models.PositiveSmallIntegerField(
        _("dimension"), choices=Dimension.choices, help_text=_("By what the month is broken down.")
    )
    value = LineField(_("value"), max_length=200, blank=True, help_text=_("Empty: everything else."))
    total = models.PositiveBigIntegerField(_("total"), help_text=_("Views, visits or requests, by dimension."))

    class Meta:
        verbose_name = _("share of a month")
        verbose_name_plural = _("shares of a month")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_dimension_display()}: {self.value}"


class Hour(models.Model):
    """Visitors and visits of one hour. Its page views stand in PageHour."""

    hour_at = models.DateTimeField(_("hour"), primary_key=True, help_text=_("Its beginning."))
    visitors = models.PositiveBigIntegerField(_("visitors"), help_text=_("People whose first sign of the day it had."))
    visits = models.PositiveBigIntegerField(_("visits"), help_text=_("Visits begun in this hour."))

    class Meta:
        verbose_name = _("hour of visits")
        verbose_name_plural = _("hours of visits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour_at:%Y-%m-%d %H:00}"


class PageHour(models.Model):
    """Views of one page in one hour."""

    pk = models.CompositePrimaryKey("hour_at", "page")
    hour_at = models.DateTimeField(_("hour"), help_text=_("Its beginning."))
    page = LineField(_("page"), max_length=200, blank=True, help_text=_("Page key, or path. Empty: the rest."))
    views = models.PositiveBigIntegerField(_("page views"), help_text=_("How often it was opened."))

    class Meta:
        verbose_name = _("hour of a page")
        verbose_name_plural = _("hours of a page")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour_at:%Y-%m-%d %H:00} {self.page}"


class MinuteSample(models.Model):
    """How many were online at one minute."""

    minute_at = models.DateTimeField(_("minute"), primary_key=True, help_text=_("Its beginning."))
    online = models.PositiveIntegerField(_("online"), help_text=_("People online, without bots and staff."))
    staff = models.PositiveIntegerField(_("staff online"), help_text=_("Staff online."))
    is_struck = models.BooleanField(
        _("struck out"), default=False, db_default=False, help_text=_("Kept, but no record and not drawn.")
    )

    class Meta:
        verbose_name = _("minute sample")
        verbose_name_plural = _("minute samples")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.minute_at:%Y-%m-%d %H:%M}"


class Carryover(models.Model):
    """The visits an earlier portal had counted. Entered once; nobody can change it afterwards."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    visits = models.PositiveBigIntegerField(
        _("visits counted before"),
        help_text=_("Added to “All time”. Published with its origin. Cannot be changed later."),
    )
    until = models.DateField(_("counted until"), help_text=_("Last day of the earlier portal."))
    origin = LineField(
        _("origin"),
        max_length=200,
        help_text=_("Where the number comes from, for example the address of the old portal."),
    )
    entered_by = LineField(_("entered by"), max_length=150, editable=False)
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("visits of the earlier portal")
        verbose_name_plural = _("visits of the earlier portal")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="visitors_carryover_once",
                violation_error_message=_("The visits of the earlier portal have already been entered."),
            )
        ]

    def __str__(self) -> str:
        return self.origin


class Display(models.Model):
    """What of the numbers the public pages show."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    shows_page_views = models.BooleanField(
        _("show views on pages"),
        default=False,
        help_text=_("Prints under an article how often it has been opened. Takes effect within a minute."),
    )

    class Meta:
        verbose_name = _("display of the numbers")
        verbose_name_plural = _("display of the numbers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="visitors_display_once",
                violation_error_message=_("There is one set of display options."),
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Scope(models.TextChoices):
    """What a correction takes out of the statistics."""

    SPAN = "span", _("Everything counted in a span of time")
    NETWORK = "network", _("Everything counted from one network")
    RECORD = "record", _("Only how many were online at once (a wrong record)")


class Strike(models.Model):
    """One correction of the statistics. Append-only: the database refuses to change or delete it."""

    scope = models.CharField(_("what is struck out"), max_length=10, choices=Scope.choices)
    begins_at = models.DateTimeField(
        _("from"),
        help_text=_("Visits and page views are known by the hour: it counts from the beginning of this hour."),
    )
    ends_at = models.DateTimeField(_("until"), help_text=_("Up to the end of this hour."))
    network = LineField(
        _("network"),
        max_length=16,
        blank=True,
        help_text=_("Its number for these two days; it cannot be led back to an address."),
    )
    reason = LineField(
        _("reason"),
        max_length=300,
        help_text=_("Published on the statistics page. Name what happened, never a person or an address."),
    )
    visitors = models.PositiveBigIntegerField(_("visitors struck out"), editable=False)
    visits = models.PositiveBigIntegerField(_("visits struck out"), editable=False)
    views = models.PositiveBigIntegerField(_("page views struck out"), editable=False)
    by_day = models.JSONField(_("by day"), editable=False, help_text=_("Visitors, visits and page views of each day."))
    record_before = models.PositiveIntegerField(_("record before"), editable=False)
    record_after = models.PositiveIntegerField(_("record after"), editable=False)
    struck_by = LineField(_("struck out by"), max_length=150, editable=False)
    struck_at = models.DateTimeField(_("struck out at"), editable=False)

    class Meta:
        verbose_name = _("correction of the statistics")
        verbose_name_plural = _("corrections of the statistics")
        default_permissions = ("add", "view")
        ordering = ["-struck_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("begins_at")),
                name="visitors_strike_span",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.reason
