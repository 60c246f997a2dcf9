"""Whether something is at an address of the portal: a file, or a page of any section."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from section import has_page


def leads_somewhere(path: str, commune_id: int) -> bool:
    """Whether a citizen finds something at `path` (without a query) of the portal of the commune; nothing is asked over HTTP."""
    if path.startswith(settings.STATIC_URL):
        return True
    if path.startswith(settings.MEDIA_URL):
        return _has_file(path.removeprefix(settings.MEDIA_URL))
    return has_page(path, commune_id)


def _has_file(name: str) -> bool:
    try:
        return default_storage.exists(name)
    except (SuspiciousFileOperation, ValueError):
        return False
