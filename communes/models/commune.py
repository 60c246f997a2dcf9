"""The administrative units that the deployment serves; each has a portal of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from textfields import LineField, SlugField
from vietnamese import slugify

if TYPE_CHECKING:
    from communes.models.identity import SiteIdentity


class Kind(models.TextChoices):
    """The units of the two levels there have been since July 2025, and the districts dissolved then."""

    COMMUNE = "commune", _("commune")
    WARD = "ward", _("ward")
    SPECIAL_ZONE = "special_zone", _("special zone")
    FORMER_DISTRICT = "former_district", _("former district")
    PROVINCE = "province", _("province")


class State(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open")
    READ_ONLY = "read_only", _("read-only")


class CommuneListQuerySet(models.QuerySet["Commune"]):
    def for_member(self, user_id: int) -> CommuneListQuerySet:
        """Where the person works today, by name."""
        from communes.models.membership import Membership

        return self.filter(pk__in=Membership.objects.current().filter(user=user_id).values("commune")).order_by("name")


class Commune(models.Model):
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.COMMUNE)
    code = LineField(
        _("code"),
        max_length=10,
        blank=True,
        help_text=_("The unit's number in the national list of administrative units. Digits only."),
    )
    name = LineField(_("name"), max_length=120, help_text=_("With its kind, for example: Xã An Hòa."))
    slug = SlugField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("Made from the name. Stands where the commune is named in lists, files and commands."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text=_("The province, of a commune; empty for a portal that stands alone."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        default=State.OPEN,
        help_text=_("Citizens see a portal that is open or read-only. Nobody writes in a read-only one."),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True, help_text=_("First day of the portal."))
    storage_limit = models.PositiveSmallIntegerField(
        _("room for pictures and documents"),
        null=True,
        blank=True,
        help_text=_("In GB. Empty: as the operator set it for all communes; 0: no limit."),
    )
    shows_first_steps = models.BooleanField(
        _("shows the first steps"),
        default=True,
        db_default=True,
        editable=False,
        help_text=_("On the work desk, as long as one of them is not done."),
    )

    objects = CommuneListQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["slug"],
                name="communes_commune_slug_unique",
                violation_error_message=_("Another commune already has this short name."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="communes_commune_code_unique",
                violation_error_message=_("Another commune already has this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]*$"),
                name="communes_commune_code_digits",
                violation_error_message=_("A code has digits only."),
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="communes_commune_not_its_own_parent",
                violation_error_message=_("A commune does not belong to itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values) & models.Q(state__in=State.values),
                name="communes_commune_known",
                violation_error_message=_("Unknown kind or state."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name, max_length=60)

    @cached_property
    def site(self) -> SiteIdentity:
        """The identity of its portal; an unsaved one with the commune's name before it is written."""
        from communes.models.identity import SiteIdentity

        try:
            return self.identity
        except ObjectDoesNotExist:
            return SiteIdentity(commune=self, name=self.name)

    @cached_property
    def origin(self) -> str:
        """Where people reach its portal, for mails and files that no request leads to: https://xa-an-hoa.vn."""
        public = urlsplit(settings.PUBLIC_URL)
        main = next((host.name for host in self.hosts.all() if host.is_main), None)
        if main is None:
            return settings.PUBLIC_URL
        return f"{public.scheme}://{main}" + (f":{public.port}" if public.port else "")


def place_names() -> list[str]:
    """What the communes and their agencies are called: words that a password shall not be made of."""
    names = Commune.objects.values_list("name", "slug", "identity__agency", "identity__name")
    return [name for row in names for name in row if name]
