"""`request.commune`: whose portal a request is about."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from communes.hosts import table
from communes.models import Commune, State
from communes.work import chosen_commune, is_member
from serving.refusals import refusal_headers, refusal_page

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
# What is no writing in a portal.
ALWAYS_ALLOWED = ("admin:login", "admin:logout", "admin:work_for", "mfa_authenticate", "admin_password_reset")


@cache
def _of_machines() -> frozenset[str]:
    """What machines ask for that know no host; anything else that begins so is a page like others."""
    return frozenset(reverse(f"operation:{name}") for name in ("healthz", "health_live", "health_ready"))


def host_of_a_commune(get_response: GetResponse) -> GetResponse:
    """Find the commune by the Host header, before anything else looks at the request.

    An alias leads to the main host, with 308 so that a form arrives whole; the answer may be asked for
    again every time, since a host may be given back. A name that is nobody's gets 421 (RFC 9110, section
    15.5.20). The settings leave Django's own check of the header open: this one takes its place.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in _of_machines():
            return get_response(request)
        host = request.META.get("HTTP_HOST", request.META.get("SERVER_NAME", ""))
        place = table.find(host)
        if place is None:
            logger.warning("No portal at this host: %.100s", host)
            response = HttpResponse(refusal_page(421), status=421, headers=dict(refusal_headers(421)))
            response._has_been_logged = True  # Django's own line would not name the host
            return response
        if place.main is not None:
            port = request.get_port()
            suffix = "" if port in ("80", "443") else f":{port}"
            address = f"{request.scheme}://{place.main}{suffix}{request.get_full_path()}"
            return HttpResponsePermanentRedirect(address, preserve_request=True, headers={"Cache-Control": "no-cache"})
        request.commune = place.commune
        return get_response(request)

    return middleware


def at_work(get_response: GetResponse) -> GetResponse:
    """Say for which commune a person works, and keep strangers out of a portal that is not open.

    On public pages that is the host's commune. In the admin it is the one chosen in its header, which
    the session keeps.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        commune = getattr(request, "commune", None)
        if commune is None:
            return get_response(request)
        is_admin = request.path.startswith(reverse("admin:index"))
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            if is_admin:
                request.commune = commune = chosen_commune(request)
            request.user = SimpleLazyObject(partial(_colleague, request.user, commune))
        if commune.state == State.DRAFT and not is_admin and not is_member(request.user, commune):
            return render(request, "communes/not_open.html", status=404)
        if commune.state == State.READ_ONLY and _writes(request):
            return render(request, "communes/read_only.html", status=403)
        return get_response(request)

    return middleware


def _colleague(user: Person, commune: Commune) -> Person:
    """`user`, with the rights that hold in `commune`."""
    user.commune = commune
    return user


def _writes(request: HttpRequest) -> bool:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(reverse("mfa_index")):
        return False
    return request.path not in {reverse(name) for name in ALWAYS_ALLOWED}
