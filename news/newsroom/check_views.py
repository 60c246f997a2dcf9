"""The checklist beside the form, and the repair of old encodings."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from news import rights
from news.newsroom import checklist
from richtext import clean_html, repair_encoding

MAX_BODY = 2_000_000  # bytes
TEXT_FIELDS = ("title", "summary", "body")


@require_POST
def article_check(request: HttpRequest) -> JsonResponse:
    """Look at the unsaved text in the JSON body; nothing is kept."""
    fields = _fields(request)
    content = fields | {
        "body": clean_html(fields["body"]),
        "category_id": fields["category"],
        "cover_id": fields["cover"],
    }
    findings = checklist.check(content, (request.get_host(),))
    return JsonResponse(
        {
            "findings": [{"text": finding.text, "blocking": finding.is_blocking} for finding in findings],
            "oldEncoding": any(repair_encoding(fields[name]) != fields[name] for name in TEXT_FIELDS),
        }
    )


@require_POST
def article_repair(request: HttpRequest) -> JsonResponse:
    """The texts of the JSON body in Unicode."""
    fields = _fields(request)
    return JsonResponse({name: repair_encoding(fields[name]) for name in TEXT_FIELDS})


def _fields(request: HttpRequest) -> dict[str, str]:
    if not (request.user.has_perm(rights.WRITE) or request.user.has_perm(rights.CHANGE)):
        raise PermissionDenied
    if len(request.body) > MAX_BODY:
        raise BadRequest
    try:
        message: Any = json.loads(request.body)
    except ValueError as error:
        raise BadRequest from error
    if not isinstance(message, dict):
        raise BadRequest
    names = (*TEXT_FIELDS, "category", "cover", "cover_alt", "byline", "source")
    return {name: str(message.get(name) or "") for name in names}
