"""Categories: the menu and the first segment of every article's address."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import Coalesce, JSONObject
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from news.kinds import Kind
from section import reserved_words
from textfields import LineField, SlugField
from vietnamese import slugify


class CategoryQuerySet(CommuneQuerySet["Category"]):
    def in_tree(self) -> CategoryQuerySet:
        """In their order, each followed by those that stand under it; a category knows its parent."""
        return self.select_related("parent").order_by(
            Coalesce("parent__position", "position"),
            Coalesce("parent_id", "pk"),
            F("parent_id").asc(nulls_first=True),
            "position",
            "pk",
        )

    def with_branch(self) -> CategoryQuerySet:
        """With the parent and, as `below`, what stands under each: [{"id", "name", "slug"}, …] in their order."""
        below = self.model.objects.everywhere().filter(parent=OuterRef("pk")).order_by("position", "id")
        told = JSONObject(id="id", name="name", slug="slug")
        return self.select_related("parent").annotate(below=ArraySubquery(below.values(data=told)))


class Category(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=80, help_text=_("As citizens read it in the menu."))
    slug = SlugField(
        _("address"),
        max_length=60,
        help_text=_("Part of the address of all its articles. Left empty, it is made from the name."),
        blank=True,
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("under"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        help_text=_(
            "A category at the top, whose page and feed then show these articles too, and whose staff work here as well."
            " The addresses stay as they are. Empty: at the top."
        ),
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

    @property
    def full_name(self) -> str:
        """ "Kinh tế › Nông nghiệp": where it stands, for a choice among all."""
        return f"{self.parent.name} › {self.name}" if self.parent else self.name

    @property
    def branch(self) -> list[int]:
        """The ids of this category and of those under it; it comes from `with_branch`."""
        return [self.pk, *(child["id"] for child in self.below)]

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name, max_length=60)
        self._check_parent()
        taken = type(self).objects.of(self.commune_id).filter(pk=self.pk, slug=self.slug)
        pages = apps.get_model("news.Article").every_kind.of(self.commune_id)
        if pages.filter(kind=Kind.PAGE, path=self.slug).exists():
            raise ValidationError({"slug": _("A page already has this address. Please choose another one.")})
        if self.slug in reserved_words() and not taken.exists():
            raise ValidationError({"slug": _("The portal uses this address itself. Please choose another one.")})

    def _check_parent(self) -> None:
        """One level; the database holds to it as well (migration 0017)."""
        if self.parent_id is None:
            return
        here = type(self).objects.of(self.commune_id)  # read anew: `parent` may be older than another's change of it
        if self.parent_id == self.pk or here.filter(pk=self.parent_id, parent__isnull=False).exists():
            raise ValidationError({"parent": _("Choose a category at the top: there is one level below it.")})
        if self.pk and here.filter(parent=self.pk).exists():
            raise ValidationError({"parent": _("Categories stand under this one: it stays at the top.")})
