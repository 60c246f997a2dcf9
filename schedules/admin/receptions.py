"""When leaders receive citizens, and when they are away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneChoices, CommuneRowAdmin
from communes.work import public_link
from formrows import LabelledRowForm, RowFormSet
from offices.models import Post
from schedules.admin.hours import WIDE
from schedules.desk import faults_of
from schedules.fields import in_words
from schedules.models import Absence, Reception
from schedules.words import rule_in_words


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, post: Post) -> str:
        return f"{post.person}, {post.name}"


class NamesPosts(CommuneChoices):
    """Offers posts by person and name; those of one commune alone."""

    def formfield_for_foreignkey(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.ModelChoiceField:
        if db_field.remote_field.model is Post:
            posts = Post.objects.of(request.commune).select_related("person").order_by("position", "pk")
            kwargs |= {"form_class": PostChoice, "queryset": posts}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AbsenceInline(NamesPosts, admin.TabularInline):
    model = Absence
    form = LabelledRowForm
    formset = RowFormSet
    extra = 0
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"size": 24})}}
    fields = ("on", "deputy", "moved_to", "reason")

    # Who may write the rule may write its absences.

    def has_view_permission(self, request: HttpRequest, obj: Reception | None = None) -> bool:
        return request.user.has_perm("schedules.view_reception") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Reception | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Reception | None = None) -> bool:
        return request.user.has_perm("schedules.change_reception")

    def has_delete_permission(self, request: HttpRequest, obj: Reception | None = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Reception)
class ReceptionAdmin(NamesPosts, CommuneRowAdmin):
    list_display = ("who", "when", "in_hours", "place")
    list_select_related = ("post__person",)
    search_fields = ("post__name", "post__person__given_name", "post__person__family_name", "place")
    formfield_overrides = WIDE
    inlines = (AbsenceInline,)

    class Media:
        css = {"all": ("css/schedules-admin.css",)}

    fieldsets = (
        (None, {"fields": ("post", "place", "telephone")}),
        (_("When"), {"fields": ("rhythm", ("weekday", "nth"), "day", "hours", ("begins_on", "ends_on"))}),
        (_("Why"), {"fields": ("legal_ground",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET":
            for fault in faults_of(request.commune):
                messages.warning(request, fault)
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("who receives"))
    def who(self, reception: Reception) -> str:
        return str(reception)

    @admin.display(description=_("when"))
    def when(self, reception: Reception) -> str:
        return rule_in_words(reception.rule())

    @admin.display(description=_("hours"))
    def in_hours(self, reception: Reception) -> str:
        return in_words(reception.hours)

    def view_on_site(self, reception: Reception) -> str:
        return public_link(reception.commune, reverse("schedules:receptions"))
