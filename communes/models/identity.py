"""How the portal of a commune names itself, and its colours."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from communes import colours
from communes.models.commune import Commune
from textfields import EmailField, LineField, UrlField


class SiteIdentity(models.Model):
    commune = models.OneToOneField(
        Commune, verbose_name=_("commune"), on_delete=models.CASCADE, related_name="identity", editable=False
    )
    name = LineField(
        _("name of the portal"),
        max_length=200,
        default=_("Electronic information portal"),
        help_text=_("Stands in the header and in the title of every page."),
    )
    agency = LineField(
        _("governing agency"),
        max_length=200,
        blank=True,
        help_text=_("Stands above the name, for example the People's Committee of the commune."),
    )
    responsible_editor = LineField(
        _("responsible editor"),
        max_length=200,
        blank=True,
        help_text=_("Full name and office of the person responsible for the content."),
    )
    address = LineField(_("address"), max_length=300, blank=True, help_text=_("Where citizens find the agency."))
    phone = LineField(_("telephone"), max_length=100, blank=True, help_text=_("Stands in the footer."))
    email = EmailField(_("e-mail"), blank=True, help_text=_("Citizens' feedback goes here; stands in the footer."))
    security_email = EmailField(
        _("e-mail for reports of weaknesses"),
        blank=True,
        help_text=_(
            "Whoever finds a weakness of the portal writes here; stands in /.well-known/security.txt. "
            "Empty: the e-mail above."
        ),
    )
    map_url = UrlField(
        _("map"),
        max_length=500,
        blank=True,
        help_text=_("The address of a map that shows the agency. Empty: the address is looked up on OpenStreetMap."),
    )
    reuse_notice = LineField(
        _("reuse notice"),
        max_length=300,
        blank=True,
        help_text=_("How others must name the source when they publish the portal's information again."),
    )
    colour = LineField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[colours.validate_colour],
        help_text=_("Of the masthead, buttons and links, as #RRGGBB. White text must be readable on it. Empty: red."),
    )

    factor_grace_days = models.PositiveSmallIntegerField(
        _("days to set up a second factor"),
        default=30,
        db_default=30,
        validators=[MaxValueValidator(365)],
        help_text=_(
            "Whoever may publish, manage people or see ballots signs in with two steps. So many days after their "
            "first sign-in they must have set up the second one; 0: at once."
        ),
    )

    takes_more_documents = models.BooleanField(
        _("other kinds of documents"),
        default=False,
        db_default=False,
        help_text=_(
            "Lets editors attach .doc, .xls, .ppt, .pptx, .odt, .rtf and .zip beside PDF, DOCX and XLSX, as downloads. "
            "Citizens are served better by text on the page or a PDF, which every phone opens."
        ),
    )

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Written out: a lazy translation would be made anew on every page.
        self.name = str(self.name)
        super().save(*args, **kwargs)
