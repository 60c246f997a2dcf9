"""What one neighbourhood has added, so that it can be struck out: keyed hashes, emptied within two days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class Trace(models.Model):
    """What one neighbourhood has added to an hour and page. Deleted with the hashes, after two days."""

    pk = models.CompositePrimaryKey("commune", "network", "hour_at", "page")
    # Written with every batch, emptied by the clock: without a check of the database.
    commune = CommuneKey(db_constraint=False)
    network = models.BigIntegerField(_("network"), help_text=_("A keyed hash of the neighbourhood."))
    hour_at = models.DateTimeField(_("hour"), help_text=_("Its beginning."))
    page = LineField(_("page"), max_length=200, blank=True, help_text=_("Page key, or path. Empty: the rest."))
    visitors = models.PositiveBigIntegerField(_("visitors"), help_text=_("First signs of people on that day."))
    visits = models.PositiveBigIntegerField(_("visits"), help_text=_("Visits begun in this hour."))
    views = models.PositiveBigIntegerField(_("page views"), help_text=_("How often the page was opened."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("trace of a network")
        verbose_name_plural = _("traces of networks")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.network:x} {self.hour_at:%Y-%m-%d %H:00}"


class StruckNetwork(models.Model):
    """A neighbourhood that has been struck out: nothing of it counts under this hash any more."""

    pk = models.CompositePrimaryKey("commune", "network")
    commune = CommuneKey()
    network = models.BigIntegerField(_("network"), help_text=_("A keyed hash."))
    struck_at = models.DateTimeField(_("struck out at"), help_text=_("Deleted two days later."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("network struck out")
        verbose_name_plural = _("networks struck out")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.network:x}"
