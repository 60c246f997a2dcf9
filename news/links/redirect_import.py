"""Reading a table of old and new addresses from a CSV file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from news.models import Redirect
from vietnamese import one_line

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 50_000
MAX_ADDRESS = 500  # characters, as the columns hold


@dataclass(frozen=True)
class Row:
    number: int
    old_path: str
    new_path: str


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"), help_text=_("Two columns: old address, new address. UTF-8, comma or semicolon.")
    )

    def clean_file(self) -> list[Row]:
        """The rows of the file. Nothing is stored unless every row is right."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not in UTF-8.")) from error
        rows = read_rows(text)
        if len(rows) > MAX_ROWS:
            raise ValidationError(_("The file has too many rows."))
        problems = [text for row in rows if (text := problem_of(row))]
        if problems or not rows:
            raise ValidationError(problems[:20] or [gettext("The file holds no addresses.")])
        return rows


def read_rows(text: str) -> list[Row]:
    """Rows with something in them, numbered by their line; a heading is passed over. Raises ValidationError."""
    first_line = text.split("\n", 1)[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    rows: list[Row] = []
    # PostgreSQL holds no NUL, and csv refuses some: the row that has one is named like any other.
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=delimiter)
    number = 1
    try:
        for cells in reader:
            old, new = ([one_line(cell) for cell in cells] + ["", ""])[:2]
            if (old or new) and (old.startswith("/") or rows or number > 1):
                rows.append(Row(number, old, new))
            if len(rows) > MAX_ROWS:
                break
            number = reader.line_num + 1
    except csv.Error as error:  # a cell longer than csv reads
        raise ValidationError(gettext("Row %(number)d cannot be read.") % {"number": number}) from error
    return rows


def problem_of(row: Row) -> str | None:
    if "\ufffd" in row.old_path + row.new_path:
        return gettext("Row %(number)d holds a character that no address has.") % {"number": row.number}
    if not row.old_path.startswith("/") or not row.new_path.startswith(("/", "https://", "http://")):
        return gettext("Row %(number)d: an old address begins with /, a new one with / or https://.") % {
            "number": row.number
        }
    if max(len(row.old_path), len(row.new_path)) > MAX_ADDRESS:
        return gettext("Row %(number)d: an address has at most %(most)d characters.") % {
            "number": row.number,
            "most": MAX_ADDRESS,
        }
    if row.old_path == row.new_path:
        return gettext("Row %(number)d leads to itself.") % {"number": row.number}
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def redirect_import(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("news.add_redirect"):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["file"]
        Redirect.objects.lead_all(request.commune, ((row.old_path, row.new_path) for row in rows))
        messages.success(request, gettext("%(count)d redirects were read.") % {"count": len(rows)})
        return redirect("admin:news_redirect_changelist")
    context = admin.site.each_context(request) | {
        "title": _("Read redirects from a file"),
        "opts": Redirect._meta,
        "form": form,
    }
    return render(request, "admin/news/redirect/import.html", context)
