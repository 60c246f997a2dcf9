"""The checklist beside the form, and the repair of old encodings."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from news import rights
from news.newsroom import checklist
from news.newsroom.requests import answers_script, json_message, refusal
from richtext import clean_and_count, repair_encoding, taken_away
from vietnamese import format_number

MAX_BODY = 2_000_000  # bytes
MAX_TEXT = 400_000  # characters of the texts and of what was pasted, together; what is longer is a book
TEXT_FIELDS = ("title", "summary", "body")


@require_POST
@answers_script
def article_check(request: HttpRequest) -> JsonResponse:
    """Look at the unsaved text in the JSON body; nothing is kept."""
    fields = _fields(request)
    if fields is None:
        return too_long()
    body, removed = clean_and_count(fields["body"])
    content = fields | {
        "body": body,
        "category_id": fields["category"],
        "cover_id": fields["cover"],
    }
    # The editor drops some things before they reach the text: what was pasted last tells of them, too.
    removed |= taken_away(fields["pasted"])
    findings = [
        *checklist.removed_findings(removed),
        *checklist.check(content, request.commune.pk, (request.get_host(),)),
    ]
    return JsonResponse(
        {
            "findings": [
                {"text": finding.text, "blocking": finding.is_blocking, "field": finding.field} for finding in findings
            ],
            "oldEncoding": any(repair_encoding(fields[name]) != fields[name] for name in TEXT_FIELDS),
        }
    )


@require_POST
@answers_script
def article_repair(request: HttpRequest) -> JsonResponse:
    """The texts of the JSON body in Unicode."""
    fields = _fields(request)
    if fields is None:
        return too_long()
    return JsonResponse({name: repair_encoding(fields[name]) for name in TEXT_FIELDS})


def too_long() -> JsonResponse:
    """413 with a sentence for the writer."""
    message = gettext("The text is too long to be looked at: at most %(count)s letters. Please divide it.")
    return refusal(413, message % {"count": format_number(MAX_TEXT)})


def _fields(request: HttpRequest) -> dict[str, str] | None:
    """The texts of the JSON body; None when there is more of them than MAX_TEXT allows."""
    if not (request.user.has_perm(rights.WRITE) or request.user.has_perm(rights.CHANGE)):
        raise PermissionDenied
    message = json_message(request, MAX_BODY)
    names = (*TEXT_FIELDS, "pasted", "category", "cover", "cover_alt", "byline", "source", "kind")
    # Half of a surrogate pair is no letter, and nothing that can be written as UTF-8.
    fields = {name: str(message.get(name) or "").encode(errors="replace").decode() for name in names}
    return fields if sum(len(fields[name]) for name in (*TEXT_FIELDS, "pasted")) <= MAX_TEXT else None
