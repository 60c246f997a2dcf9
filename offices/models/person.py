"""People who hold posts. What the portal says of them is what their office is for, and no more.

No birthday, no private number or address, no party data: there is no column for them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from offices.models.slugs import free_slug
from offices.telephones import validate_telephone
from textfields import EmailField, LineField, SlugField
from vietnamese import name_sort_text


class PersonQuerySet(CommuneQuerySet["Person"]):
    def shown(self) -> PersonQuerySet:
        """People whom citizens find."""
        return self.filter(is_shown=True)


class Person(models.Model):
    commune = CommuneKey()
    family_name = LineField(
        _("family and middle name"), max_length=60, blank=True, help_text=_("For example Nguyễn Thị.")
    )
    given_name = LineField(
        _("given name"),
        max_length=40,
        help_text=_("For example Hoa. Lists are sorted by it. Without “đồng chí”, “ông”, “bà”."),
    )
    slug = SlugField(
        _("address"),
        max_length=80,
        blank=True,
        help_text=_(
            "Part of the address of the page. Left empty, it is made from the name. It stays when the name changes."
        ),
    )
    telephone = LineField(
        _("office telephone"),
        max_length=30,
        blank=True,
        validators=[validate_telephone],
        help_text=_("One number, of the office. Never a private one: everybody reads it."),
    )
    email = EmailField(
        _("office e-mail"), blank=True, help_text=_("The official mailbox. Never a private one: everybody reads it.")
    )
    picture = models.ForeignKey(
        "library.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="portrayed_people",
        help_text=_("A picture of the library. Without one, the initials are shown."),
    )
    is_shown = models.BooleanField(
        _("shown"), default=True, help_text=_("Off: citizens find the person nowhere, not even in past posts.")
    )
    sorting = models.TextField(
        _("sorting"),
        editable=False,
        db_collation="C",
        help_text=_("Made of the name by the portal: given name, then the rest, in Vietnamese order."),
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in office")
        verbose_name_plural = _("people in office")
        ordering = ["sorting", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="offices_person_slug_unique",
                fields=["commune", "slug"],
                violation_error_message=_("Another person already has this address."),
            ),
            models.CheckConstraint(
                name="offices_person_given_name_present",
                condition=~Q(given_name=""),
                violation_error_message=_("A person needs a given name."),
            ),
            models.CheckConstraint(
                name="offices_person_slug_present",
                condition=~Q(slug=""),
                violation_error_message=_("A person needs an address."),
            ),
        ]
        indexes = [models.Index(name="offices_person_sorted", fields=["commune", "sorting"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sorting = name_sort_text(self.given_name, self.family_name)
        if (fields := kwargs.get("update_fields")) is not None and {"given_name", "family_name"} & set(fields):
            kwargs["update_fields"] = {*fields, "sorting"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("offices:person_detail", args=[self.slug])

    def clean(self) -> None:
        self.slug = self.slug or free_slug(self, self.name)

    @property
    def name(self) -> str:
        """In full: "Nguyễn Thị Hoa"."""
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def initials(self) -> str:
        """What stands in place of a portrait: first letters of the family and the given name."""
        return f"{self.family_name[:1]}{self.given_name[:1]}".upper()
