"""The portal's own pages of the admin: accounts, and who the portal belongs to."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField
from django.forms import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.models import SiteIdentity, User

# Django stores the names of these four permissions in English, out of gettext's reach.
ACTIONS = {
    "add": _("%(model)s: add"),
    "change": _("%(model)s: change"),
    "delete": _("%(model)s: delete"),
    "view": _("%(model)s: view"),
}


def permission_label(permission: Permission) -> str:
    """What the permission allows, in the reader's language."""
    model = permission.content_type.model_class()
    action = permission.codename.removesuffix(f"_{permission.content_type.model}")
    if model is None or action not in ACTIONS:
        return gettext(permission.name)
    return capfirst(gettext(ACTIONS[action]) % {"model": model._meta.verbose_name})


def permission_field(field: Field | None) -> Field | None:
    """`field` as Django's admin made it, with its permissions in the reader's language."""
    if field is not None:
        field.label_from_instance = permission_label
    return field


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "last_name", "first_name", "email", "is_staff", "is_active", "last_login")
    ordering = ("first_name", "last_name")

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return permission_field(field) if db_field.name == "user_permissions" else field

    # Whoever manages accounts must not be able to make themselves, or anyone, a superuser.

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("is_superuser",)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    def _may_touch(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or request.user.is_superuser or not obj.is_superuser


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return permission_field(field) if db_field.name == "permissions" else field


@admin.register(SiteIdentity)
class SiteIdentityAdmin(admin.ModelAdmin):
    fields = ["name", "agency", "responsible_editor", "address", "phone", "email", "reuse_notice"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not SiteIdentity.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: SiteIdentity | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """A list of one row helps nobody: go to the form."""
        if identity := SiteIdentity.objects.first():
            return HttpResponseRedirect(reverse("admin:portal_siteidentity_change", args=[identity.pk]))
        return super().changelist_view(request, extra_context)
