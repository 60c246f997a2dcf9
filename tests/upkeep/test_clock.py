"""A clock with threads, on committed data."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.upkeep.factories import MINUTE, make_task, moment
from tests.waiting import LONG
from upkeep import machineclock
from upkeep.clock import MOST_AT_ONCE, Clock
from upkeep.models import Leader, TaskState

pytestmark = pytest.mark.django_db(transaction=True)

AT = moment("2026-11-18 12:00")


@pytest.fixture
def gate():
    """Tasks that wait for it end with the test."""
    gate = threading.Event()
    yield gate
    gate.set()


def fail(at):
    raise RuntimeError("hỏng")


def wait_for_end(name: str) -> None:
    """Return when the task is noted as ended and its thread has gone too."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        is_alive = f"upkeep-{name}" in {thread.name for thread in threading.enumerate()}
        if not is_alive and TaskState.objects.filter(name=name, ended_at__isnull=False).exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{name} does not end")


def test_one_failing_task_does_not_stop_the_others():
    clock = Clock([make_task(fail, name="bad"), make_task(lambda at: "xong", name="good")])

    clock.turn(AT)

    assert clock.wait(LONG)
    states = TaskState.objects.in_bulk()
    assert (states["bad"].error, states["good"].result) == ("RuntimeError: hỏng", "xong")


def test_a_long_task_holds_up_no_other(gate):
    runs = []
    tasks = [make_task(lambda at: gate.wait(LONG), name="long"), make_task(runs.append, name="short")]
    clock = Clock(tasks, now=lambda: AT)

    for minutes in (0, 1, 10, 11, 20):
        clock.turn(AT + minutes * MINUTE)
        wait_for_end("short")

    assert runs == [AT, AT + 10 * MINUTE, AT + 20 * MINUTE]


def test_so_many_run_at_once_and_the_rest_at_the_next_turn(gate):
    clock = Clock([make_task(lambda at: gate.wait(LONG), name=f"task{number}") for number in range(MOST_AT_ONCE + 1)])

    clock.turn(AT)
    at_first = TaskState.objects.exclude(started_at=None).count()
    gate.set()
    assert clock.wait(LONG)
    clock.turn(AT + timedelta(seconds=5))

    assert at_first == MOST_AT_ONCE
    assert clock.wait(LONG)
    assert TaskState.objects.filter(ended_at=None).count() == 0


def test_a_task_beyond_its_limit_is_reported_once_and_not_started_again(gate, caplog):
    clock = Clock([make_task(lambda at: gate.wait(LONG), limit=2 * MINUTE)])

    clock.turn(AT)
    for minutes in (1, 3, 20):
        clock.turn(AT + minutes * MINUTE)

    state = TaskState.objects.get()
    assert (state.failures, state.started_at, state.failed_at) == (1, AT, AT + 3 * MINUTE)
    assert state.error == "Sau 2 phút vẫn chưa xong."
    assert [record.levelname for record in caplog.records if record.name == "upkeep.clock"].count("ERROR") == 1


def test_a_statement_of_a_task_has_the_limit_of_the_task():
    def sleep(at):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    clock = Clock([make_task(sleep, limit=timedelta(seconds=1))])

    clock.turn(AT)

    assert clock.wait(LONG)
    assert "statement timeout" in TaskState.objects.get().error


def test_behind_a_pool_nothing_is_left_on_a_connection(monkeypatch):
    def limit_of_statements(at):
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    monkeypatch.setitem(connections.settings["default"], name="DISABLE_SERVER_SIDE_CURSORS", value=True)
    clock = Clock([make_task(limit_of_statements)])

    clock.turn(AT)

    assert clock.wait(LONG)
    assert TaskState.objects.get().result == "0"


def test_a_task_leaves_no_connection_behind():
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    clock = Clock([make_task(lambda at: TaskState.objects.count(), name=f"task{number}") for number in range(3)])
    with connection.cursor() as cursor:
        cursor.execute(count)
        before = cursor.fetchone()[0]

    clock.turn(AT)
    assert clock.wait(LONG)

    with connection.cursor() as cursor:
        for _ in range(600):  # the server notices the end of a connection a moment later
            cursor.execute(count)
            if (left := cursor.fetchone()[0]) <= before:
                break
            cursor.execute("SELECT pg_sleep(0.05), pg_stat_clear_snapshot()")
    assert left <= before


def test_of_many_clocks_one_starts_a_task():
    runs = []
    task = make_task(runs.append)
    clocks = [Clock([task]) for _ in range(4)]
    leads = []

    def turn(clock):
        leads.append(clock.turn(AT))
        clock.wait(LONG)
        connections.close_all()

    threads = [threading.Thread(target=turn, args=(clock,)) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)

    assert (sorted(leads), runs) == ([False, False, False, True], [AT])


def test_an_orderly_end_hands_over_at_once():
    first, second = Clock([make_task()]), Clock([make_task()])
    first.turn(AT)

    first.leave(AT + MINUTE, timeout=LONG)

    assert Leader.objects.current() is None
    assert second.turn(AT + MINUTE)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
def test_a_clock_that_may_be_wrong_starts_nothing_that_deletes(jump):
    runs = []
    clock = Clock([make_task(lambda at: runs.append("deletes"), deletes=True), make_task(runs.append, name="other")])
    machineclock.read(AT)

    clock.turn(AT + jump)  # before anybody has noted the jump
    clock.wait(20)
    machineclock.read(AT + jump)
    clock.turn(AT + jump + timedelta(minutes=11))
    clock.wait(20)
    held = "deletes" not in runs and len(runs) == 2
    TaskState.objects.ask(make_task(deletes=True), "operator", AT + jump)
    clock.turn(AT + jump + timedelta(minutes=12))
    clock.wait(20)

    assert held
    assert runs.count("deletes") == 1


def test_a_clock_that_has_settled_deletes_again():
    runs = []
    clock = Clock([make_task(lambda at: runs.append(at), deletes=True)])
    later = AT + timedelta(days=3)
    machineclock.read(AT)
    machineclock.read(later)

    for minutes in (5, 30, 61):
        machineclock.read(later + minutes * MINUTE)
        clock.turn(later + minutes * MINUTE)
        clock.wait(20)

    assert runs == [later + 61 * MINUTE]
