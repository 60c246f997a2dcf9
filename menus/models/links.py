"""What the portal leads to beside its menus: services, banners, agencies, its own places in social networks."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
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


class ShownLink(models.Model):
    """One of a list of links, which an editor orders and of which citizens see those that are shown."""

    commune = CommuneKey()
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Citizens see it."))

    objects = ShownQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("position", "id")


class TargetLink(ShownLink):
    """A link to a page of the portal or to an address: one of the two."""

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

    class Meta(ShownLink.Meta):
        abstract = True

    def clean(self) -> None:
        self.address = without_own_host(self.address, self.commune_id)
        if problems := self.problems():
            raise ValidationError(problems)

    def problems(self) -> dict[str, Promise]:
        """What is wrong with the fields together, at the field where it is put right."""
        if bool(self.target) == bool(self.address):
            return {"target": _("Choose a page or type an address: one of the two.")}
        return {}


def one_target(table: str) -> tuple[models.CheckConstraint, ...]:
    """What every table of a `TargetLink` promises."""
    return (
        models.CheckConstraint(
            condition=Q(target="", address__gt="") | Q(target__gt="", address=""),
            name=f"{table}_one_target",
            violation_error_message=_("Choose a page or type an address: one of the two."),
        ),
        models.CheckConstraint(
            condition=in_form("address", STORED),
            name=f"{table}_address_form",
            violation_error_message=_("This address cannot stand in a link."),
        ),
    )


def own_address(table: str) -> tuple[models.BaseConstraint, ...]:
    """What every table of links with an address alone promises: one of another site, once in a commune."""
    return (
        models.UniqueConstraint(
            fields=["commune", "address"],
            name=f"{table}_address_unique",
            violation_error_message=_("This address is among the links already."),
        ),
        models.CheckConstraint(
            condition=in_form("address", STORED_OUTSIDE),
            name=f"{table}_address_form",
            violation_error_message=_("Type the whole address of the page, beginning with https://."),
        ),
    )


class Service(TargetLink):
    """One of the ways that citizens take most, in the strip under the lead of the home page."""

    title = LineField(_("title"), max_length=60, help_text=_("What a citizen comes for, for example: Khai sinh."))
    line = LineField(_("line"), max_length=120, blank=True, help_text=_("One line below the title."))
    icon = models.CharField(
        _("icon"),
        max_length=12,
        choices=[(key, icon.title) for key, icon in SERVICE_ICONS.items()],
        default="paper",
        help_text=_("The drawing beside the title."),
    )

    class Meta(ShownLink.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services on the home page")
        indexes = (models.Index(fields=["commune", "position"], name="menus_service_order"),)
        constraints = one_target("menus_service")

    def __str__(self) -> str:
        return self.title


class Banner(TargetLink):
    """A picture that leads somewhere, for a time."""

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
    starts_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("The first day it is shown. Empty: at once.")
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day it is shown. Empty: until you take it away.")
    )
    objects = BannerQuerySet.as_manager()

    class Meta(ShownLink.Meta):
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        indexes = (models.Index(fields=["commune", "position"], name="menus_banner_order"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="menus_banner_has_alt",
                violation_error_message=_("Write where the banner leads."),
            ),
            *one_target("menus_banner"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="menus_banner_ends_after_start",
                violation_error_message=_("The banner would end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.alt

    def problems(self) -> dict[str, Promise]:
        found = super().problems()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            found["ends_on"] = _("The banner would end before it begins.")
        return found


class Agency(ShownLink):
    """An agency or site of the state that the portal links to."""

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

    class Meta(ShownLink.Meta):
        verbose_name = _("link to an agency")
        verbose_name_plural = _("links to agencies")
        constraints = own_address("menus_agency")

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


class SocialLink(ShownLink):
    """The commune's own place in a social network: a plain link, nothing of the network is loaded."""

    network = models.CharField(
        _("network"), max_length=8, choices=Network.choices, help_text=_("Its name and its icon are shown.")
    )
    address = LineField(
        _("address"),
        max_length=500,
        validators=[validate_outside_address],
        help_text=_("The whole address of your page there, with https://."),
    )

    class Meta(ShownLink.Meta):
        verbose_name = _("page in a social network")
        verbose_name_plural = _("pages in social networks")
        constraints = own_address("menus_sociallink")

    def __str__(self) -> str:
        return self.get_network_display()

    def clean(self) -> None:
        hosts = NETWORK_HOSTS.get(self.network)
        host = urlsplit(self.address).hostname or ""
        if hosts and not any(host == name or host.endswith(f".{name}") for name in hosts):
            raise ValidationError({"address": _("This is not an address of the chosen network.")})
