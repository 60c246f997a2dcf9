"""Where the blocks of a commune's home page stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class PlacementQuerySet(CommuneQuerySet["Placement"]):
    def keep(self, placements: list[Placement]) -> None:
        """Store where blocks stand, over what was stored of them before."""
        self.bulk_create(
            placements, update_conflicts=True, unique_fields=["commune", "key"], update_fields=["position", "is_shown"]
        )


class Placement(models.Model):
    """What an administrator decided of one block; a block without a row stands where a new portal has it."""

    commune = CommuneKey()
    key = LineField(_("block"), max_length=60, editable=False, help_text=_("The name its feature gives to the block."))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(
        _("shown"), default=True, help_text=_("A block that has nothing to show is left out by itself.")
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("block of the home page")
        verbose_name_plural = _("blocks of the home page")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "key"],
                name="home_placement_key_unique",
                violation_error_message=_("This block has a place already."),
            ),
        )

    def __str__(self) -> str:
        return self.key
