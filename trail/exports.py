"""A table that staff take out of the portal, with a line in the audit log."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest, HttpResponse

from spreadsheet import Sheet, download
from trail.recording import Kind, record


def recorded_download(
    request: HttpRequest, sheet: Sheet, kind: str, name: str, *, about: models.Model | str = ""
) -> HttpResponse:
    """As `spreadsheet.download`; `about`: what the table tells of, without it the title of the table."""
    response = download(sheet, kind, name)
    record(Kind.EXPORT, request, about=about or sheet.title, after={"file": f"{name}.{kind}"})
    return response
