"""What browsers refused to load or to run on a commune's pages, by the content security policy."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField


class PolicyReport(models.Model):
    """One kind of refusal on one day. Nothing of who met it: no address, no browser, no query of the page."""

    commune = CommuneKey()
    day = models.DateField(_("day"), help_text=_("When browsers reported it."))
    page = LineField(_("page"), max_length=200, help_text=_("The address of the page, without what follows a “?”."))
    directive = LineField(_("rule"), max_length=40, help_text=_("The directive of the policy that refused it."))
    blocked = LineField(
        _("refused"), max_length=253, help_text=_("The host it came from; “inline” for a part of the page itself.")
    )
    count = models.PositiveIntegerField(
        _("reports"), default=1, help_text=_("At least so many: only some are noted in a minute.")
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a browser")
        verbose_name_plural = _("reports of browsers")
        default_permissions = ("view",)
        ordering = ("-day", "-count", "page")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "day", "page", "directive", "blocked"],
                name="communes_policyreport_once",
                violation_error_message=_("This report was noted already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.directive}: {self.blocked}, {self.page}"
