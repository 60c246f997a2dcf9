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
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field as DatabaseField
from django.db.models import ManyToManyField
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from accounts.access import events, guessing, lost  # noqa: F401 - registers its admin
from accounts.links import invitations
from accounts.models import User
from accounts.people import name_of
from accounts.personform import PersonForm
from textfields import LineFormField
from trail.recordedadmin import RecordedAdmin

# Django stores the names of these four permissions in English, out of gettext's reach.
ACTIONS = {
    "add": gettext_noop("%(model)s: add"),
    "change": gettext_noop("%(model)s: change"),
    "delete": gettext_noop("%(model)s: delete"),
    "view": gettext_noop("%(model)s: view"),
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
    """A person is made by one form; they set their password themselves, by a link that is mailed to them."""

    records_changes = True
    form = add_form = PersonForm
    add_form_template = None  # ours, as for changes
    list_display = ("username", "last_name", "first_name", "email", "is_staff", "is_active", "last_login")
    ordering = ("first_name", "last_name")
    PERSON = (None, {"fields": ["last_name", "first_name", "email", "username"]})
    fieldsets = (PERSON, (gettext_lazy("Account"), {"fields": ["is_active", "last_login"]}))
    add_fieldsets = (PERSON,)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.invitation))
        return [path("<int:pk>/loi-moi/", view, name="accounts_user_invitation"), *super().get_urls()]

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return permission_field(field) if db_field.name == "user_permissions" else field

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """For whoever operates the deployment, also what no administrator gives: all rights, and those an account has itself."""
        fieldsets = [
            (title, {**options, "fields": list(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if obj is not None and request.user.is_superuser:
            own = ["user_permissions"] if obj.user_permissions.exists() else []
            fieldsets.append((gettext("Operation of the deployment"), {"fields": ["is_staff", "is_superuser", *own]}))
        return fieldsets

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: User | None = None, **kwargs: Any
    ) -> HttpResponse:
        is_ours = obj is not None and self.has_change_permission(request, obj) and not self.is_readonly(request, obj)
        context["is_ours"] = is_ours
        if is_ours and not obj.has_usable_password():
            context |= {
                "invitation": invitations.invitation_of(obj),
                "trouble": invitations.trouble_of(obj),
                "is_waiting": True,
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @transaction.atomic
    def invitation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the invitation of a person who has no password yet, again or for the first time, or take it back."""
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person) or self.is_readonly(request, person):
            raise PermissionDenied
        person = User.objects.select_for_update().get(pk=person.pk)
        if person.has_usable_password():
            messages.error(request, gettext("This person has set a password meanwhile: nothing was sent."))
        elif "withdraw" in request.POST:
            invitations.withdraw(request, person)
            messages.success(request, gettext("The invitation is withdrawn, and the account disabled."))
        elif person.email:
            if not person.is_active:
                person.is_active = True
                person.save(update_fields=["is_active"])
            self._invite(request, person)
        else:
            messages.error(request, gettext("Enter the e-mail of this person and save first."))
        return redirect("admin:accounts_user_change", person.pk)

    def is_readonly(self, request: HttpRequest, person: User) -> bool:
        """Whether the person is seen here and changed elsewhere."""
        return False

    def _invite(self, request: HttpRequest, person: User) -> None:
        invitations.invite(request, person)
        text = gettext(
            "An invitation was sent to %(email)s. %(name)s sets the password by the link in it, within a week."
        )
        messages.success(request, text % {"email": person.email, "name": name_of(person)})

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """As Django's; the owner hears of it by mail, and the failures of others are forgotten."""
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            person = self.get_object(request, unquote(id))
            if request.method == "POST" and response.status_code == HTTPStatus.FOUND and person is not None:
                guessing.forget_failures(person.get_username())
                guessing.know_network(request, person)
                invitations.forget(person)
                events.password_changed(request, person)
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            events.tell_former_address(request, obj, form.initial["email"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        person = form.instance
        is_moved = change and "email" in form.changed_data and invitations.invitation_of(person) is not None
        if person.email and not person.has_usable_password() and (not change or is_moved):
            self._invite(request, person)
        elif not change:
            text = gettext(
                "No invitation was sent, as there is no e-mail: press “Set a password” and hand it over in person."
            )
            messages.warning(request, text)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Back to the list: all was asked on one form. Django's own would go on to a second one."""
        if not obj.email and "_addanother" not in request.POST:
            return redirect("admin:accounts_user_change", obj.pk)
        return super(DjangoUserAdmin, self).response_add(request, obj, post_url_continue)

    # Whoever manages accounts must not be able to make themselves, or anyone, a superuser.

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return ("last_login",) if request.user.is_superuser else ("last_login", "is_superuser")

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
