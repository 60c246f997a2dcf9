"""The forms in which entries and links are written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneForm
from menus.addresses import is_own, without_own_host
from menus.models import MenuItem
from menus.targets import is_open, pages_of


class LeadingForm(CommuneForm):
    """A form whose row leads to a page of the portal, chosen from all there are, or to a typed address.

    A page that is gone since stays chosen, so that the rest can be saved: citizens do not see the entry.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "target" not in self.fields:  # only shown
            return
        field = self._meta.model._meta.get_field("target")
        self.pages = pages_of(self.instance.commune)
        self.fields["target"] = forms.ChoiceField(
            label=capfirst(field.verbose_name), help_text=field.help_text, required=False, choices=self._choices()
        )
        # Whatever is sent is looked up in `clean_target`, which says it better than "not one of the choices".
        self.fields["target"].valid_value = lambda _value: True

    def _choices(self) -> list[tuple[str, Any]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, page in self.pages.items():
            groups.setdefault(page.group, []).append((key, page.title))
        choices: list[tuple[str, Any]] = [("", "---------"), *groups.pop("", [])]
        if self.instance.target and self.instance.target not in self.pages:
            choices.append((self.instance.target, gettext("(a page that is not published any more)")))
        return [*choices, *groups.items()]

    def clean_target(self) -> str:
        key = self.cleaned_data["target"]
        if key and key not in self.pages and key != self.instance.target:
            raise ValidationError(_("This page does not exist any more, or is not published. Choose another one."))
        return key

    def clean_address(self) -> str:
        commune_id = self.instance.commune_id
        address = without_own_host(self.cleaned_data["address"], commune_id)
        if "address" in self.changed_data and is_own(address) and not is_open(address, commune_id):
            raise ValidationError(_("Nothing is at this address of the portal. Open the page and copy its address."))
        return address


class MenuItemForm(LeadingForm):
    class Meta:
        model = MenuItem
        fields = ("menu", "parent", "title", "target", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            tops = MenuItem.objects.of(self.instance.commune_id).top().exclude(pk=self.instance.pk)
            if self.instance.pk:
                tops = tops.filter(menu=self.instance.menu)
            self.fields["parent"].queryset = tops
            self.fields["parent"].label_from_instance = self._name_of
            self.fields["parent"].error_messages["invalid_choice"] = _(
                "An entry stands below one of the first level, never below itself."
            )
        if self.instance.pk and "menu" in self.fields:
            # Those below it would stay behind in the other menu.
            self.fields["menu"].disabled = True

    def _name_of(self, item: MenuItem) -> str:
        page = self.pages.get(item.target) if item.target else None
        return f"{item.get_menu_display()}: {item.title or (page.title if page else item)}"

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"position"}


class OrderForm(forms.Form):
    """The places of the entries of one menu: a number for each, counted among those beside it."""

    def __init__(self, items: list[MenuItem], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[name_of(item)] = forms.IntegerField(min_value=1, max_value=999, initial=item.position)

    def numbers(self) -> dict[int, int]:
        return {int(name.rpartition("-")[2]): number for name, number in self.cleaned_data.items()}


def name_of(item: MenuItem) -> str:
    """The name of the field for the place of `item`."""
    return f"position-{item.pk}"
