"""What looking at one upload may cost, in all the documents that an archive holds."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Elements of XML, words and braces of RTF, records of Excel and PowerPoint; so many take some fifteen seconds.
MOST_STEPS = 6_000_000


class EffortError(ValidationError):
    """The upload as a whole takes too long to look at. The message is for the editor."""


class Effort:
    """Counts the steps of one upload; each document has a bound of its own beside."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self) -> None:
        """Note one more step. Raises EffortError for too many."""
        self._left -= 1
        if self._left < 0:
            raise EffortError(
                _("The documents of the archive hold too much to be looked at together. Please split the archive.")
            )
