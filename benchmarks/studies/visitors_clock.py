"""A served portal whose clock jumps: three days ahead and back, then six years back and right again.

Needs Debian's package `faketime`: the portal, its workers and its database all see the false clock.
(Under it an absolute time.sleep may fail, so a helping thread can be missed; the story does not need it.)

    python -m benchmarks.studies.visitors_clock

prints one JSON row for each stage: people online as the beacon says, all visits, the salts of the
database, and what /healthz answers.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.visitors.served import ServedPortal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
SETTLED = 35  # seconds: flushed, sampled and read again, with a clock that is read every 20 seconds


def main() -> None:
    if not LIBRARIES:
        raise SystemExit("libfaketime is missing: apt-get install faketime")
    django.setup()
    from tests.visitors.served import served_portal

    with tempfile.TemporaryDirectory(prefix="cong-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        offset = folder / "offset"
        offset.write_text("+0")
        # Each process reads the file anew; monotonic time stays true, or servers would stop waiting.
        false_time = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        os.environ |= false_time
        with served_portal(folder, passed_on=tuple(false_time)) as it:
            tell(it, offset)


def tell(portal: ServedPortal, offset: Path) -> None:
    """The story, stage by stage."""

    def stage(name: str, days: int, visit: Callable[[], None] = lambda: None) -> None:
        offset.write_text(f"{days:+}d")
        visit()
        time.sleep(SETTLED)
        online = portal.signal(0, "beat")
        row = {
            "stage": name,
            "online": online,
            "visits": portal.query("SELECT sum(visits) FROM visitors_day"),
            "views": portal.query("SELECT sum(views) FROM visitors_day"),
            "days": portal.query("SELECT count(*) FROM visitors_day"),
            "salts": portal.query("SELECT count(*) FROM visitors_salt"),
            "healthz": health(portal),
        }
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()

    def visitors(first: int, last: int) -> Callable[[], None]:
        return lambda: [portal.signal(number) for number in range(first, last)] and None

    stage("right", 0, visitors(0, 40))
    stage("three days ahead", 3, visitors(100, 130))
    stage("back", 0)
    stage("the first forty again", 0, visitors(0, 40))
    stage("six years behind", -2190)
    stage("right again", 0, visitors(0, 40))


def health(portal: ServedPortal) -> int:
    try:
        portal.get("/healthz")
    except urllib.error.HTTPError as error:
        return error.code
    return 200


if __name__ == "__main__":
    main()
