"""What every template may say without a query of its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The identity of the commune's portal, which lies in memory.

    `frame_seconds` is how long the frame around a page may be kept: staff see the present.
    """
    is_public = settings.SESSION_COOKIE_NAME not in request.COOKIES
    commune = getattr(request, "commune", None)
    return {
        "commune": commune,
        "site": commune and commune.site,
        "frame_owner": commune and commune.pk,
        "frame_seconds": settings.FRAME_SECONDS if is_public else 0,
    }
