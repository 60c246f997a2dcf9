"""One thread is ready, the others sleep: nobody's answer waits for a thread that does."""

import queue
import threading
import time

import pytest

from serving import server_threads
from serving.server_threads import ServerThreads

LONG = 60  # seconds; a test that needs the wake-up after MOMENT sets that back
PATIENCE = 10  # seconds


@pytest.fixture(autouse=True)
def no_wake_up_by_time(monkeypatch):
    monkeypatch.setattr(server_threads, "MOMENT", LONG)


class Server:
    """A pool of threads that treats its answers as granian does."""

    def __init__(self, application, threads):
        self._requests = queue.SimpleQueue()
        self._answers = {}
        self._application = application
        self._lock = threading.Condition()
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def _work(self):
        while (name := self._requests.get()) is not None:
            self._answer(name)

    def _answer(self, name):
        body = self._application({"name": name}, lambda *_: None)
        sent = b"".join(body)
        if not isinstance(body, list):
            body.close()
        with self._lock:
            self._answers[name] = sent
            self._lock.notify_all()

    def ask(self, *names):
        for name in names:
            self._requests.put(name)

    def end_one_thread(self):
        self._requests.put(None)

    def has_answered(self, *names, within=PATIENCE):
        with self._lock:
            return self._lock.wait_for(lambda: all(name in self._answers for name in names), within)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.002)


def named(environ, start_response):
    return [environ["name"].encode()]


BURST = [f"burst {number}" for number in range(8)]


class Held:
    """An application whose first requests meet before they are answered, and some of whose requests are slow."""

    def __init__(self, crew):
        self.crew = crew
        self.meeting = threading.Barrier(len(BURST))
        self.slow_gate, self.slow_arrived = threading.Event(), threading.Semaphore(0)

    def __call__(self, environ, start_response):
        name = environ["name"]
        if name in BURST:
            self.meeting.wait(PATIENCE)
        elif name.startswith("waits openly"):
            with self.crew.waiting():
                self._be_slow()
        elif name == "waits a moment":
            with self.crew.waiting():
                pass
        elif name == "waits secretly":
            self._be_slow()
        return [name.encode()]

    def _be_slow(self):
        self.slow_arrived.release()
        self.slow_gate.wait(PATIENCE)


@pytest.fixture
def crew():
    return ServerThreads()


@pytest.fixture
def application(crew):
    return Held(crew)


@pytest.fixture
def server(crew, application):
    """Eight threads, all of which have answered a request, and seven sleep."""
    server = Server(crew.serving(application), len(BURST))
    server.ask(*BURST)
    assert server.has_answered(*BURST)
    wait_until(lambda: len(crew._asleep) == 7)
    yield server
    application.slow_gate.set()


def test_after_a_burst_one_thread_answers(crew, server):
    names = [str(number) for number in range(500)]

    server.ask(*names)

    assert server.has_answered(*names)
    assert (len(crew._asleep), crew._ready) == (7, 1)


def test_while_others_wait_one_is_ready(crew, application, server):
    slow = [f"waits openly {number}" for number in range(7)]
    for number, name in enumerate(slow):
        server.ask(name)
        assert application.slow_arrived.acquire(timeout=PATIENCE)
        server.ask(f"quick {number}")
        assert server.has_answered(f"quick {number}")

    assert not any(server.has_answered(name, within=0) for name in slow)
    application.slow_gate.set()
    assert server.has_answered(*slow)


def test_a_wait_that_nobody_declared_holds_the_others_up_for_a_moment_only(monkeypatch, crew, application):
    monkeypatch.setattr(server_threads, "MOMENT", 0.5)
    server = Server(crew.serving(application), len(BURST))
    server.ask(*BURST)
    wait_until(lambda: len(crew._asleep) == 7)

    server.ask("waits secretly", "next")

    assert server.has_answered("next")
    assert not server.has_answered("waits secretly", within=0)
    application.slow_gate.set()
    assert server.has_answered("waits secretly")


def test_where_many_wait_for_a_moment_a_second_one_stays_awake(monkeypatch, crew, application):
    monkeypatch.setattr(server_threads, "MOMENT", 0.05)
    server = Server(crew.serving(application), len(BURST))
    server.ask(*BURST)

    def goes_on_until(name, condition):
        wait_until(lambda: server.ask(name) or condition())

    goes_on_until("waits a moment", lambda: crew._spare == 1)
    goes_on_until("waits a moment", lambda: len(crew._asleep) == 6)
    goes_on_until("quick", lambda: crew._spare == 0 and len(crew._asleep) == 7)


def test_without_requests_all_threads_wake(monkeypatch, crew, application):
    monkeypatch.setattr(server_threads, "MOMENT", 0.01)
    server = Server(crew.serving(application), len(BURST))
    server.ask(*BURST)
    assert server.has_answered(*BURST)

    wait_until(lambda: not crew._asleep and not crew._is_watched)

    assert crew._ready == 8


def test_when_the_ready_thread_ends_another_is_woken(crew, server):
    server.end_one_thread()
    wait_until(lambda: sum(thread.is_alive() for thread in server.threads) == 7)

    server.ask("next")

    assert server.has_answered("next")
    assert crew._ready == 1


def test_an_answer_is_out_before_its_thread_sleeps(crew):
    sent = []

    def answer():
        body = crew.serving(named)({"name": "page"}, lambda *_: None)
        assert type(body) is not list
        sent.append(b"".join(body))
        del body
        sent.append(b"slept")

    crew._join()  # somebody else is ready
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    wait_until(lambda: crew._asleep)

    assert sent == [b"page"]
    crew._leave()
    thread.join(PATIENCE)
    assert sent == [b"page", b"slept"]


def test_whoever_is_not_one_of_the_servers_threads_counts_for_nothing(crew):
    with crew.waiting():
        assert crew._ready == 0
    assert crew._ready == 0


def test_a_stream_is_handed_on_as_it_is(crew):
    crew._join()
    stream = iter([b"a"])

    assert crew.serving(lambda *_: stream)({}, lambda *_: None) is stream


def test_an_error_leaves_the_count_right(crew):
    def broken(environ, start_response):
        with crew.waiting():
            raise ValueError

    def ask():
        with pytest.raises(ValueError):
            crew.serving(broken)({}, lambda *_: None)
        counts.append(crew._ready)

    counts = []
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert counts == [1]
    assert crew._ready == 0
