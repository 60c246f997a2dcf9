"""Categories: the menu and the first segment of every article's address."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from news.kinds import Kind
from section import reserved_words
from textfields import LineField, SlugField
from vietnamese import slugify


class CategoryQuerySet(CommuneQuerySet["Category"]):
    def in_menu(self) -> CategoryQuerySet:
        """Categories the home page shows, and a menu that nobody has arranged, in their order."""
        return self.filter(is_in_menu=True).order_by("position", "id")


class Category(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=80, help_text=_("As citizens read it in the menu."))
    slug = SlugField(
        _("address"),
        max_length=60,
        help_text=_("Part of the address of all its articles. Left empty, it is made from the name."),
        blank=True,
    )
    description = LineField(
        _("description"),
        max_length=250,
        blank=True,
        help_text=_("One sentence under the category's title, also shown by search engines."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        help_text=_("Smaller numbers come first on the home page, and in a main menu that nobody has arranged."),
    )
    is_in_menu = models.BooleanField(
        _("on the home page"),
        default=True,
        help_text=_("Show the category on the home page, and in the main menu until you arrange that under “Menus”."),
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "slug"],
                name="news_category_slug_unique",
                violation_error_message=_("Another category already has this address."),
            ),
            models.CheckConstraint(
                condition=~models.Q(slug=""),
                name="news_category_slug_present",
                violation_error_message=_("A category needs an address."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{get_script_prefix()}{self.slug}/"  # not reversed, as with articles

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name, max_length=60)
        taken = type(self).objects.of(self.commune_id).filter(pk=self.pk, slug=self.slug)
        pages = apps.get_model("news.Article").every_kind.of(self.commune_id)
        if pages.filter(kind=Kind.PAGE, path=self.slug).exists():
            raise ValidationError({"slug": _("A page already has this address. Please choose another one.")})
        if self.slug in reserved_words() and not taken.exists():
            raise ValidationError({"slug": _("The portal uses this address itself. Please choose another one.")})
