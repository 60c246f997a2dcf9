"""What every template may say without a query of its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from communes.models import SiteIdentity


def site(request: HttpRequest) -> dict[str, Any]:
    """The portal's identity, read when a template first asks for it and kept for a few seconds.

    `frame_seconds` is how long the frame around a page may be kept: staff see the present.
    """
    is_public = settings.SESSION_COOKIE_NAME not in request.COOKIES
    return {
        "site": SimpleLazyObject(SiteIdentity.objects.current),
        "frame_seconds": settings.FRAME_SECONDS if is_public else 0,
    }
