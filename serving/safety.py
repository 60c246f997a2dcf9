"""What every answer tells the browser to leave undone: guessing types, lending pages to other sites, devices.

The content security policy of pages stands in the settings; those of uploads and of small answers beside them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing of the portal asks for these. What the players of videos need (autoplay, fullscreen, picture-in-picture,
# encrypted-media) and what its buttons use (clipboard-write, web-share) is left as browsers have it: for the
# page itself, and for a frame that the page gives it to. A name that Chromium does not know is a warning on
# every page.
UNUSED_FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

_EVERY = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", settings.SECURE_REFERRER_POLICY))
# Of what is no page: counters, signs of life.
ANSWER = (*_EVERY, ("Cross-Origin-Resource-Policy", "same-origin"))
# Of files from the disk. They are public, and feed readers and neighbouring portals show the pictures.
FILE = (*_EVERY, ("Cross-Origin-Resource-Policy", "cross-origin"))
# Of pages: no other site's window holds a handle to theirs.
PAGE = (
    *ANSWER,
    ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in UNUSED_FEATURES)),
)


def safety_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the headers of a page to whatever Django answers; a view that says something stricter is heard."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in PAGE:
            response.headers.setdefault(name, value)
        return response

    return middleware
