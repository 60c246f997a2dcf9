"""What became of one step taken with many rows: told in sentences, row by row where it was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext

MOST_TOLD = 20


@dataclass
class Result:
    """How many rows took a step, and (title, why) of those that did not."""

    done: int = 0
    made: list[object] = field(default_factory=list)  # what the step gave back for each row that took it
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, request: HttpRequest, said: Callable[[int], str]) -> None:
        """Messages for the person: `said` has the sentence for a number, with a %(count)d in it."""
        if self.done:
            messages.success(request, said(self.done) % {"count": self.done})
        if not self.refusals:
            return
        count = len(self.refusals)
        text = ngettext("%(count)d was left as it is: %(why)s", "%(count)d were left as they are: %(why)s", count)
        told = [f"“{title}”: {why}" for title, why in self.refusals[:MOST_TOLD]]
        if count > MOST_TOLD:
            told.append("…")
        messages.warning(request, text % {"count": count, "why": " · ".join(told)})
