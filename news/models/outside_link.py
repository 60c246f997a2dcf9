"""Addresses of other servers that the rest of the portal leads to: its menus, its links to agencies."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from news.models.link import CheckedQuerySet, Problem, reason_of
from textfields import LineField


class OutsideLinkQuerySet(CheckedQuerySet, CommuneQuerySet):
    def broken(self) -> OutsideLinkQuerySet:
        """Links that failed on two different days."""
        return self.filter(~Q(problem=""), is_ignored=False, failed_since__lt=F("failed_last"))


class OutsideLink(models.Model):
    """One address in one place. The check writes the rows from what the sections name, every night anew."""

    commune = CommuneKey()
    address = LineField(_("address"), max_length=1000, help_text=_("Where it leads."))
    title = LineField(_("title"), max_length=250, help_text=_("What citizens read."))
    form = models.CharField(_("form"), max_length=200, help_text=_("Where staff mend it."))
    checked_at = models.DateTimeField(_("looked at"), null=True, help_text=_("When it was last looked at."))
    problem = models.CharField(
        _("problem"), max_length=12, choices=Problem.choices, blank=True, help_text=_("Empty while it answers.")
    )
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, help_text=_("The number the other server answered with.")
    )
    failed_since = models.DateField(_("fails since"), null=True, help_text=_("The first day it was found to fail."))
    failed_last = models.DateField(_("failed last"), null=True, help_text=_("The last day it was found to fail."))
    is_ignored = models.BooleanField(
        _("ignored"), default=False, help_text=_("An editor has looked at it and lets it stand.")
    )

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("broken link beside the articles")
        verbose_name_plural = _("broken links beside the articles")
        ordering = ("-failed_since", "id")
        constraints = (
            models.UniqueConstraint(fields=["commune", "form", "address"], name="news_outsidelink_once_a_form"),
            models.CheckConstraint(
                condition=Q(problem="", failed_since=None, failed_last=None)
                | (~Q(problem="") & Q(failed_since__lte=F("failed_last"))),
                name="news_outsidelink_problem_has_days",
            ),
        )

    def __str__(self) -> str:
        return self.address

    @property
    def reason(self) -> str:
        return reason_of(self)
