"""Mistakes of the code told to Sentry, or to whatever speaks its language, without a word about who met them.

Off unless SENTRY_DSN is set; the package comes with the extra `sentry`.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def report_mistakes() -> None:
    """Begin to report, where SENTRY_DSN says to whom. Raises ImproperlyConfigured when the package is missing."""
    if not settings.SENTRY_DSN:
        return
    try:
        import sentry_sdk
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed: pip install '.[sentry]'"
        ) from error
    try:
        sentry_sdk.init(
            settings.SENTRY_DSN,
            release=f"cong@{settings.VERSION}",
            max_request_body_size="never",
            include_local_variables=False,  # they hold what people typed
            max_breadcrumbs=0,
            traces_sample_rate=0,
            before_send=without_people,
        )
    except BadDsn as error:
        raise ImproperlyConfigured(f"SENTRY_DSN: {error}") from error


def without_people(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """The report without address, account, headers, cookies, form and words of a search."""
    event.pop("user", None)
    request = event.get("request")
    if request:
        event["request"] = {
            "method": request.get("method"),
            "url": str(request.get("url", "")).partition("?")[0],
        }
    return event
