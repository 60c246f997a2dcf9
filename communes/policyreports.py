"""Reading what browsers report of the content security policy, and noting it within bounds.

Anybody can send such a report. So only so many are looked at in a minute, only so many kinds are kept of a
day, each is cut to a length, and what is older than KEPT goes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, time, timedelta
from threading import Lock
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.db.models import F
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Commune, PolicyReport
from upkeep.tasks import Task
from vietnamese import one_line

LARGEST = 16 * 1024  # bytes of a report
# Of a commune: kinds kept of a day, and reports looked at in a minute by each process.
MOST_A_DAY = 100
MOST_A_MINUTE = 30
KEPT = timedelta(days=30)

_DIRECTIVE = re.compile(r"[a-z][a-z-]{2,39}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}")
# What browsers say where there is no address.
_WORDS = frozenset(
    {"inline", "eval", "wasm-eval", "self", "data", "blob", "trusted-types-policy", "trusted-types-sink"}
)


class Refusal(NamedTuple):
    """What is kept of a report."""

    page: str
    directive: str
    blocked: str


class Budget:
    """So many reports of each commune in a minute."""

    def __init__(self, most: int) -> None:
        self._most, self._minute, self._lock = most, 0, Lock()
        self._used: Counter[int] = Counter()

    def allows(self, commune: Commune, at: datetime) -> bool:
        minute = int(at.timestamp()) // 60
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._used.clear()
            self._used[commune.pk] += 1
            return self._used[commune.pk] <= self._most


budget = Budget(MOST_A_MINUTE)


def refusal_in(body: bytes, host: str) -> Refusal | None:
    """What a report of a page at `host` says (CSP level 3, section 5.3); None for one that is of no use here.

    An extension of the reader's browser is none of the portal's business.
    """
    try:
        report = json.loads(body)["csp-report"]
        page, directive, blocked = (
            report["document-uri"],
            report.get("effective-directive") or report["violated-directive"].split(" ")[0],
            report["blocked-uri"],
        )
        address, source = urlsplit(page), urlsplit(blocked)
        if address.netloc != host or not _DIRECTIVE.fullmatch(directive):
            return None
        place = _page(address.path)
        host_of_source = source.hostname or ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Resolver404):
        return None
    if source.scheme in ("http", "https", "ws", "wss") and _HOST.fullmatch(host_of_source):
        return Refusal(place, directive, host_of_source)
    word = blocked or "inline"
    return Refusal(place, directive, word) if word in _WORDS else None


def note(commune: Commune, refusal: Refusal, at: datetime) -> bool:
    """Count a refusal on the day of `at`; False when the commune's day is full."""
    rows = PolicyReport.objects.of(commune)
    kind = {"day": timezone.localdate(at), **refusal._asdict()}
    if rows.filter(**kind).update(count=F("count") + 1):
        return True
    if rows.filter(day=kind["day"]).count() >= MOST_A_DAY:
        return False
    # Another process may have been faster: then one report is not counted.
    PolicyReport.objects.bulk_create([PolicyReport(commune=commune, **kind)], ignore_conflicts=True)
    return True


def delete_old_reports(at: datetime) -> int:
    """Delete the reports of days longer than KEPT before `at`; returns how many."""
    return PolicyReport.objects.everywhere().filter(day__lt=timezone.localdate(at - KEPT)).delete()[0]


def _page(path: str) -> str:
    """The path of a page; of one whose address is a secret, the pattern. Raises Resolver404 for one that there is not."""
    path = unquote(path)
    match = resolve(path)
    shown = f"/{match.route}" if "token" in match.kwargs else path
    return one_line(shown)[:200]


TASKS = [
    Task(
        name="communes-policy-reports",
        title=_("Delete reports of browsers older than 30 days"),
        rhythm=time(3, 25),
        run=delete_old_reports,
        deletes=True,
    ),
]
