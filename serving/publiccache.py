"""How long a public page may be shared, and what it may depend on."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.cache import cache_control

# Seconds a shared cache may show an old page while it fetches the new one (RFC 5861). With
# PAGE_SECONDS and FRAME_SECONDS it is the longest a publication stays unseen: 5 by default.
STALE_WHILE_REVALIDATE = 1
# Seconds it may show an old page while the portal cannot answer: longer than any database restart.
STALE_IF_ERROR = 86_400


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let shared caches keep the page for PAGE_SECONDS; browsers ask again each time."""
    return cache_control(
        public=True,
        max_age=0,
        s_maxage=settings.PAGE_SECONDS,
        stale_while_revalidate=STALE_WHILE_REVALIDATE,
        stale_if_error=STALE_IF_ERROR,
    )(view)
