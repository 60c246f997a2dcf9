"""Offices: the parts of a commune's administration, and what stands beside it, as a tree."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from offices.models.slugs import free_slug
from offices.telephones import validate_telephone
from textfields import EmailField, LineField, MultilineField, SlugField


class Kind(models.TextChoices):
    LEADERSHIP = "leadership", _("leadership")
    COUNCIL = "council", _("people's council")
    COMMITTEE = "committee", _("people's committee")
    DEPARTMENT = "department", _("department")
    ONE_STOP = "one-stop", _("one-stop centre")
    FRONT = "front", _("fatherland front and mass organisations")
    POLICE = "police", _("police")
    MILITARY = "military", _("military command")
    SCHOOL = "school", _("school")
    HEALTH = "health", _("health station")
    SERVICE = "service", _("public service unit")
    OTHER = "other", _("other")


class OfficeQuerySet(CommuneQuerySet["Office"]):
    def shown(self) -> OfficeQuerySet:
        """Offices that citizens see."""
        return self.filter(is_shown=True)

    def one_stop(self) -> Office | None:
        """The one-stop centre, where citizens hand in their papers."""
        return self.shown().filter(is_one_stop=True).first()

    def called(self, kinds: Collection[str]) -> OfficeQuerySet:
        """Offices with a telephone: the one-stop centre, then those of the `kinds`."""
        wanted = self.filter(Q(is_one_stop=True) | Q(kind__in=kinds)).exclude(telephone="")
        return wanted.order_by("-is_one_stop", "position", "pk")


class Office(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=150, help_text=_("In full, as on the sign at the door."))
    slug = SlugField(
        _("address"),
        max_length=80,
        blank=True,
        help_text=_(
            "Part of the address of its page. Left empty, it is made from the name. It stays when the name changes."
        ),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.DEPARTMENT, help_text=_("What sort of office it is.")
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text=_("The office directly above it. Empty: it stands at the top."),
    )
    duties = MultilineField(
        _("duties"), blank=True, help_text=_("What it does for citizens, in a few plain sentences. A line for each.")
    )
    address = LineField(
        _("place"), max_length=250, blank=True, help_text=_("Where citizens find it: building, room, street.")
    )
    telephone = LineField(
        _("telephone"),
        max_length=30,
        blank=True,
        validators=[validate_telephone],
        help_text=_("The number of the office, one only. No private number."),
    )
    email = EmailField(_("e-mail"), blank=True, help_text=_("The address of the office. No private address."))
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        help_text=_("Smaller numbers come first among the offices at the same place of the tree."),
    )
    is_one_stop = models.BooleanField(
        _("one-stop centre"),
        default=False,
        help_text=_("This is where citizens hand in their papers. One office alone is."),
    )
    is_shown = models.BooleanField(
        _("shown"), default=True, help_text=_("Off: citizens see neither the office nor the posts in it.")
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="offices_office_slug_unique",
                fields=["commune", "slug"],
                violation_error_message=_("Another office already has this address."),
            ),
            models.UniqueConstraint(
                name="offices_office_one_one_stop",
                fields=["commune"],
                condition=Q(is_one_stop=True),
                violation_error_message=_("Another office is the one-stop centre already."),
            ),
            models.CheckConstraint(
                name="offices_office_slug_present",
                condition=~Q(slug=""),
                violation_error_message=_("An office needs an address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("offices:office_detail", args=[self.slug])

    def clean(self) -> None:
        self.slug = self.slug or free_slug(self, self.name)
        if self.pk and self.parent_id and self._stands_above(self.parent_id):
            message = gettext("“%(name)s” stands below this office already. An office cannot stand under itself.")
            raise ValidationError({"parent": message % {"name": self.parent}})
        if self.is_one_stop:
            self._clean_one_stop()

    def _clean_one_stop(self) -> None:
        other = Office.objects.of(self.commune_id).filter(is_one_stop=True).exclude(pk=self.pk).first()
        if other:
            message = gettext("“%(name)s” is the one-stop centre already. Take the mark from it first.")
            raise ValidationError({"is_one_stop": message % {"name": other}})

    def _stands_above(self, office_id: int) -> bool:
        """Whether `office_id` is this office or one below it."""
        parents = dict(Office.objects.of(self.commune_id).values_list("pk", "parent_id"))
        above: Any = office_id
        while above is not None and above != self.pk:
            above = parents.pop(above, None)
        return above is not None
