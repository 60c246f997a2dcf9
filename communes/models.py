"""Who the portal belongs to."""

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

from textfields import EmailField, LineField


class SiteIdentityQuerySet(models.QuerySet["SiteIdentity"]):
    def current(self) -> "SiteIdentity":
        """The portal's identity, at most IDENTITY_SECONDS old; an unsaved blank one before it is written."""
        return cache.get_or_set(IDENTITY_KEY, self._first_or_blank, IDENTITY_SECONDS)

    def _first_or_blank(self) -> "SiteIdentity":
        identity = self.first() or SiteIdentity()
        # A lazy translation would be made anew whenever the cache hands it out.
        identity.name = str(identity.name)
        return identity


# Every page names its owner, and the owner changes once in a decade.
IDENTITY_KEY = "communes:identity"
IDENTITY_SECONDS = 5


class SiteIdentity(models.Model):
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
    reuse_notice = LineField(
        _("reuse notice"),
        max_length=300,
        blank=True,
        help_text=_("How others must name the source when they publish the portal's information again."),
    )

    objects = SiteIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="communes_siteidentity_single",
                violation_error_message=_("The portal has one identity; change the existing one."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Save as the only row and show it at once in this process; others follow within IDENTITY_SECONDS."""
        self.pk = 1
        super().save(*args, **kwargs)
        cache.delete(IDENTITY_KEY)
