"""The portal's own error pages."""

import inspect
import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from desk import kept_forms
from serving.outages import full_disk, is_away, is_busy, is_full, outage
from serving.refusals import AwayResponse, BusyResponse, refusal_headers, refusal_page
from trail.recording import tell_refused

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form of the admin whose right was taken away while it was open gives back what was typed in it."""
    tell_refused(request)
    if kept_forms.holds_words(request):
        return kept_forms.refused_form(request)
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: what staff typed is offered again, as signing in anew makes the token invalid.

    Where no form is taken at all, the method was wrong (`method_page`).
    """
    allowed = allowed_methods(request.resolver_match.func) if request.resolver_match else None
    if allowed is not None and request.method not in allowed:
        return HttpResponseNotAllowed(allowed)
    if kept_forms.holds_words(request):
        return kept_forms.kept_form(request)
    return render(request, "portal/error.html", {"code": 403, "is_csrf": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page without a query or a tag: whatever broke cannot break it again.

    Django calls it while it handles the error; a database that is away is no fault of the portal.
    """
    error = sys.exception()
    if is_away(error):
        outage.failed(error)
        return AwayResponse()
    if is_busy(error):
        # Refusals leave no line in the log; what took too long may be a fault of a query, or of a machine.
        logger.error("The database gave up: %s", request.path, exc_info=error)
        return BusyResponse()
    if is_full(error):
        full_disk.note(error)
        return render(None, "serving/refusal.html", {"code": 507}, status=507)
    return render(None, "serving/refusal.html", {"code": 500}, status=500)


def allowed_methods(view: Callable[..., Any] | None) -> list[str] | None:
    """What Django's `require_http_methods` lets through to a view; None where it does not guard it."""
    while view is not None:
        if inspect.isfunction(view):
            guarded = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if guarded is not None:
                return list(guarded)
        view = getattr(view, "__wrapped__", None)
    return None


def error_page(request: HttpRequest, code: int) -> HttpResponse:
    """The page of an error in the portal's frame; where no portal was asked (health, by address), a plain one."""
    if getattr(request, "commune", None) is None:
        return HttpResponse(refusal_page(code), status=code, headers=dict(refusal_headers(code)))
    # No error is about what stands around it: even for staff, who see all other pages as they are now, it is kept.
    frame = {"frame_seconds": settings.FRAME_SECONDS}
    return render(request, "portal/error.html", {"code": code} | frame, status=code)


def method_page(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give a browser that used the wrong method a page instead of Django's empty 405."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = error_page(request, 405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
