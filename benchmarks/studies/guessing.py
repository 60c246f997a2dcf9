"""`python -m benchmarks.studies.guessing`: how many guesses a day are looked at, and who is kept out meanwhile.

A guesser tries 200 names in turns, each time as soon as an answer's Retry-After allows: from all addresses of one /64, then
from 50 networks. Every ten minutes two colleagues sign in behind the first network: one has done so before from there, the other
is new. Time is simulated, the counts are the portal's own, in a database that is made for it and thrown away.
"""

from __future__ import annotations

import heapq
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

NAMES = [f"ten-{number}" for number in range(200)]
DAY = timedelta(days=1)
SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY}
VISITS = timedelta(minutes=10)
BETWEEN = timedelta(seconds=1 / 7)  # how fast one was answered before there were counts for networks


def main() -> None:
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0" * 40)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    with tempfile.TemporaryDirectory(prefix="cong-guessing-") as folder:
        Path(folder).chmod(0o755)
        os.environ["VAR_DIR"] = folder
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from running import embedded_postgres

        with embedded_postgres.running(settings.POSTGRES_DATA):
            call_command("migrate", verbosity=0)
            _measure("one /64", ["2001:db8:1:2"])
            _measure("50 networks", [f"2001:db8:{number:x}:2" for number in range(1, 51)])
    # What the counts are compared with: nothing held a guesser who changed the name each time.
    sys.stdout.write(f"{'no counts of networks':<22} {DAY / BETWEEN:>8,.0f} guesses a day\n")


def _measure(title: str, networks: list[str]) -> None:
    from accounts.models import FailureCount, KnownNetwork, User

    FailureCount.objects.all().delete()
    start = datetime(2026, 11, 2, 0, 0, tzinfo=_zone())
    old, _created = User.objects.get_or_create(username="dong-nghiep")
    User.objects.get_or_create(username="nguoi-moi")
    known = f"{networks[0]}::/64"
    KnownNetwork.objects.update_or_create(user=old, network=known, defaults={"seen_at": start})
    looked_at, most = _guess(networks, start, colleagues := {"dong-nghiep": [], "nguoi-moi": []})
    counts = ", ".join(f"{sum(at <= start + span for at in looked_at):,} in a {name}" for name, span in SPANS.items())
    sys.stdout.write(f"{title:<22} {counts}; one name at most {most} times\n")
    for name, waits in colleagues.items():
        at_once = sum(wait == 0 for wait in waits)
        sys.stdout.write(
            f"  {name:<20} {at_once} of {len(waits)} sign-ins at once, else after {_waits(waits)} s (middle, longest)\n"
        )


def _guess(networks: list[str], start: datetime, colleagues: dict[str, list[int]]) -> tuple[list[datetime], int]:
    """When guesses were looked at, and how often that of the name most guessed; fills in how long colleagues waited."""
    names = {network: _turns(number) for number, network in enumerate(networks)}
    events: list[tuple[datetime, str, str]] = [(start, "guess", network) for network in networks]
    events += [(start + VISITS * number, "visit", name) for number in range(DAY // VISITS) for name in colleagues]
    heapq.heapify(events)
    looked_at, by_name = [], Counter[str]()
    while events:
        at, kind, who = heapq.heappop(events)
        if at > start + DAY:
            continue
        if kind == "visit":
            attempt = _try(f"{networks[0]}::77", who, at)
            colleagues[who].append(attempt if isinstance(attempt, int) else 0)
            if not isinstance(attempt, int):
                attempt.succeeded(at)
            continue
        name = next(names[who])
        attempt = _try(f"{who}::{len(looked_at) % 65_000:x}", name, at)
        if isinstance(attempt, int):
            heapq.heappush(events, (at + timedelta(seconds=attempt), "guess", who))
        else:
            looked_at.append(at)
            by_name[name] += 1
            heapq.heappush(events, (at + BETWEEN, "guess", who))
    return looked_at, max(by_name.values())


def _try(address: str, name: str, at: datetime) -> Any:
    """The attempt, or how many seconds too early it comes."""
    from django.test import RequestFactory

    from accounts.access import guessing

    try:
        return guessing.begin(RequestFactory().post("/", REMOTE_ADDR=address), name, at=at)
    except guessing.TooEarlyError as early:
        return early.seconds


def _turns(number: int) -> Iterator[str]:
    while True:
        yield from NAMES[number * 4 % len(NAMES) :] + NAMES[: number * 4 % len(NAMES)]


def _waits(waits: list[int]) -> str:
    late = [wait for wait in waits if wait]
    return f"{statistics.median(late):.0f}, {max(late)}" if late else "–"


def _zone() -> Any:
    from django.utils import timezone

    return timezone.get_default_timezone()


if __name__ == "__main__":
    main()
