"""What the self-test page looks at beside the clock: each check says how something stands, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Verdict(models.TextChoices):
    """How something stands, in one word."""

    GOOD = "good", gettext_lazy("in order")
    NOTICE = "notice", gettext_lazy("to be looked at")
    BAD = "bad", gettext_lazy("wrong")


@dataclass(frozen=True)
class Finding:
    """What a check found; `advice` says what to do, and is empty when all is well."""

    verdict: Verdict
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """Something that can be looked at within a second. `look` may raise: that is a finding too."""

    title: str | Promise
    look: Callable[[], Finding]


@dataclass(frozen=True)
class Row:
    """One check on the page."""

    check: Check
    finding: Finding


def registered_checks() -> Sequence[Check]:
    """The checks of this portal; `settings.UPKEEP_CHECKS` says where their list is."""
    checks: Sequence[Check] = import_string(settings.UPKEEP_CHECKS)
    return checks


def look_at(checks: Sequence[Check]) -> list[Row]:
    """Every check with what it found."""
    return [Row(check, _looked(check)) for check in checks]


def _looked(check: Check) -> Finding:
    try:
        return check.look()
    except Exception as mistake:  # noqa: BLE001 (the page must show the others)
        return Finding(Verdict.BAD, f"{type(mistake).__name__}: {mistake}", _("Send these words to the developers."))
