"""What counting visitors costs: beacons a second, rows a flush writes, seconds a count takes.

`python -m benchmarks.visitors` prepares a data folder of its own and prints one JSON row.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import servers
from benchmarks.answers import capture
from benchmarks.load import CONNECTIONS, Request, Result, drive, row_of, run_wrk
from benchmarks.servers import Server

SCRIPT = Path(__file__).with_suffix(".lua")
SECONDS = int(os.environ.get("SECONDS", "2"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BATCH = 5_000
BATCHES = 20
FLUSHED = 12  # seconds until every worker has written what it counted


# One view as the portal's script sends it: what the bare application is asked, and answers alike.
VIEW = Request(
    "/nhip/",
    "POST",
    {"Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"},
    '{"kind":"view","path":"/","page":"","from":"www.google.com"}',
)


def measure_beacons(portal: Server, bare: Server, minimal: Server) -> dict[str, float]:
    """Beacons a second from 50,000 addresses, beside the others in the same rounds.

    Needs a portal that trusts 127.0.0.1 as a proxy, and a bare application that answers `/beacon`.
    Raises RuntimeError when one answered beacon is missing from the database afterwards.
    """
    _beacons(portal, 1)
    time.sleep(FLUSHED)
    before, answered = _stored_views(), 0
    ours, theirs, djangos = [], [], []
    for _ in range(ROUNDS):
        result, count = _beacons(portal, SECONDS)
        answered += count
        ours.append(result)
        theirs.append(drive(bare, replace(VIEW, path="/beacon"), SECONDS))
        djangos.append(drive(minimal, Request("/"), SECONDS))
    time.sleep(FLUSHED)
    stored = _stored_views() - before
    # wrk hangs up at the end: what it had sent by then is counted, and not answered.
    if not answered <= stored <= answered + ROUNDS * CONNECTIONS:
        raise RuntimeError(f"{answered} beacons were answered, {stored} are stored")
    return row_of(ours, theirs, djangos) | {"stored": stored}


def _beacons(portal: Server, seconds: int) -> tuple[Result, int]:
    row, cpu_seconds = run_wrk(portal, SCRIPT, [portal.address], seconds)
    answered = int(row["answered"])
    if row["refused"]:
        raise RuntimeError(f"{row['refused']} beacons were refused")
    return Result(
        answered / row["seconds"], row["p50_us"] / 1000, row["p99_us"] / 1000, 1000 * cpu_seconds / max(answered, 1)
    ), answered


def _stored_views() -> int:
    """Views and signals set aside: every signal is in exactly one of the two."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(total), 0)::bigint FROM visitors_dayshare WHERE dimension = 1"
            " OR dimension = 11 AND value IN ('rate', 'repeated', 'network')"
        )
        return cursor.fetchone()[0]


def measure_flush(communes: Sequence[int]) -> dict[str, float]:
    """Rows a second that one connection writes: new visitors, and the same ones a minute later.

    They are spread over `communes`, primary keys.
    """
    from ipaddress import ip_address

    from visitors.counting.buffer import Buffer
    from visitors.counting.identity import Source
    from visitors.counting.rollups import Arrival

    now = [time.time()]
    buffer = Buffer(lambda: now[0])
    buffer.flush()
    arrival = Arrival("home", "direct", "", "phone", "Chrome", "Android", "vi")
    rates = []
    for is_new in (True, False):
        taken = 0.0
        for batch in range(BATCHES):
            for number in range(batch * BATCH, (batch + 1) * BATCH):
                source = Source(ip_address(0x20000000 + number * 256), "bench", communes[number % len(communes)])
                buffer.touch(source, arrival=arrival if is_new else None)
            started = time.perf_counter()
            buffer.flush()
            taken += time.perf_counter() - started
        rates.append(BATCH * BATCHES / taken)
        now[0] += 60
    return {"new_visitors_per_second": round(rates[0]), "heartbeats_per_second": round(rates[1])}


def measure_counts(communes: Sequence[int]) -> dict[str, float]:
    """Milliseconds that counting takes with 100,000 and 1,000,000 people online, spread over `communes`."""
    from django.db import connection

    from visitors.counting.presence import count_online

    row = {}
    with connection.cursor() as cursor:
        for present in (100_000, 1_000_000):
            cursor.execute("TRUNCATE visitors_presence")
            cursor.execute(
                "INSERT INTO visitors_presence"
                " (commune_id, visitor, network, is_staff, visit, visit_began_at, last_seen_at)"
                " SELECT (%s::bigint[])[1 + n %% %s], n, n / 3, false, 1, now(), now() FROM generate_series(1, %s) AS n",
                [list(communes), len(communes), present],
            )
            cursor.execute("VACUUM ANALYZE visitors_presence")
            times = []
            for _ in range(7):
                started = time.perf_counter()
                if sum(people for people, _ in count_online(time.time()).values()) != present:
                    raise RuntimeError("The count is wrong")
                times.append(time.perf_counter() - started)
            row[f"count_ms_at_{present}"] = round(1000 * statistics.median(times), 2)
        cursor.execute("TRUNCATE visitors_presence")
    return row


def main() -> None:
    from benchmarks.cases import prepare
    from communes.models import Commune

    var = servers.BASE_DIR / "var" / "bench-visitors"
    with contextlib.ExitStack() as stack:
        stack.enter_context(prepare(var, 20))
        minimal = stack.enter_context(servers.application("benchmarks.minimal:application"))
        portal = stack.enter_context(servers.portal(var, TRUSTED_PROXIES="127.0.0.1"))
        answers = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        capture(portal, "beacon", VIEW, answers)
        bare = stack.enter_context(servers.application("benchmarks.bare:application", RESPONSES=str(answers)))
        row = measure_beacons(portal, bare, minimal)
        communes = list(Commune.objects.order_by("pk").values_list("pk", flat=True))
        row |= measure_flush(communes) | measure_counts(communes)
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
