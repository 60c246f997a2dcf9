"""A flush counts once: among many threads and processes, and when the line breaks in the middle."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, ProgrammingError, connection

from tests.communes.factories import first_commune
from tests.visitors.factories import make_arrival, make_buffer, make_source, online, shares
from tests.waiting import LONG
from visitors.counting.flush import NETWORK_CAP
from visitors.counting.identity import Source
from visitors.models import Day, Dimension, Presence, Seen, Writer

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 8
THREADS = 64
VISITORS = 10_000
CROWD = """
import random, sys, threading, django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from tests.communes.factories import first_commune
from tests.visitors.factories import Clock, make_arrival, make_buffer, make_source, online
from visitors.models import Dimension
from tests.waiting import LONG

clock = Clock("2026-11-18 09:00")
commune = first_commune().pk
buffer = make_buffer(clock)
writer = ThreadPoolExecutor(1)  # as in service, where one thread of each process writes
numbers = list(range({visitors}))
random.Random(int(sys.argv[1])).shuffle(numbers)

def visit(part):
    for place, number in enumerate(part):
        buffer.touch(make_source(number, commune=commune), arrival=make_arrival())
        buffer.count(commune, Dimension.PAGE, "home")
        if place % 60 == 59:
            writer.submit(buffer.flush).result()
    writer.submit(buffer.flush).result()

threads = [threading.Thread(target=visit, args=[numbers[start::{threads}]]) for start in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_many_threads_of_many_processes_count_each_visitor_once(clock):
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"postgres://{database['USER']}@{str(database['HOST']).replace('/', '%2F')}/{database['NAME']}",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    script = CROWD.format(visitors=VISITORS, threads=THREADS)

    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(seed)], env=environment, stderr=subprocess.PIPE, text=True)
        for seed in range(PROCESSES)
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]

    day = Day.objects.everywhere().get()
    assert errors == [""] * PROCESSES
    assert online(clock) == (VISITORS, 0)
    assert (day.visitors, day.visits, day.views) == (VISITORS, VISITORS, VISITORS * PROCESSES)
    assert shares(Dimension.SOURCE) == {"direct": VISITORS}
    assert Writer.objects.count() == PROCESSES


def test_processes_that_flush_at_once_keep_the_cap_together(clock):
    address = make_source(1).address
    buffers = [make_buffer(clock) for _ in range(PROCESSES)]
    for place, buffer in enumerate(buffers):
        for number in range(200):
            buffer.touch(Source(address, f"Mozilla/5.0 (X11) {place}-{number}", first_commune().pk))
    together = threading.Barrier(PROCESSES, timeout=LONG)

    def flush(buffer):
        together.wait()
        buffer.flush()
        connection.close()

    threads = [threading.Thread(target=flush, args=[buffer]) for buffer in buffers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert online(clock) == (NETWORK_CAP, 0)


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_flush_whose_reply_is_lost_counts_once(clock, is_committed):
    buffer = make_buffer(clock)
    buffer.flush()  # fetches the salt
    for number in range(50):
        buffer.touch(make_source(number), arrival=make_arrival())
        buffer.count(first_commune().pk, Dimension.PAGE, "home")

    with broken_commit(passes_it_on=is_committed), pytest.raises((OperationalError, InterfaceError)):
        buffer.flush()
    after_the_break = Day.objects.everywhere().values_list("visits", flat=True).first()
    buffer.touch(make_source(50), arrival=make_arrival())
    buffer.flush()
    buffer.flush()

    day = Day.objects.everywhere().get()
    assert after_the_break == (50 if is_committed else None)
    assert (day.visitors, day.visits, day.views) == (51, 51, 50)
    assert online(clock) == (51, 0)


def test_whoever_was_wiped_out_by_a_crash_is_reported_again(clock):
    buffer = make_buffer(clock)
    for number in range(20):
        buffer.touch(make_source(number), arrival=make_arrival())
    buffer.flush()
    clock.advance(200)

    Presence.objects.everywhere().delete()  # what the server does to an UNLOGGED table when it recovers
    buffer.connection_was_lost()
    buffer.touch(make_source(3))
    buffer.flush()

    day = Day.objects.everywhere().get()
    assert online(clock) == (20, 0)
    assert (day.visitors, day.visits) == (20, 20)


def test_a_batch_the_database_rejects_does_not_hold_up_the_next(clock, caplog):
    buffer = make_buffer(clock)
    buffer.count(first_commune().pk, Dimension.PAGE, "x" * 201)
    buffer.flush()

    buffer.count(first_commune().pk, Dimension.PAGE, "home")
    buffer.flush()

    assert shares(Dimension.PAGE) == {"home": 1}
    assert "rejected" in caplog.text


def test_a_batch_is_kept_while_the_server_only_reads(clock):
    """A server in the middle of its promotion answers so (SQLSTATE 25006)."""
    buffer = make_buffer(clock)
    buffer.count(first_commune().pk, Dimension.PAGE, "home")
    buffer.touch(make_source(1), arrival=make_arrival())
    buffer.flush()
    buffer.count(first_commune().pk, Dimension.PAGE, "home")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
        with pytest.raises(InternalError, match="read-only"):
            buffer.flush()
    finally:
        connection.close()

    buffer.flush()
    buffer.flush()

    assert shares(Dimension.PAGE) == {"home": 2}
    assert Day.objects.everywhere().get().visits == 1


def test_a_batch_is_kept_while_its_table_is_missing(clock):
    """A worker may count before the migration of its release is done."""
    buffer = make_buffer(clock)
    buffer.count(first_commune().pk, Dimension.PAGE, "home")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE visitors_writer RENAME TO visitors_writer_gone")
        try:
            with pytest.raises(ProgrammingError):
                buffer.flush()
        finally:
            cursor.execute("ALTER TABLE visitors_writer_gone RENAME TO visitors_writer")

    buffer.flush()

    assert shares(Dimension.PAGE) == {"home": 1}


@pytest.mark.parametrize(
    "code", ["53100", "53200", "53400", "55P03", "57014", "40P01", "40001", "25006", "57P01", "58030", "XX000", "42501"]
)
def test_a_batch_is_kept_for_every_error_that_can_pass(clock, code):
    """Disk full, out of memory, limits, locks, time-outs, read-only, shutting down, broken disk, rights taken away."""
    buffer = make_buffer(clock)
    buffer.flush()  # fetches the salt
    for number in range(40):
        buffer.touch(make_source(number), arrival=make_arrival(), page="home")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION visitors_fail() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$;"
            "CREATE TRIGGER visitors_fail BEFORE INSERT ON visitors_writer EXECUTE FUNCTION visitors_fail()"
        )
        try:
            for _ in range(2):
                with pytest.raises((DatabaseError, InterfaceError)):
                    buffer.flush()
        finally:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute("DROP FUNCTION visitors_fail() CASCADE")

    buffer.touch(make_source(40), arrival=make_arrival(), page="home")
    buffer.flush()
    buffer.flush()

    day = Day.objects.everywhere().get()
    assert (day.visitors, day.visits, day.views) == (41, 41, 41)
    assert online(clock) == (41, 0)


def test_memory_stays_bounded_while_the_database_is_away(clock, monkeypatch):
    from visitors.counting import buffer as module

    monkeypatch.setattr(module, "MOST_TOUCHES", 100)
    monkeypatch.setattr(module, "MOST_COUNTS", 10)
    monkeypatch.setattr(module, "MOST_WAITING", 30)
    buffer = make_buffer(clock)

    for number in range(200):
        buffer.touch(make_source(number))  # before the salt is known
    buffer.flush()
    waited = online(clock)
    for number in range(1000):
        buffer.touch(make_source(number))
        buffer.count(first_commune().pk, Dimension.REFERRER, f"site-{number}.example")
    buffer.flush()

    stored = shares(Dimension.REFERRER)
    assert waited == (30, 0)
    assert Seen.objects.everywhere().count() == 100
    assert (len(stored), stored.total(), stored[""]) == (11, 1000, 990)


@contextlib.contextmanager
def broken_commit(*, passes_it_on: bool):
    """Lead the connection through a relay that cuts it at the next COMMIT, before or after the server has it."""
    database = connection.settings_dict
    address = {"HOST": database["HOST"], "PORT": database["PORT"]}
    listener = socket.create_server(("127.0.0.1", 0))
    relay = threading.Thread(target=_relay, args=[listener, address, passes_it_on], daemon=True)
    relay.start()
    connection.close()
    database["HOST"], database["PORT"] = listener.getsockname()
    try:
        yield
    finally:
        database |= address
        connection.close()
        listener.close()
        relay.join(timeout=5)


def _relay(listener: socket.socket, address: dict[str, str], passes_it_on: bool) -> None:  # noqa: FBT001 (a thread's argument)
    client, _ = listener.accept()
    listener.close()  # whoever tries again at once is refused, not kept waiting
    if str(address["HOST"]).startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{address['HOST']}/.s.PGSQL.{address['PORT'] or 5432}")
    else:
        server = socket.create_connection((address["HOST"], int(address["PORT"] or 5432)))
    with client, server:
        while True:
            for side in select.select([client, server], [], [], 20)[0]:
                chunk = side.recv(65536)
                if b"COMMIT" in chunk and side is client:
                    if passes_it_on:
                        server.sendall(chunk)
                        select.select([server], [], [], 20)  # the answer is there: it is committed
                    return
                if not chunk:
                    return
                (server if side is client else client).sendall(chunk)
