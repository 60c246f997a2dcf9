"""A machine without a thread or a file to spare for a moment: afterwards the portal is as before."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import OperationalError

from serving.background import BackgroundLoop
from serving.clients import bodies as bodies_module
from serving.clients import client_sockets
from serving.clients.bodies import Bodies
from serving.clients.client_sockets import Look
from serving.outages import Outage
from serving.pagecache.flights import Refresher
from tests.serving.test_slow_clients import answered, post, slow_from  # noqa: F401 - a fixture
from tests.waiting import LONG, eventually
from visitors.counting import background as visitor_counts


@pytest.fixture
def shortage(monkeypatch):
    """No thread can be started inside, as where a limit of the system is reached."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        yield patch


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_bodies_are_watched_from_the_next_one_on(shortage, slow_from):  # noqa: F811 - the fixture
    bodies = Bodies()
    assert answered(bodies, post(b"a", "1")) == 200
    before = names()

    shortage.undo()
    slow_from(bodies, "198.51.100.7")

    assert "slow-bodies" not in before
    assert "slow-bodies" in names()


def test_an_outage_that_nobody_watches_is_none(shortage, monkeypatch):
    outage = Outage()
    monkeypatch.setattr(Outage, "_watch", lambda _outage: None)
    outage.failed(OperationalError("gone"))
    was_on = outage.is_on

    shortage.undo()
    outage.failed(OperationalError("gone"))

    assert (was_on, outage.is_on) == (False, True)


def test_a_loop_starts_at_the_next_call(shortage):
    turned = threading.Event()
    loop = BackgroundLoop(
        "test-loop", "The test", turned.set, finish=lambda: None, seconds=0.001, patience=10, exit_priority=1
    )
    with pytest.raises(RuntimeError):
        loop.start()

    shortage.undo()
    loop.start()

    assert turned.wait(LONG)
    loop.stop()


def test_a_visitor_is_answered_where_the_count_has_no_thread(shortage, monkeypatch):
    monkeypatch.setattr(visitor_counts, "_is_allowed", True)

    visitor_counts.ensure_running()

    assert not visitor_counts.loop.is_running


def test_pages_that_wait_to_be_rendered_anew_are_with_the_next(shortage):
    rendered: list[str] = []
    refresher = Refresher(1, 8)
    assert refresher.submit(lambda: rendered.append("first"))

    shortage.undo()
    assert refresher.submit(lambda: rendered.append("second"))

    eventually(lambda: rendered == ["first", "second"])


def test_a_look_that_finds_no_file_free_is_followed_by_the_next(slow_from, monkeypatch, caplog):  # noqa: F811
    ended = threading.Event()
    monkeypatch.setattr(Look, "end_waiting", lambda *_looked, **_how: ended.set())
    monkeypatch.setattr(bodies_module, "GRACE", 0.1)
    with monkeypatch.context() as patch:
        patch.setattr(client_sockets, "OPEN_FILES", Path("/nowhere"))
        slow_from(Bodies(), "198.51.100.7")
        eventually(lambda: "Slow bodies could not be ended" in caplog.text)
        assert not ended.is_set()

    assert ended.wait(LONG)
