"""The names under which a commune's portal is reached."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.models.commune import Commune
from textfields import LineField

# RFC 1123, section 2.1, and RFC 5891: letters, digits and hyphens; other scripts in their xn-- form.
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def normal_host(text: str) -> str:
    """The name as the Host header will spell it: small letters, ASCII, no port and no dot at the end.

    Raises ValidationError for what no host can be called.
    """
    name = text.strip().lower().removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValidationError(_("“%(name)s” is no name of a host."), params={"name": text}) from None
    if len(name) > 253 or not HOST_NAME.fullmatch(name):
        raise ValidationError(
            _("“%(name)s” is no name of a host: letters, digits and hyphens between dots, without https:// and port."),
            params={"name": text},
        )
    return name


class Host(models.Model):
    name = LineField(
        _("host"),
        max_length=253,
        help_text=_("For example xa-an-hoa.example.gov.vn, without https://, port and path."),
    )
    commune = models.ForeignKey(Commune, verbose_name=_("commune"), on_delete=models.CASCADE, related_name="hosts")
    is_main = models.BooleanField(
        _("main host"), default=False, help_text=_("Every other host of the commune leads visitors here.")
    )

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ("-is_main", "name")
        constraints = (
            models.UniqueConstraint(
                fields=["name"],
                name="communes_host_name_unique",
                violation_error_message=_("This host already belongs to a commune."),
            ),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(is_main=True),
                name="communes_host_one_main",
                violation_error_message=_("The commune already has a main host."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z0-9.-]+$"),
                name="communes_host_name_normal",
                violation_error_message=_("A host is written in small letters, without port."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.name = normal_host(self.name)
        except ValidationError as error:
            raise ValidationError({"name": error}) from None
