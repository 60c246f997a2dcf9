"""What lies in the trash: one row for each thing of any kind, while it lies there."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField

# After this the clock deletes it for good.
KEPT_FOR = timedelta(days=30)


class TrashItemQuerySet(CommuneQuerySet["TrashItem"]):
    def due(self, at: datetime) -> TrashItemQuerySet:
        """What has lain in the trash long enough at the moment `at`; the oldest first, as a page lies before those above it."""
        return self.filter(trashed_at__lte=at - KEPT_FOR).order_by("trashed_at", "id")


class TrashItem(models.Model):
    commune = CommuneKey()
    # The model in whose admin it was thrown away, as Django names it: "pages.page".
    kind = LineField(_("kind"), max_length=60, help_text=_("What it is."))
    title = LineField(_("title"), max_length=250, help_text=_("What it was called when it was thrown away."))
    reason = LineField(
        _("reason"), max_length=200, help_text=_("In a few words; colleagues who look for it read this.")
    )
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("thrown away by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who threw it away."),
    )
    trashed_at = models.DateTimeField(_("thrown away"), auto_now_add=True, help_text=_("When it was thrown away."))

    objects = TrashItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing in the trash")
        verbose_name_plural = _("things in the trash")
        ordering = ("-trashed_at", "-id")
        # Whoever may throw something away finds it here; deleting it for good is a right of its own.
        default_permissions = ("delete",)
        indexes = (models.Index(fields=["commune", "-trashed_at"], name="trash_trashitem_commune"),)

    def __str__(self) -> str:
        return self.title

    @property
    def kind_name(self) -> str:
        """What it is, in a word; its technical name when the feature is gone."""
        try:
            return str(apps.get_model(self.kind)._meta.verbose_name)
        except (LookupError, ValueError):
            return self.kind

    @property
    def goes_at(self) -> datetime:
        """When the clock deletes it."""
        return self.trashed_at + KEPT_FOR
