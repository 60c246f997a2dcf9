"""What the portal leads to beside its menus: services, banners, agencies, its own places in social networks."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from library.models import Picture
from menus.addresses import (
    STORED,
    STORED_OUTSIDE,
    in_form,
    validate_address,
    validate_outside_address,
    without_own_host,
)
from menus.icons import SERVICE_ICONS
from textfields import LineField


class ShownQuerySet(CommuneQuerySet):
    def shown(self) -> ShownQuerySet:
        """What citizens see, in its order."""
        return self.filter(is_shown=True).order_by("position", "id")


class BannerQuerySet(ShownQuerySet):
    def current(self, at: datetime | None = None) -> BannerQuerySet:
        """Banners that citizens see at the moment `at` (default: now), in their order."""
        day = timezone.localdate(at or timezone.now())
        begun = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.shown().filter(begun, Q(ends_on=None) | Q(ends_on__gte=day))


class Service(models.Model):
    """One of the ways that citizens take most, in the strip under the lead of the home page."""

    commune = CommuneKey()
    title = LineField(_("title"), max_length=60, help_text=_("What a citizen comes for, for example: Khai sinh."))
    line = LineField(_("line"), max_length=120, blank=True, help_text=_("One line below the title."))
    icon = models.CharField(
        _("icon"),
        max_length=12,
        choices=[(key, icon.title) for key, icon in SERVICE_ICONS.items()],
        default="paper",
        help_text=_("The drawing beside the title."),
    )
    target = models.CharField(
        _("page of the portal"),
        max_length=200,
        blank=True,
        help_text=_("When the page gets another address, the link follows by itself."),
    )
    address = LineField(
        _("or an address"),
        max_length=500,
        blank=True,
        validators=[validate_address],
        help_text=_("A path of this portal, such as /thong-bao/, or an address of another site with https://."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Citizens see it."))

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services on the home page")
        ordering = ("position", "id")
        indexes = (models.Index(fields=["commune", "position"], name="menus_service_order"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(target="", address__gt="") | Q(target__gt="", address=""),
                name="menus_service_one_target",
                violation_error_message=_("Choose a page or type an address: one of the two."),
            ),
            models.CheckConstraint(
                condition=in_form("address", STORED),
                name="menus_service_address_form",
                violation_error_message=_("This address cannot stand in a link."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self.address = without_own_host(self.address, self.commune_id)
        if bool(self.target) == bool(self.address):
            raise ValidationError({"target": _("Choose a page or type an address: one of the two.")})


class Banner(models.Model):
    """A picture that leads somewhere, for a time."""

    commune = CommuneKey()
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("From the picture library. Wide pictures suit best: about four times as wide as high."),
    )
    alt = LineField(
        _("text of the banner"),
        max_length=250,
        help_text=_(
            "Stands below the picture and says where it leads: what is written in a picture, not everybody can read."
        ),
    )
    target = models.CharField(
        _("page of the portal"),
        max_length=200,
        blank=True,
        help_text=_("When the page gets another address, the link follows by itself."),
    )
    address = LineField(
        _("or an address"),
        max_length=500,
        blank=True,
        validators=[validate_address],
        help_text=_("A path of this portal, such as /thong-bao/, or an address of another site with https://."),
    )
    starts_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("The first day it is shown. Empty: at once.")
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day it is shown. Empty: until you take it away.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Citizens see it."))

    objects = BannerQuerySet.as_manager()

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        ordering = ("position", "id")
        indexes = (models.Index(fields=["commune", "position"], name="menus_banner_order"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="menus_banner_has_alt",
                violation_error_message=_("Write where the banner leads."),
            ),
            models.CheckConstraint(
                condition=Q(target="", address__gt="") | Q(target__gt="", address=""),
                name="menus_banner_one_target",
                violation_error_message=_("Choose a page or type an address: one of the two."),
            ),
            models.CheckConstraint(
                condition=in_form("address", STORED),
                name="menus_banner_address_form",
                violation_error_message=_("This address cannot stand in a link."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="menus_banner_ends_after_start",
                violation_error_message=_("The banner would end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.alt

    def clean(self) -> None:
        self.address = without_own_host(self.address, self.commune_id)
        errors = {}
        if bool(self.target) == bool(self.address):
            errors["target"] = _("Choose a page or type an address: one of the two.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = _("The banner would end before it begins.")
        if errors:
            raise ValidationError(errors)


class Agency(models.Model):
    """An agency or site of the state that the portal links to."""

    commune = CommuneKey()
    title = LineField(_("title"), max_length=120, help_text=_("The name of the agency or of its site."))
    address = LineField(
        _("address"),
        max_length=500,
        validators=[validate_outside_address],
        help_text=_("The whole address of its site, with https://. Every night the portal looks whether it answers."),
    )
    heading = LineField(
        _("heading"),
        max_length=80,
        blank=True,
        help_text=_("Links with the same heading stand together, for example: Cơ quan cấp tỉnh."),
    )
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("A small picture or emblem from the library, if you like. The title is shown in any case."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Citizens see it."))

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to an agency")
        verbose_name_plural = _("links to agencies")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "address"],
                name="menus_agency_address_unique",
                violation_error_message=_("This address is among the links already."),
            ),
            models.CheckConstraint(
                condition=in_form("address", STORED_OUTSIDE),
                name="menus_agency_address_form",
                violation_error_message=_("Type the whole address of the page, beginning with https://."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Network(models.TextChoices):
    FACEBOOK = "facebook", "Facebook"
    ZALO = "zalo", "Zalo"
    YOUTUBE = "youtube", "YouTube"
    TIKTOK = "tiktok", "TikTok"


NETWORK_HOSTS = {
    Network.FACEBOOK: ("facebook.com", "fb.com"),
    Network.ZALO: ("zalo.me",),
    Network.YOUTUBE: ("youtube.com", "youtu.be"),
    Network.TIKTOK: ("tiktok.com",),
}


class SocialLink(models.Model):
    """The commune's own place in a social network: a plain link, nothing of the network is loaded."""

    commune = CommuneKey()
    network = models.CharField(
        _("network"), max_length=8, choices=Network.choices, help_text=_("Its name and its icon are shown.")
    )
    address = LineField(
        _("address"),
        max_length=500,
        validators=[validate_outside_address],
        help_text=_("The whole address of your page there, with https://."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Citizens see it."))

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name = _("page in a social network")
        verbose_name_plural = _("pages in social networks")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "address"],
                name="menus_sociallink_address_unique",
                violation_error_message=_("This address is among the links already."),
            ),
            models.CheckConstraint(
                condition=in_form("address", STORED_OUTSIDE),
                name="menus_sociallink_address_form",
                violation_error_message=_("Type the whole address of the page, beginning with https://."),
            ),
        )

    def __str__(self) -> str:
        return self.get_network_display()

    def clean(self) -> None:
        hosts = NETWORK_HOSTS.get(self.network)
        host = urlsplit(self.address).hostname or ""
        if hosts and not any(host == name or host.endswith(f".{name}") for name in hosts):
            raise ValidationError({"address": _("This is not an address of the chosen network.")})
