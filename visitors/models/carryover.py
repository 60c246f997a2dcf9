"""What was counted before this portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class Carryover(models.Model):
    """The visits an earlier portal had counted. Entered once; nobody can change it afterwards."""

    commune = CommuneKey()
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

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("visits of the earlier portal")
        verbose_name_plural = _("visits of the earlier portal")
        constraints = [
            models.UniqueConstraint(
                fields=["commune"],
                name="visitors_carryover_once",
                violation_error_message=_("The visits of the earlier portal have already been entered."),
            )
        ]

    def __str__(self) -> str:
        return self.origin
