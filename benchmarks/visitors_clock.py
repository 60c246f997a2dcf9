"""A served portal whose clock jumps: three days ahead and back, then six years back and right again.

libfaketime cannot do it: under it, time.sleep of Python 3.11 fails. So each process of the portal
gets its false time from time-machine, by an offset that it reads from a file; the database keeps the
true time, as a server of its own would.

    python -m benchmarks.visitors_clock

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
FALSE_TIME = '''
import os, threading, time
from pathlib import Path

import time_machine

def follow():
    """Travel by as many days as the file says, whenever it says something new."""
    traveller, days = None, 0.0
    while True:
        wanted = float(Path(os.environ["FALSE_TIME"]).read_text() or 0)
        if wanted != days:
            if traveller is not None:
                traveller.stop()
            days, traveller = wanted, None
            if days:
                traveller = time_machine.travel(time.time() + 86400 * days, tick=True)
                traveller.start()
        time.sleep(0.2)

def start():
    threading.Thread(target=follow, daemon=True).start()

start()
os.register_at_fork(after_in_child=start)
'''
SETTLED = 35  # seconds: flushed, sampled and read again, with a clock that is read every 20 seconds


def main() -> None:
    django.setup()
    from tests.visitors.served import served_portal

    with tempfile.TemporaryDirectory(prefix="cong-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        offset = folder / "offset"
        offset.write_text("0")
        (folder / "sitecustomize.py").write_text(FALSE_TIME)
        os.environ |= {"PYTHONPATH": str(folder), "FALSE_TIME": str(offset)}
        with served_portal(folder, passed_on=("PYTHONPATH", "FALSE_TIME")) as it:
            tell(it, offset)


def tell(portal: ServedPortal, offset: Path) -> None:
    """The story, stage by stage."""

    def stage(name: str, days: int, visit: Callable[[], None] = lambda: None) -> None:
        offset.write_text(str(days))
        time.sleep(1)
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
