"""What was taken out of the statistics, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class Scope(models.TextChoices):
    """What a correction takes out of the statistics."""

    SPAN = "span", _("Everything counted in a span of time")
    NETWORK = "network", _("Everything counted from one network")
    RECORD = "record", _("Only how many were online at once (a wrong record)")


class Strike(models.Model):
    """One correction of the statistics. Append-only: the database refuses to change or delete it."""

    commune = CommuneKey()
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

    objects = CommuneQuerySet.as_manager()

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
