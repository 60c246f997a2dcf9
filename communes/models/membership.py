"""Who works where: a group of rights, held in one commune for a time."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models.commune import Commune


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships in force on the day `on` (default: today)."""
        on = on or timezone.localdate()
        return self.filter(Q(begins_on=None) | Q(begins_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))


class Membership(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
        help_text=_("Who works there."),
    )
    commune = models.ForeignKey(
        Commune,
        verbose_name=_("commune"),
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text=_("Where the rights hold."),
    )
    group = models.ForeignKey(
        Group,
        verbose_name=_("group"),
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text=_("What the person may do there."),
    )
    begins_on = models.DateField(_("from"), null=True, blank=True, help_text=_("First day; empty: at once."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Last day; empty: open."))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("commune__name", "group__name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "commune", "group"],
                name="communes_membership_once",
                violation_error_message=_("This person already has this group in this commune."),
            ),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="communes_membership_ends_after_beginning",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.group}, {self.commune}"
