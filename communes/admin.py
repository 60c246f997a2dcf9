"""Communes, their hosts, identities and people in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import ForeignKey, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import GroupAdmin, UserAdmin
from accounts.models import User
from communes import idle
from communes.hosts import table
from communes.models import Commune, Host, Membership, PolicyReport, SiteIdentity
from communes.opening import COLUMNS, RefusedListError, open_communes, rows_of, summary_of
from communes.rowadmin import CommuneFormAdmin, OfCommuneAdmin, OneRowAdmin
from readonlyadmin import ReadOnlyAdmin
from section import sections
from trail.recordedadmin import RecordedAdmin

MOST_BYTES = 5 * 1024 * 1024


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("List of communes"),
        help_text=_("CSV or XLSX. The first line names the columns: code, name, kind, host, parent, agency."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."))
        return self.cleaned_data["file"]


class HostInline(admin.StackedInline):
    model = Host
    extra = 1


@admin.register(Commune)
class CommuneAdmin(RecordedAdmin):
    """Whoever operates the deployment opens communes; staff of one do not see the others."""

    records_changes = True

    list_display = ("name", "kind", "code", "parent", "state", "opened_on")
    list_filter = ("kind", "state")
    search_fields = ("name", "code", "hosts__name")
    fields = ("name", "kind", "code", "slug", "parent", "state", "opened_on", "storage_limit")
    inlines = [HostInline]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.open_from_list)
        return [path("mo-tu-danh-sach/", view, name="communes_commune_open"), *super().get_urls()]

    def open_from_list(self, request: HttpRequest) -> HttpResponse:
        """Open the communes of a CSV or XLSX file, all or none; what is wrong is named line by line."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None)
        errors: list[tuple[int, str]] = []
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                opened = open_communes(rows_of(file.name, file.read()), request)
            except RefusedListError as error:
                errors = error.errors
            else:
                messages.success(request, summary_of(opened))
                return redirect("admin:communes_commune_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Open communes from a list"),
            "opts": self.opts,
            "form": form,
            "errors": errors,
            "columns": COLUMNS,
        }
        return TemplateResponse(request, "admin/communes/commune/open.html", context)

    def save_related(self, request: HttpRequest, *args: Any) -> None:
        super().save_related(request, *args)
        table.forget()


@admin.register(SiteIdentity)
class SiteIdentityAdmin(OneRowAdmin, RecordedAdmin, CommuneFormAdmin):
    """The identity of the commune one works for."""

    records_changes = True

    fields = [
        *("name", "agency", "responsible_editor", "address", "map_url", "phone"),
        *("email", "security_email", "reuse_notice", "colour", "factor_grace_days", "takes_more_documents"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SiteIdentity]:
        return super().get_queryset(request).filter(commune=request.commune)

    def save_model(self, request: HttpRequest, obj: SiteIdentity, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.commune = request.commune
        super().save_model(request, obj, form, change)
        table.forget()


@admin.register(PolicyReport)
class PolicyReportAdmin(OfCommuneAdmin, ReadOnlyAdmin):
    """What browsers refused on the commune's pages. A row of one's own page is a fault to report to the operator."""

    list_display = ("day", "page", "directive", "blocked", "count")
    list_filter = ("day", "directive")
    search_fields = ("page", "blocked")
    list_display_links = None


def keep_related(field: forms.Field | None) -> None:
    """Offer the rows there are, without buttons that change or delete them on the way."""
    if field is not None:
        widget = field.widget
        widget.can_add_related = widget.can_change_related = False
        widget.can_delete_related = widget.can_view_related = False


class MembershipFormSet(BaseInlineFormSet):
    """The memberships of a person; whoever does not operate the deployment sees those of one commune."""

    commune: Commune | None = None

    def save_new(self, form: ModelForm, commit: bool = True) -> Membership:  # noqa: FBT001, FBT002 - Django's signature
        if self.commune is not None:
            form.instance.commune = self.commune
        return super().save_new(form, commit=commit)

    def _construct_form(self, i: int, **kwargs: Any) -> ModelForm:
        form = super()._construct_form(i, **kwargs)
        if self.commune is not None:
            form.instance.commune = self.commune  # so that a group given twice is found
        return form


class MembershipInline(admin.StackedInline):
    model = Membership
    formset = MembershipFormSet

    def get_extra(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        """For whoever operates the deployment, who may make an account without one, an empty row is offered."""
        return 1 if request.user.is_superuser and obj is None else 0

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "commune":
            kwargs.setdefault("initial", request.commune.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_min_num(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        """Whom an administrator of one commune creates works there; nobody else would find the account."""
        return 0 if request.user.is_superuser or obj is not None else 1

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        where = ["commune"] if request.user.is_superuser else []
        return [*where, "group", "begins_on", "ends_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(commune=request.commune)

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        made = super().get_formset(request, obj, **kwargs, validate_min=True)
        made.commune = None if request.user.is_superuser else request.commune
        for name in ("commune", "group"):
            keep_related(made.form.base_fields.get(name))
        return made

    # Whoever may change the account may say what its person does.

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.has_perm("accounts.view_user") or request.user.has_perm("accounts.change_user")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.has_perm("accounts.add_user") or request.user.has_perm("accounts.change_user")

    has_change_permission = has_delete_permission = has_add_permission


admin.site.unregister(User)


@admin.register(User)
class ColleagueAdmin(UserAdmin):
    """Accounts with what their people do in which commune."""

    actions = ("leave",)

    @admin.action(description=_("Leaves: hand over the open work, end the membership"), permissions=["change"])
    def leave(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """One person at a time: whose work is handed over to whom is asked on a page of its own."""
        people = list(queryset[:2])
        if len(people) == 1:
            return redirect("admin:leaving", people[0].pk)
        self.message_user(request, gettext("Choose one person."), messages.WARNING)
        return None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Of an administrator, the colleagues in the commune they work for."""
        people = super().get_queryset(request)
        if request.user.is_superuser:
            return people
        return people.filter(pk__in=Membership.objects.filter(commune=request.commune).values("user"))

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> list[type[InlineModelAdmin]]:
        """What a person does where, and what the sections have to say about it."""
        return [
            MembershipInline,
            *(import_string(name) for section in sections().values() for name in section.of_person),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        for _title, options in fieldsets:
            if "last_login" in options["fields"]:
                options["fields"].append("idleness")
        return fieldsets

    @admin.display(description=_("Without a sign-in"))
    def idleness(self, person: User) -> str:
        return idle.state_of(person)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The account of a person who works elsewhere too is not one commune's to change."""
        if obj is not None and self._works_elsewhere(request, obj):
            return tuple(flatten_fieldsets(self.get_fieldsets(request, obj)))
        return (*super().get_readonly_fields(request, obj), "idleness")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        is_ours = obj is None or not self._works_elsewhere(request, obj)
        return is_ours and super().has_delete_permission(request, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        person = self.get_object(request, unquote(id))
        if person is not None and self._works_elsewhere(request, person):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def is_readonly(self, request: HttpRequest, person: User) -> bool:
        return self._works_elsewhere(request, person)

    def _works_elsewhere(self, request: HttpRequest, person: User) -> bool:
        return not request.user.is_superuser and person.memberships.exclude(commune=request.commune).exists()


admin.site.unregister(Group)


@admin.register(Group)
class SharedGroupAdmin(GroupAdmin):
    """What a group may do, it may do in every commune: where there are several, the operator alone decides that."""

    def _may_decide(self, request: HttpRequest) -> bool:
        return request.user.is_superuser or len(table.communes()) == 1

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_decide(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._may_decide(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._may_decide(request) and super().has_delete_permission(request, obj)
