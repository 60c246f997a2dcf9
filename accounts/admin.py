"""Accounts and groups in the admin."""

from http import HTTPStatus
from typing import Any

# Their admins are imported to be taken out again below.
import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Field as DatabaseField
from django.db.models import ManyToManyField
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.access import events, guessing, lost  # noqa: F401 - registers its admin
from accounts.models import User
from textfields import LineFormField
from trail.recordedadmin import RecordedAdmin

# Django stores the names of these four permissions in English, out of gettext's reach.
ACTIONS = {
    "add": _("%(model)s: add"),
    "change": _("%(model)s: change"),
    "delete": _("%(model)s: delete"),
    "view": _("%(model)s: view"),
}

# Apps whose rows no page of the admin shows: their permissions allow nothing.
NOT_IN_THE_ADMIN = ("account", "mfa", "usersessions")


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
        field.queryset = field.queryset.exclude(content_type__app_label__in=NOT_IN_THE_ADMIN)
    return field


@admin.register(User)
class UserAdmin(RecordedAdmin, DjangoUserAdmin):
    records_changes = True
    list_display = ("username", "last_name", "first_name", "email", "is_staff", "is_active", "last_login")
    ordering = ("first_name", "last_name")

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return permission_field(field) if db_field.name == "user_permissions" else field

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """As Django's; the owner hears of it by mail, and the failures of others are forgotten."""
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            person = self.get_object(request, unquote(id))
            if request.method == "POST" and response.status_code == HTTPStatus.FOUND and person is not None:
                guessing.forget_failures(person.get_username())
                guessing.know_network(request, person)
                events.password_changed(request, person)
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        if not change:
            guessing.know_network(request, obj)

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
class GroupAdmin(RecordedAdmin, DjangoGroupAdmin):
    records_changes = True

    def formfield_for_dbfield(self, db_field: DatabaseField, request: HttpRequest, **kwargs: Any) -> Field | None:
        # The model is Django's own: the rule for text holds in its form.
        if db_field.name == "name":
            kwargs["form_class"] = LineFormField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return permission_field(field) if db_field.name == "permissions" else field


# Secrets and sessions are nobody's to look at, and an account's address is a field of its own.
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)
