"""What the public pages show of the numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet


class Display(models.Model):
    """What of the numbers the public pages show."""

    commune = CommuneKey()
    shows_page_views = models.BooleanField(
        _("show views on pages"),
        default=False,
        help_text=_("Prints under an article how often it has been opened. Takes effect within a minute."),
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("display of the numbers")
        verbose_name_plural = _("display of the numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["commune"],
                name="visitors_display_once",
                violation_error_message=_("There is one set of display options."),
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
