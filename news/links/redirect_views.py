"""Old addresses lead on; addresses that lead nowhere are counted for the editors."""

from __future__ import annotations

import re

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from news.models import MissingPage, Redirect

MAX_MISSING = 5000  # rows; a scanner cannot fill the disk
MAX_PATH = 500
_SLASHES = re.compile(r"/{2,}")  # "//host/" in an answer would leave the portal
# What scanners look for, and what browsers and phones ask of every host, is no link of ours that broke.
_PROBE = re.compile(
    r"\.(php|aspx?|jsp|cgi|env|git|sql|bak|ini|ya?ml)\b|/wp-|/\.|xmlrpc|^/(favicon|apple-touch-icon)[^/]*$",
    re.IGNORECASE,
)


@require_safe
def old_address(request: HttpRequest, path: str) -> HttpResponsePermanentRedirect:
    """The last address pattern of the portal: a redirect, a missing final slash, or 404."""
    return lead_on(request)


def lead_on(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Redirect what moved; else count the address and raise Http404."""
    path = request.path
    if "\x00" in path:  # no address of ours, and nothing PostgreSQL can look up
        raise Http404
    found = Redirect.objects.filter(old_path__in=[path, request.get_full_path()]).first()
    if found:
        return HttpResponsePermanentRedirect(found.new_path)
    # A pattern that takes every address keeps Django's own APPEND_SLASH from working.
    if not path.endswith("/") and "." not in path.rsplit("/", 1)[-1]:
        query = request.META.get("QUERY_STRING")
        return HttpResponsePermanentRedirect(_SLASHES.sub("/", path) + "/" + (f"?{query}" if query else ""))
    if len(path) <= MAX_PATH and not _PROBE.search(path):
        _count(path, request.headers.get("Referer", "")[:MAX_PATH].replace("\x00", ""))
    raise Http404


def _count(path: str, referrer: str) -> None:
    table = MissingPage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} (path, hits, referrer, last_at)
            SELECT %s, 1, %s, now() WHERE (SELECT count(*) FROM {table}) < %s
            ON CONFLICT (path) DO UPDATE SET hits = {table}.hits + 1, last_at = now(),
                referrer = CASE WHEN excluded.referrer = '' THEN {table}.referrer ELSE excluded.referrer END
            """,
            [path, referrer, MAX_MISSING],
        )
