"""The page for whoever tries to sign in too often."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from vietnamese import format_number


def paused(request: HttpRequest, seconds: int) -> HttpResponse:
    """The answer (429) to an attempt that comes `seconds` too early."""
    response = render(request, "accounts/paused.html", {"wait": in_words(seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def in_words(seconds: int) -> str:
    """A span of time as people say it: seconds up to a minute and a half, minutes above."""
    if seconds <= 90:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": format_number(seconds)}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": format_number(minutes)}
