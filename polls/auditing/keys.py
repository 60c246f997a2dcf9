"""A portal whose ballots hang on SECRET_KEY says so; the keys themselves are trail/keys.py's.

What was made with a SECRET_KEY stays valid when BALLOT_KEY is set: nobody votes twice because of it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register
def ballot_key_is_set(**kwargs: object) -> list[CheckMessage]:
    """Warn of a portal whose ballots hang on SECRET_KEY."""
    if settings.BALLOT_KEY:
        return []
    return [
        Warning(
            "BALLOT_KEY is not set: ballots are tied to SECRET_KEY, and a new SECRET_KEY would let everybody vote again",
            hint="Set BALLOT_KEY or BALLOT_KEY_FILE; `make run` creates one for this machine.",
            id="polls.W001",
        )
    ]
