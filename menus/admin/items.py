"""The menus as one page: the entries as a tree, their order, and how the menu looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import IntegrityError, models
from django.forms import BoundField
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg2.errorcodes import CHECK_VIOLATION, UNIQUE_VIOLATION

from communes.rowadmin import CommuneRowAdmin
from menus.default import copy_default, default_menu
from menus.forms import MenuItemForm, OrderForm, name_of
from menus.models import Menu, MenuItem
from menus.models.item import MOST
from menus.order import arrange, move
from menus.reading import branches_of, read_menus
from menus.targets import Pages, fault_of, leads_to, pages_of

WIDE = AdminTextInputWidget(attrs={"class": "vLargeTextField"})


@dataclass(frozen=True)
class Line:
    """An entry in the tree: what it is called, where it leads, what is wrong with it, the field of its place."""

    item: MenuItem
    title: str
    leads: str
    fault: str
    place: BoundField | None
    is_first: bool
    is_last: bool
    lines: list[Line]


@dataclass(frozen=True)
class Tree:
    """One menu as the page shows it. A main menu without an entry shows the one that the portal begins with."""

    menu: Menu
    lines: list[Line]
    form: OrderForm
    is_default: bool
    is_full: bool


@admin.register(MenuItem)
class MenuItemAdmin(CommuneRowAdmin):
    form = MenuItemForm
    fieldsets = (
        (None, {"fields": ("title", "target", "address")}),
        (_("Where it stands"), {"fields": ("menu", "parent")}),
    )
    formfield_overrides = {models.CharField: {"widget": WIDE}}

    class Media:
        css = {"all": ["css/menus-admin.css"]}
        js = [Script("js/menu-order.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        look = path("xem-truoc/", self.admin_site.admin_view(self.preview), name="menus_menuitem_preview")
        return [look, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The menus as trees. A POST moves an entry, stores typed places, or copies the menu of a new portal."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        forms: dict[str, OrderForm] = {}
        if request.method == "POST":
            menu = request.POST.get("menu", "")
            if menu not in Menu.values:
                raise BadRequest
            form = self._change(request, menu)
            if form is None:
                return redirect("admin:menus_menuitem_changelist")
            forms[menu] = form
        pages = pages_of(request.commune)
        items = list(MenuItem.objects.of(request.commune))
        context = self.admin_site.each_context(request) | {
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "media": self.media,
            "trees": [self._tree(request, menu, items, pages, forms.get(menu)) for menu in Menu],
            "may_add": self.has_add_permission(request),
            "may_change": self.has_change_permission(request),
            "may_delete": self.has_delete_permission(request),
        }
        return TemplateResponse(request, "admin/menus/menuitem/change_list.html", context | (extra_context or {}))

    def _change(self, request: HttpRequest, menu: str) -> OrderForm | None:
        """Do what was pressed; the form of the places when something in it is wrong."""
        if "_copy" in request.POST:
            if not self.has_add_permission(request):
                raise PermissionDenied
            if copy_default(request.commune, pages_of(request.commune)):
                self.message_user(request, gettext("The menu is yours now: change what you like."), messages.SUCCESS)
            return None
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "move" in request.POST:
            number, _colon, direction = request.POST["move"].partition(":")
            pk = int(number) if number.isascii() and number.isdecimal() else 0
            if move(request.commune, menu, pk, is_up=direction == "up"):
                self.message_user(request, gettext("The entry was moved."), messages.SUCCESS)
            return None
        items = list(MenuItem.objects.of(request.commune).filter(menu=menu))
        form = OrderForm(items, request.POST)
        if not form.is_valid():
            return form
        arrange(request.commune, menu, form.numbers())
        self.message_user(request, gettext("The order was saved."), messages.SUCCESS)
        return None

    def _tree(
        self, request: HttpRequest, menu: Menu, items: list[MenuItem], pages: Pages, form: OrderForm | None
    ) -> Tree:
        mine = [item for item in items if item.menu == menu]
        form = form or OrderForm(mine)
        branches = branches_of(mine, menu)
        is_default = menu == Menu.MAIN and not branches
        if is_default:
            branches = default_menu(request.commune, pages)
        tops = [top for top, _below in branches]
        lines = [
            _line(top, tops, pages, form, [_line(item, below, pages, form) for item in below])
            for top, below in branches
        ]
        return Tree(menu, lines, form, is_default, is_full=len(tops) >= MOST and not is_default)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The menus as citizens see them, at this moment."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {"menus": read_menus(request.commune)}
        return TemplateResponse(request, "admin/menus/menuitem/preview.html", context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """As Django's; of two people who take the last place at once, the second reads that it is taken.

        Both forms were valid when they were checked. The database lets one through, and asked again, the form knows it.
        """
        arguments = (request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(*arguments)
        except IntegrityError as error:
            if getattr(error.__cause__, "pgcode", None) not in {UNIQUE_VIOLATION, CHECK_VIOLATION}:
                raise
        return super().changeform_view(*arguments)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The entry to stand below is only chosen here; it is written on the page that shows the whole menu."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "parent":
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From the links of the tree: the menu, and the entry to stand below."""
        given = super().get_changeform_initial_data(request)
        return {name: value for name, value in given.items() if name in {"menu", "parent"}}

    def save_model(self, request: HttpRequest, obj: MenuItem, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        arrange(obj.commune, obj.menu)  # whence it was taken, a place is free

    def delete_model(self, request: HttpRequest, obj: MenuItem) -> None:
        super().delete_model(request, obj)
        arrange(obj.commune, obj.menu)


def _line(
    item: MenuItem, beside: list[MenuItem], pages: Pages, form: OrderForm, lines: list[Line] | None = None
) -> Line:
    page = leads_to(item, pages)
    return Line(
        item=item,
        title=item.title or (page.title if page else "") or gettext("(without a title)"),
        leads=item.address or (page.address if page else ""),
        fault=fault_of(item, pages),
        place=form[name_of(item)] if item.pk else None,
        is_first=item is beside[0],
        is_last=item is beside[-1],
        lines=lines or [],
    )
