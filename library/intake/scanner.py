"""Whether a malware scanner lets a file in. Without one named in the settings every file is let in."""

from __future__ import annotations

import logging
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from library.intake import clamd

logger = logging.getLogger(__name__)


def refusal_of(file: IO[bytes]) -> str:
    """Why the scanner keeps `file` out, in a sentence for the person uploading; empty where it does not."""
    if not settings.MALWARE_SCANNER:
        return ""
    try:
        found = clamd.scan(settings.MALWARE_SCANNER, file)
    except clamd.AwayError as error:
        logger.error("The malware scanner at %s did not look at a file: %s", settings.MALWARE_SCANNER, error)
        if settings.MALWARE_SCANNER_AWAY == "accept":
            return ""
        return _("The file could not be checked for malware, and was not stored. Please try again later.")
    if not found:
        return ""
    logger.warning("Malware in an uploaded file: %s", found)
    return _("The malware scanner refuses this file (%(name)s). It was not stored; please tell the administrator.") % {
        "name": found
    }
