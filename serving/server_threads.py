"""Letting the server's threads sleep until they are needed.

Granian starts a thread whenever a request finds none idle, and gives each request to the thread that
has been idle longest. After one burst all of them answer pages from memory in turns and compete for
the interpreter: whoever loses waits five milliseconds (`sys.getswitchinterval`), and the winner was
woken for 30 µs of work. One thread alone answers as many pages for less, in the order they came. The
others are needed only while it waits, for a client or for Django.

So one thread at a time is ready. Who has answered while another is ready sleeps; who begins to wait
wakes one. Where many wait for a moment, a second one stays awake: that is cheaper than waking one for each.
A wait that nobody has declared lasts at most MOMENT: then one is woken all the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

READY = 1
# Seconds between two looks at what the threads do. A moment without a request may mean that the ready one
# is held up somewhere.
MOMENT = 0.05

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class ServerThreads:
    """The threads that come through `serving`, in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = 0  # those that answer a request, or will answer the next
        self._asleep: list[threading.Lock] = []
        self._spare = 0  # how many more may stay awake
        self._asked = 0
        self._waits = 0
        self._is_watched = False
        self._mine = threading.local()

    def serving(self, application: WSGIApp) -> WSGIApp:
        """Around everything else: the thread may sleep when its answer is on its way."""

        def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            if not self._is_member():
                self._mine.membership = _Membership(self)
            self._asked += 1
            body = application(environ, start_response)
            if self._ready > READY + self._spare and isinstance(body, list):
                return _LastAnswer(body, self)
            return body

        return answer

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around what keeps this thread from answering others, if it is one of the server's."""
        self.begin_wait()
        try:
            yield
        finally:
            self.end_wait()

    def begin_wait(self) -> None:
        if self._is_member():
            self._leave()

    def end_wait(self) -> None:
        if self._is_member():
            self._join()

    def _is_member(self) -> bool:
        return hasattr(self._mine, "membership")

    def _join(self) -> None:
        with self._lock:
            self._ready += 1

    def _leave(self) -> None:
        with self._lock:
            self._waits += 1
            self._ready -= 1
            if self._ready < READY and self._asleep:
                self._wake()

    def _wake(self) -> None:
        self._ready += 1
        self._asleep.pop().release()

    def _sleep(self) -> None:
        with self._lock:
            if self._ready <= READY + self._spare:
                return
            self._ready -= 1
            gate = threading.Lock()
            gate.acquire()
            self._asleep.append(gate)
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="server-threads", daemon=True).start()
        gate.acquire()

    def _watch(self) -> None:
        """While threads sleep: wake one after each moment without a request. Idle, all awake and may end."""
        while True:
            asked, waits = self._asked, self._waits
            time.sleep(MOMENT)
            with self._lock:
                self._spare = int(self._waits > waits)
                if not self._asleep:
                    self._is_watched = False
                    return
                if self._asked == asked:
                    self._wake()


class _Membership:
    """Lives as long as its thread: granian ends those that were idle for long."""

    def __init__(self, threads: ServerThreads) -> None:
        self._threads = threads
        threads._join()

    def __del__(self) -> None:
        self._threads._leave()


class _LastAnswer(list[bytes]):
    """An answer after which its thread sleeps.

    WSGI calls nobody when a list has been sent. But granian joins the list, hands the bytes over to its
    sender and lets go of the list, in this order and in this thread: that is the moment.
    """

    def __init__(self, body: list[bytes], threads: ServerThreads) -> None:
        super().__init__(body)
        self._threads = threads

    def __del__(self) -> None:
        self._threads._sleep()
