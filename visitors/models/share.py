"""How a day or a month is divided among pages, sources, devices and so on: numbers only, kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
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


class DayShare(models.Model):
    """How much of a day belongs to one value of a dimension. The empty value stands for the rest."""

    pk = models.CompositePrimaryKey("commune", "day", "dimension", "value")
    commune = CommuneKey()
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    dimension = models.PositiveSmallIntegerField(
        _("dimension"), choices=Dimension.choices, help_text=_("By what the day is broken down.")
    )
    value = LineField(_("value"), max_length=200, blank=True, help_text=_("Empty: everything else."))
    total = models.PositiveBigIntegerField(_("total"), help_text=_("Views, visits or requests, by dimension."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a day")
        verbose_name_plural = _("shares of a day")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day} {self.get_dimension_display()}: {self.value}"


class MonthShare(models.Model):
    """The shares of a closed month, so that two years read no more rows than two months."""

    pk = models.CompositePrimaryKey("commune", "month", "dimension", "value")
    commune = CommuneKey()
    month = models.DateField(_("month"), help_text=_("Its first day."))
    dimension = models.PositiveSmallIntegerField(
        _("dimension"), choices=Dimension.choices, help_text=_("By what the month is broken down.")
    )
    value = LineField(_("value"), max_length=200, blank=True, help_text=_("Empty: everything else."))
    total = models.PositiveBigIntegerField(_("total"), help_text=_("Views, visits or requests, by dimension."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a month")
        verbose_name_plural = _("shares of a month")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_dimension_display()}: {self.value}"
