"""What every template may say without a query of its own."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.models import SiteIdentity


def site(request: HttpRequest) -> dict[str, Any]:
    """The portal's identity, read when a template first asks for it and kept for a few seconds."""
    return {"site": SimpleLazyObject(SiteIdentity.objects.current)}
