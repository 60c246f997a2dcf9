"""What the admin's pages of offices, people and villages share."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from psycopg2.errorcodes import CHECK_VIOLATION, DEADLOCK_DETECTED, EXCLUSION_VIOLATION, UNIQUE_VIOLATION

from communes.rowadmin import CommuneRowAdmin
from communes.work import public_link

# What the database says when two forms were right alone and are wrong together.
OVERTAKEN = {CHECK_VIOLATION, DEADLOCK_DETECTED, EXCLUSION_VIOLATION, UNIQUE_VIOLATION}
WIDGETS = {
    models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
}


class DirectoryAdmin(CommuneRowAdmin):
    """A ModelAdmin for what the directory shows."""

    formfield_overrides = WIDGETS
    list_per_page = 100

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """As Django's; of two people who save at once what cannot be together, the second reads why.

        Both forms were valid when they were checked. The database lets one through, and by then the form's
        own check knows it: asked again, it says so at the field.
        """
        arguments = (request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(*arguments)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in OVERTAKEN:
                raise
        return super().changeform_view(*arguments)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """An address that people may have kept does not change."""
        has_address = obj is not None and any(field.name == "slug" for field in self.opts.fields)
        return (*super().get_readonly_fields(request, obj), *(["slug"] if has_address else []))

    def view_on_site(self, row: Any) -> str | None:
        return public_link(row.commune, row.get_absolute_url()) if row.is_shown else None
