"""A loop in a thread: it outlives mistakes and outages, ends in order, and does not come along into a fork."""

import logging
import os
import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError

from serving import background
from serving.background import BackgroundLoop
from tests.waiting import LONG, eventually


class Diary:
    """Notes what a loop called; `failures` are raised first, one a turn."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.notes: list[str] = []

    def turn(self) -> None:
        self.notes.append("turn")
        if self.failures:
            raise self.failures.pop(0)

    def note(self, word: str) -> Callable[[], None]:
        return lambda: self.notes.append(word)


def make_loop(diary: Diary, **changes) -> BackgroundLoop:
    fields = {
        "turn": diary.turn,
        "finish": diary.note("finish"),
        "lost": diary.note("lost"),
        "seconds": 0.001,
        "patience": 10,
        "exit_priority": 1,
    }
    return BackgroundLoop("test-loop", "The test", **fields | changes)


def run_until(loop: BackgroundLoop, condition: Callable[[], bool]) -> None:
    loop.start()
    eventually(condition)
    loop.stop()


def test_it_goes_on_until_it_is_stopped_and_finishes_then():
    diary = Diary()
    loop = make_loop(diary)

    run_until(loop, lambda: diary.notes.count("turn") >= 3)

    assert not loop.is_running
    assert diary.notes[-1] == "finish"
    assert diary.notes.count("finish") == 1


def test_it_starts_once_and_again_after_it_was_stopped():
    diary = Diary()
    loop = make_loop(diary)
    loop.start()

    loop.start()

    assert [thread.name for thread in threading.enumerate()].count("test-loop") == 1
    loop.stop()
    run_until(loop, lambda: diary.notes.count("finish") == 1 and diary.notes[-1] == "turn")
    assert diary.notes.count("finish") == 2


def test_an_outage_is_told_once_and_so_is_its_end(monkeypatch, caplog):
    monkeypatch.setattr(background, "LONGEST_BACK_OFF", 0.001)
    diary = Diary(OperationalError("gone\nhint"), OperationalError("gone\nhint"))

    with caplog.at_level(logging.INFO, "serving.background"):
        run_until(make_loop(diary), lambda: diary.notes.count("turn") >= 4)

    assert diary.notes[:5] == ["turn", "lost", "turn", "lost", "turn"]
    assert [record.getMessage() for record in caplog.records] == [
        "The test waits for the database: gone",
        "The test goes again",
    ]


def test_it_outlives_a_mistake(monkeypatch, caplog):
    monkeypatch.setattr(background, "LONGEST_BACK_OFF", 0.001)
    diary = Diary(ZeroDivisionError())

    run_until(make_loop(diary), lambda: diary.notes.count("turn") >= 2)

    assert "lost" not in diary.notes
    assert "The test failed" in caplog.text


def test_a_turn_that_hangs_holds_up_the_end_for_a_while_only():
    gate, began = threading.Event(), threading.Event()
    diary = Diary()

    def hang() -> None:
        began.set()
        gate.wait(LONG)

    loop = make_loop(diary, turn=hang, patience=0.01)
    run_until(loop, began.is_set)

    assert diary.notes == []
    gate.set()
    eventually(lambda: diary.notes == ["finish"])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of Python 3.12: threads run
def test_a_forked_process_has_no_thread_and_may_start_its_own():
    diary = Diary()
    loop = make_loop(diary)
    run_until(loop, lambda: "turn" in diary.notes)
    assert loop.begin_in_child() is False
    loop.start()

    child = os.fork()
    if child == 0:
        try:
            had_one = loop.begin_in_child()
            diary.notes.clear()
            run_until(loop, lambda: "turn" in diary.notes)
            os._exit(0 if had_one and diary.notes[-1] == "finish" else 1)
        finally:
            os._exit(2)
    _pid, status = os.waitpid(child, 0)
    loop.stop()

    assert os.waitstatus_to_exitcode(status) == 0
