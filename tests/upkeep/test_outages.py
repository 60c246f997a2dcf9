"""Death of the leader, and of the database, under a portal that nobody visits."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from tests.visitors.served import ServedPortal, served_portal
from tests.waiting import LONG, eventually

LEADER = "SELECT process FROM upkeep_leader WHERE expires_at > now()"
SAMPLE = "SELECT extract(epoch FROM started_at) FROM upkeep_taskstate WHERE name = 'visitors-sample'"
NOW = "SELECT extract(epoch FROM now())"


@pytest.fixture(scope="module")
def portal():
    # A short path: a Unix socket's name may have no more than 103 bytes.
    with tempfile.TemporaryDirectory(prefix="cong-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server of a root shell is another user
        with served_portal(folder / "p") as portal:
            yield portal


def leader_of(portal: ServedPortal) -> int:
    """The leading process; 0 while nobody leads."""
    return portal.query(f"SELECT coalesce(({LEADER}), 0)")


def test_the_clock_goes_without_any_visitor(portal: ServedPortal):
    eventually(lambda: leader_of(portal) in portal.workers(), 2 * LONG)
    eventually(lambda: portal.query("SELECT count(*) FROM upkeep_taskstate WHERE ended_at IS NOT NULL") >= 4, 2 * LONG)

    eventually(
        lambda: portal.query("SELECT coalesce(sum(cardinality(online)), 0) FROM visitors_minutesamples") >= 1, 2 * LONG
    )
    assert portal.query("SELECT count(*) FROM upkeep_taskstate WHERE error <> ''") == 0


def test_a_killed_leader_is_replaced(portal: ServedPortal):
    eventually(lambda: leader_of(portal) in portal.workers(), 2 * LONG)
    killed, moment = leader_of(portal), portal.query(NOW)

    os.kill(killed, signal.SIGKILL)

    eventually(lambda: leader_of(portal) not in (0, killed), 2 * LONG)
    eventually(lambda: portal.query(SAMPLE) > moment + 1, 2 * LONG)
    eventually(lambda: leader_of(portal) in portal.workers())


def test_a_crashed_and_restarted_database_is_survived(portal: ServedPortal):
    eventually(lambda: leader_of(portal) in portal.workers(), 2 * LONG)

    with portal.without_database():
        time.sleep(12)
    moment = portal.query(NOW)
    eventually(lambda: portal.query(SAMPLE) > moment, 2 * LONG)

    eventually(lambda: leader_of(portal) in portal.workers())
    # The line is written after the turn in which the sample was taken.
    eventually(lambda: "The clock goes again" in portal.log.read_text())
    assert portal.log.read_text().count("The clock waits for the database") <= len(portal.workers())


def test_an_orderly_end_gives_up_the_lead(portal: ServedPortal):
    eventually(lambda: leader_of(portal) in portal.workers(), 2 * LONG)

    portal.process.terminate()
    portal.process.wait(timeout=LONG)

    assert leader_of(portal) == 0
