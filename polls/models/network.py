"""Networks that many people share."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from serving.clientaddress import Address
from textfields import LineField


class NetworkAllowanceQuerySet(CommuneQuerySet["NetworkAllowance"]):
    """The shared networks of a commune."""


class NetworkAllowance(models.Model):
    commune = CommuneKey()
    network = LineField(
        _("network"),
        max_length=43,
        help_text=_("An address or a range, e.g. 203.0.113.7 or 203.0.113.0/24."),
    )
    label = LineField(_("whose"), max_length=150, help_text=_("E.g. the commune's office, a school, a mobile carrier."))
    free_ballots = models.PositiveIntegerField(
        _("free ballots"),
        default=200,
        help_text=_("Per address, poll and day, counted without a proof."),
    )
    proven_ballots = models.PositiveIntegerField(
        _("proven ballots"),
        default=2000,
        help_text=_("Per address, poll and day, counted after a computation; ballots beyond wait in quarantine."),
    )

    objects = NetworkAllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared network")
        verbose_name_plural = _("shared networks")
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                name="polls_networkallowance_commune_network",
                fields=["commune", "network"],
                violation_error_message=_("This network is in the list already."),
            ),
            models.CheckConstraint(
                name="polls_networkallowance_budgets",
                condition=Q(proven_ballots__gte=F("free_ballots")),
                violation_error_message=_("There must be at least as many proven ballots as free ones."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.network})"

    @staticmethod
    def covering(allowances: Iterable[NetworkAllowance], address: Address) -> NetworkAllowance | None:
        """The narrowest of the allowances whose network holds the address."""
        covering = [allowance for allowance in allowances if address in ip_network(allowance.network)]
        return max(covering, key=lambda allowance: ip_network(allowance.network).prefixlen, default=None)

    def clean(self) -> None:
        try:
            self.network = str(ip_network((self.network or "").strip(), strict=False))
        except ValueError:
            message = gettext("Write an address such as 203.0.113.7 or a range such as 203.0.113.0/24.")
            raise ValidationError({"network": message}) from None
        if None not in (self.free_ballots, self.proven_ballots) and self.proven_ballots < self.free_ballots:
            message = gettext("There must be at least as many proven ballots as free ones.")
            raise ValidationError({"proven_ballots": message})
