"""Whether a password stands in a list of stolen ones, a file that the operator provides; nothing is asked over the network.

The file is the one that Have I Been Pwned gives out: a line for each password, its SHA-1 in capital hexadecimal digits,
a colon and how often it was seen, in the order of the digits. It may hold hundreds of millions: it is searched where it
lies, as a telephone book is.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

logger = logging.getLogger(__name__)


class BreachedValidator:
    """Refuses what stands in `file`."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a stolen password, and for any while the file is away: none is taken unchecked."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            with self.file.open("rb") as lines:
                is_stolen = holds(lines, digest)
        except OSError as error:
            logger.error("The list of stolen passwords cannot be read: %s", error)
            raise ValidationError(
                _("The list of stolen passwords cannot be read. Please tell those who operate the portal."),
                code="password_unchecked",
            ) from error
        if is_stolen:
            raise ValidationError(
                _("This password is in a list of stolen ones. Take another one, which you use nowhere else."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return gettext("Your password must not be in a list of stolen ones.")


def holds(lines: BinaryIO, digest: str) -> bool:
    """Whether a line of the sorted file begins with `digest`; about thirty lines of a large one are read."""
    wanted = digest.encode()
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        begin, line = _line_at(lines, middle)
        found = line[: len(wanted)].upper()
        if found == wanted:
            return True
        if line and found < wanted:
            low = begin + len(line)
        else:
            high = middle
    return False


def _line_at(lines: BinaryIO, place: int) -> tuple[int, bytes]:
    """The first line that begins at `place` or after it, and where; empty behind the last one."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()  # the end of the line before, of which a whole one may be left
    begin = lines.tell()
    return begin, lines.readline()
