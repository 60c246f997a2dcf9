"""Crashes: of a worker, of the database, and an orderly end."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from tests.visitors.served import ServedPortal, served_portal
from tests.waiting import LONG, eventually

VISITS = "SELECT sum(visits) FROM visitors_day"
FIGURES = "/thong-ke-truy-cap/so-lieu.json"
PRESENT = "SELECT count(*) FROM visitors_presence"
FLUSHED = 11  # seconds: every worker has flushed, and once more if it was late


def settled(portal: ServedPortal) -> int:
    """The visits that are written, once nothing more comes."""
    before = None
    while (written := portal.query(VISITS)) != before:
        before = written
        time.sleep(FLUSHED)
    return written


@pytest.fixture(scope="module")
def portal():
    # A short path: a Unix socket's name may have no more than 103 bytes.
    with tempfile.TemporaryDirectory(prefix="cong-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server of a root shell is another user
        with served_portal(folder / "p") as portal:
            yield portal


def test_a_crash_of_the_database_is_not_noticed(portal: ServedPortal):
    for visitor in range(40):
        portal.signal(visitor)
    eventually(lambda: portal.query(VISITS) == 40)
    eventually(lambda: all(portal.signal(0, "beat") >= 40 for _ in range(40)))  # both workers have read it
    for _ in range(20):
        portal.get("/")  # until both workers have it in their page cache

    seen = []
    with portal.without_database():
        for _ in range(4):
            seen.append(portal.signal(0, "beat"))
            assert portal.get("/")
            time.sleep(1)
        for visitor in range(40, 50):
            portal.signal(visitor)
    restarted = time.monotonic()
    while time.monotonic() - restarted < 2 * LONG and portal.query(PRESENT) < 50:
        seen.append(portal.signal(0, "beat"))
        time.sleep(0.5)
    for _ in range(12):
        seen.append(portal.signal(0, "beat"))
        time.sleep(0.5)

    assert min(seen) >= 40
    assert (portal.query(PRESENT), portal.query(VISITS)) == (50, 50)


def test_workers_born_in_an_outage_do_not_say_zero_and_tell_the_truth_afterwards(portal: ServedPortal):
    old = portal.workers()
    with portal.without_database():
        for worker in old:
            os.kill(worker, signal.SIGKILL)
        eventually(lambda: len(portal.workers()) == 2 and not set(portal.workers()) & set(old))
        eventually(lambda: portal.status("/healthz") == 503)

        figures = [portal.status(FIGURES) for _ in range(8)]
        online = [portal.online() for _ in range(8)]
    eventually(lambda: all(portal.status(FIGURES) == 200 for _ in range(8)))
    later = [json.loads(portal.get(FIGURES)) for _ in range(8)]

    assert figures == [503] * 8
    assert online == [None] * 8
    assert min(numbers["all_time"] for numbers in later) >= 40


def test_a_killed_worker_loses_at_most_its_last_five_seconds(portal: ServedPortal):
    before = settled(portal)
    for visitor in range(100, 140):
        portal.signal(visitor)
    written = before + 40
    eventually(lambda: portal.query(VISITS) == written)
    workers = portal.workers()

    for visitor in range(140, 180):
        portal.signal(visitor)
    os.kill(workers[0], signal.SIGKILL)
    kept = settled(portal)

    assert len(workers) == 2
    assert written <= kept <= written + 40
    assert portal.query("SELECT count(*) FROM visitors_seen") == kept
    portal.signal(180)
    eventually(lambda: portal.query(VISITS) == kept + 1)
    eventually(lambda: len(portal.workers()) == 2)


def test_an_orderly_end_loses_nothing(portal: ServedPortal):
    before = settled(portal)

    for visitor in range(200, 260):
        portal.signal(visitor)
    portal.process.terminate()
    code = portal.process.wait(timeout=LONG)

    assert portal.query(VISITS) == before + 60
    assert code in (0, -signal.SIGTERM)
