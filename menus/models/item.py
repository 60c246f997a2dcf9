"""The entries of the menus, two levels deep."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from menus.addresses import STORED, in_form, validate_address, without_own_host
from textfields import LineField

MOST = 7  # entries at the first level of a menu


class Menu(models.TextChoices):
    MAIN = "main", _("Main menu")
    FOOTER = "footer", _("Menu at the foot of the page")


class MenuItemQuerySet(CommuneQuerySet["MenuItem"]):
    def top(self) -> MenuItemQuerySet:
        """Entries of the first level."""
        return self.filter(parent=None)

    def in_order(self) -> MenuItemQuerySet:
        """By menu, the first level before the second, each in its order."""
        return self.order_by("menu", models.F("parent__position").asc(nulls_first=True), "position", "id")


class MenuItem(models.Model):
    """One entry.

    Two rules stand in the first migration, as Django cannot say them: a parent stands at the first level of the same
    menu and commune, and no two entries beside each other have one place.
    """

    commune = CommuneKey()
    menu = models.CharField(
        _("menu"), max_length=6, choices=Menu.choices, default=Menu.MAIN, help_text=_("Where the entry stands.")
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("below"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="entries",
        help_text=_("Left empty, it stands at the first level, which has room for seven entries."),
    )
    title = LineField(
        _("title"),
        max_length=80,
        blank=True,
        help_text=_("As citizens read it. Left empty, it is the title of the chosen page."),
    )
    target = models.CharField(
        _("page of the portal"),
        max_length=200,
        blank=True,
        help_text=_("When the page gets another title or address, the menu follows by itself."),
    )
    address = LineField(
        _("or an address"),
        max_length=500,
        blank=True,
        validators=[validate_address],
        help_text=_("A path of this portal, such as /thong-bao/, or an address of another site with https://."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), editable=False, help_text=_("Its place among the entries beside it, counted from 1.")
    )

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("menu entry")
        verbose_name_plural = _("menus")
        ordering = ("menu", "position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(position__gte=1) & (Q(parent__isnull=False) | Q(position__lte=MOST)),
                name="menus_menuitem_seven_at_first_level",
                violation_error_message=_("The first level of a menu has room for seven entries."),
            ),
            models.CheckConstraint(
                condition=Q(target="") | Q(address=""),
                name="menus_menuitem_one_target",
                violation_error_message=_("Choose a page or type an address, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") | ~Q(target=""),
                name="menus_menuitem_has_title",
                violation_error_message=_("Write a title, or choose a page whose title it takes."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(target="") | ~Q(address=""),
                name="menus_menuitem_heading_at_first_level",
                violation_error_message=_("An entry of the second level needs a page or an address."),
            ),
            models.CheckConstraint(
                condition=in_form("address", STORED),
                name="menus_menuitem_address_form",
                violation_error_message=_("This address cannot stand in a link."),
            ),
        )

    def __str__(self) -> str:
        return self.title or self.address or self.target

    def clean(self) -> None:
        self.address = without_own_host(self.address, self.commune_id)
        if self.target and self.address:
            raise ValidationError({"address": _("Choose a page or type an address, not both.")})
        if not self.title and not self.target:
            raise ValidationError({"title": _("Write a title, or choose a page whose title it takes.")})
        self._clean_level()
        self._take_place()

    def siblings(self) -> MenuItemQuerySet:
        """The other entries of its menu below the same parent."""
        return MenuItem.objects.of(self.commune_id).filter(menu=self.menu, parent=self.parent_id).exclude(pk=self.pk)

    def _clean_level(self) -> None:
        if self.parent is None:
            return
        if not self.target and not self.address:
            raise ValidationError({"target": _("An entry of the second level needs a page or an address.")})
        if self.parent.parent_id is not None or self.parent_id == self.pk:
            raise ValidationError({"parent": _("An entry stands below one of the first level, never below itself.")})
        if self.parent.menu != self.menu:
            raise ValidationError({"parent": _("This entry belongs to the other menu.")})
        if self.pk and self.entries.exists():
            raise ValidationError(
                {"parent": _("Entries stand below this one. A menu has two levels: move them elsewhere first.")}
            )

    def _take_place(self) -> None:
        """The last place below its parent, for one that is new there."""
        stored = MenuItem.objects.of(self.commune_id).filter(pk=self.pk).values_list("parent", "position").first()
        if stored is not None and stored[0] == self.parent_id:
            self.position = stored[1]
            return
        last = self.siblings().aggregate(last=models.Max("position"))["last"] or 0
        self.position = last + 1
        if self.parent is None and self.position > MOST:
            raise ValidationError(
                {
                    "parent": _(
                        "The first level of a menu has room for seven entries. "
                        "Put this one below another, or take one away first."
                    )
                }
            )
