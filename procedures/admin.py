"""Writing procedures, and taking them over from a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communes.hosts import table
from communes.rowadmin import CommuneForm, CommuneRowAdmin, RelatedOfCommuneFilter
from communes.work import public_link
from formrows import RowFormSet
from procedures.importing.columns import HEADINGS, sheet_of
from procedures.importing.reading import MOST_BYTES, MOST_ROWS, RefusedTableError
from procedures.importing.storing import Outcome, Report, summary_of, take_over
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State
from spreadsheet import XLSX, download
from trail.exports import recorded_download

PUBLISH = "procedures.publish_procedure"
# Errors and lines shown of a long table; the numbers of all are told.
MOST_SHOWN = 200


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("Table to take over"),
        help_text=_("XLSX or CSV. The first line names the columns, in any order; take the sample to begin with."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    only_check = forms.BooleanField(
        label=_("Only check"), required=False, help_text=_("Shows what would happen, and stores nothing.")
    )

    def clean_file(self) -> UploadedFile:
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."))
        return self.cleaned_data["file"]


class ProcedureForm(CommuneForm):
    """Says what is wrong at its field; the constraints of the database would say it above the form."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        others = Procedure.objects.of(self.instance.commune_id).exclude(pk=self.instance.pk)
        if cleaned.get("title") and others.filter(title=cleaned["title"]).exists():
            self.add_error("title", gettext("There is a procedure of this title."))
        if cleaned.get("code") and others.filter(code=cleaned["code"]).exists():
            self.add_error("code", gettext("Another procedure has this code."))
        checked, again = cleaned.get("reviewed_on"), cleaned.get("review_on")
        if checked and again and again <= checked:
            self.add_error("review_on", gettext("It is checked again after it was checked."))
        return cleaned


class PaperForm(forms.ModelForm):
    """One paper; a new line has no number yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["position"] = None
        for field in self.fields.values():
            # In a table of lines the heading alone names a field, which a screen reader does not see.
            field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))


class PaperFormSet(RowFormSet):
    """Lines without a number follow in the order they are written in."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete")

    def clean(self) -> None:
        super().clean()
        last = 0
        for form in self.forms:
            if not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            if form.has_changed() or form.instance.pk:
                last = form.cleaned_data.get("position") or last + 1
                form.instance.position = last


class PaperInline(admin.TabularInline):
    """Part of what is written: who may write the procedure may write its papers."""

    model = ProcedurePaper
    form = PaperForm
    formset = PaperFormSet
    fields = ("name", "kind", "count", "note", "link", "position")
    extra = 0

    def get_extra(self, request: HttpRequest, obj: Procedure | None = None, **kwargs: Any) -> int:
        return 0 if obj else 3

    def has_view_permission(self, request: HttpRequest, obj: Procedure | None = None) -> bool:
        return request.user.has_perm("procedures.view_procedure") or request.user.has_perm(
            "procedures.change_procedure"
        )

    def has_change_permission(self, request: HttpRequest, obj: Procedure | None = None) -> bool:
        return may_change(request, obj)

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest, obj: Procedure | None = None) -> bool:
        return request.user.has_perm("procedures.add_procedure") if obj is None else may_change(request, obj)


def may_change(request: HttpRequest, procedure: Procedure | None) -> bool:
    """Whoever publishes may change what is public; whoever writes, drafts alone."""
    if not request.user.has_perm("procedures.change_procedure"):
        return False
    return procedure is None or procedure.state == State.DRAFT or request.user.has_perm(PUBLISH)


@admin.register(Procedure)
class ProcedureAdmin(CommuneRowAdmin):
    form = ProcedureForm
    list_display = ("title", "life_event", "code", "field", "state", "review_on")
    list_filter = ("state", ("life_event", RelatedOfCommuneFilter))
    list_select_related = ("life_event",)
    search_fields = ("title", "official_name", "code", "field")
    actions = ("publish",)
    inlines = (PaperInline,)
    formfield_overrides = {models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("title", "summary", ("life_event", "position"))}),
        (_("Who and how"), {"fields": ("audience", "steps", "place", ("duration", "fee"), "result")}),
        (_("Official data"), {"fields": ("official_name", ("code", "field"), "legal_grounds")}),
        (_("Publication and checks"), {"fields": ("state", ("reviewed_on", "review_on"))}),
    )

    class Media:
        css = {"all": ("css/procedures-admin.css",)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name in ("title", "official_name"):
            kwargs["widget"] = admin.widgets.AdminTextInputWidget(attrs={"class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Procedure | None = None) -> tuple[str, ...]:
        return () if request.user.has_perm(PUBLISH) else ("state",)

    def has_change_permission(self, request: HttpRequest, obj: Procedure | None = None) -> bool:
        return may_change(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A table adds, changes and publishes."""
        names = ("add_procedure", "change_procedure", "publish_procedure")
        return all(request.user.has_perm(f"procedures.{name}") for name in names)

    def view_on_site(self, procedure: Procedure) -> str | None:
        commune = table.commune(procedure.commune_id) or procedure.commune
        return public_link(commune, procedure.get_absolute_url()) if procedure.state == State.PUBLISHED else None

    @admin.action(description=_("Publish the selected procedures"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Procedure]) -> None:
        count = queryset.filter(state=State.DRAFT).update(state=State.PUBLISHED, updated_at=timezone.now())
        text = ngettext("%(count)d procedure was published.", "%(count)d procedures were published.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"may_import": self.has_import_permission(request)} | (extra_context or {})
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("nap-tu-bang/", view(self.import_table), name="procedures_procedure_import"),
            path("bang-mau.xlsx", view(self.sample), name="procedures_procedure_sample"),
            path("bang-hien-co.xlsx", view(self.current), name="procedures_procedure_table"),
            *super().get_urls(),
        ]

    def import_table(self, request: HttpRequest) -> HttpResponse:
        """Take over a table, all of it or nothing; every line is told."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        report: Report | None = None
        errors: list[tuple[int, str]] = []
        if request.method == "POST" and form.is_valid():
            file, only_check = form.cleaned_data["file"], form.cleaned_data["only_check"]
            try:
                report = take_over(request.commune, file.name, file.read(), only_check=only_check)
            except RefusedTableError as error:
                errors = error.errors
            else:
                text = summary_of(report)
                if only_check:
                    text = gettext("Nothing was stored yet.") + " " + text
                self.message_user(request, text, messages.WARNING if only_check else messages.SUCCESS)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Take over procedures from a table"),
            "opts": self.opts,
            "form": form,
            "errors": errors[:MOST_SHOWN],
            "further_errors": max(0, len(errors) - MOST_SHOWN),
            "lines": _shown(report) if report else [],
            "further_lines": max(0, len(report.lines) - MOST_SHOWN) if report else 0,
            "headings": HEADINGS.values(),
            "most_rows": MOST_ROWS,
        }
        return TemplateResponse(request, "admin/procedures/procedure/import.html", context)

    def sample(self, request: HttpRequest) -> HttpResponse:
        """A table with its headings and one line to begin with."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return download(sheet_of([]), XLSX, "bang-mau-thu-tuc")

    def current(self, request: HttpRequest) -> HttpResponse:
        """The procedures there are, as a table that can be changed and taken over again."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        procedures = Procedure.objects.of(request.commune).select_related("life_event").prefetch_related("papers")
        return recorded_download(request, sheet_of(list(procedures)), XLSX, "thu-tuc")


def _shown(report: Report) -> list[tuple[int, str, str]]:
    """What changed first: thousands of lines that stay as they are hide it."""
    lines = sorted(report.lines, key=lambda line: line[2] is Outcome.UNCHANGED)
    return [(number, title, outcome.label) for number, title, outcome in lines[:MOST_SHOWN]]


@admin.register(LifeEvent)
class LifeEventAdmin(CommuneRowAdmin):
    list_display = ("name", "description", "position")
    search_fields = ("name",)
    fields = ("name", "slug", "description", "position")
