"""Old addresses lead on; addresses that lead nowhere are counted for the editors."""

from __future__ import annotations

import re

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from communes.models import Commune
from news.links.old_addresses import query_of
from news.models import MissingPage, Redirect
from section import answered_elsewhere
from vietnamese import one_line

MAX_MISSING = 5000  # rows of a commune; a scanner cannot fill the disk
MAX_PATH = 500
_SLASHES = re.compile(r"/{2,}")  # "//host/" in an answer would leave the portal
# What scanners look for, and what browsers and phones ask of every host, is no link of ours that broke.
# Addresses that end in .aspx, .php or .jsp are: the portal before this one made them.
_PROBE = re.compile(
    r"/wp-(?!content/uploads/)|/\.|xmlrpc|/cgi-bin/|phpmyadmin|/pma/|phpinfo|phpunit|eval-stdin|/vendor/|adminer|"
    r"/(?:web)?shell\b|\.(?:cgi|env|git|sql|bak|ini|ya?ml|old|swp)\b|^/(?:favicon|apple-touch-icon)[^/]*$",
    re.IGNORECASE,
)
# Pages of programs that tell their pages apart by the query alone.
_PROGRAM = re.compile(r"\.(?:aspx?|php|jsp|do|cfm)$|^/$", re.IGNORECASE)
# A browser asks again each time: a corrected redirect reaches everybody who comes after it. Not `public`,
# since the page cache would answer one query with another's redirect.
_CACHE_CONTROL = "no-cache"


@require_safe
def old_address(request: HttpRequest, path: str) -> HttpResponse:
    """The last address pattern of the portal: a page of the tree, a redirect, a missing final slash, or 404."""
    return lead_on(request)


def lead_on(request: HttpRequest) -> HttpResponse:
    """Answer what another section has there, redirect what moved; else count the address and raise Http404."""
    path = request.path
    if "\x00" in path:  # no address of ours, and nothing PostgreSQL can look up
        raise Http404
    if response := answered_elsewhere(request):
        return response
    found = Redirect.objects.of(request.commune).leading_from(request.get_full_path())
    if found:
        return moved(found.new_path)
    # A pattern that takes every address keeps Django's own APPEND_SLASH from working.
    if not path.endswith("/") and "." not in path.rsplit("/", 1)[-1]:
        query = request.META.get("QUERY_STRING")
        return moved(_SLASHES.sub("/", path) + "/" + (f"?{query}" if query else ""))
    if not _PROBE.search(path):
        _count_missing(request)
    raise Http404


def moved(address: str) -> HttpResponsePermanentRedirect:
    """A permanent redirect that can still be corrected."""
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": _CACHE_CONTROL})


def _count_missing(request: HttpRequest) -> None:
    path = one_line(request.path)
    query = query_of(request.META.get("QUERY_STRING", "")) if _PROGRAM.search(path) else ""
    path += f"?{query}" if query else ""
    if path and len(path) <= MAX_PATH:
        _count(request.commune, path, one_line(request.headers.get("Referer", ""))[:MAX_PATH])


def _count(commune: Commune, path: str, referrer: str) -> None:
    table = MissingPage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} (commune_id, path, hits, referrer, last_at)
            SELECT %s, %s, 1, %s, now() WHERE (SELECT count(*) FROM {table} WHERE commune_id = %s) < %s
            ON CONFLICT (commune_id, path) DO UPDATE SET hits = {table}.hits + 1, last_at = now(),
                referrer = CASE WHEN excluded.referrer = '' THEN {table}.referrer ELSE excluded.referrer END
            """,
            [commune.pk, path, referrer, commune.pk, MAX_MISSING],
        )
