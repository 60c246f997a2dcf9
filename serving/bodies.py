"""The bodies of requests on their way in: how large, how slow and how many at a time.

A body is read in a thread of the server for as long as its client takes, so each needs one of a
bounded number of places. Who sends slowly loses the place: at the deadline, which grows with what has
come, and before it when the same network holds more than its share. Bodies that are already
there take no time, so the share limits only slow clients.
"""

from __future__ import annotations

import io
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from serving.client_sockets import end_waiting, peer_network
from serving.clientaddress import Network, client_address, client_network

# In each process. A thread costs about 60 kB while it is used and nothing afterwards.
PLACES = 32
# So many requests may wait for a place, and so long (seconds).
QUEUE, QUEUE_SECONDS = 8, 3.0
# Slow bodies that one network may have under way.
SHARE = 8
# Seconds after which a body that is not there counts as slow.
SLOW_AFTER = 0.3
# A body has GRACE seconds, and one more for each LEAST_SPEED bytes that came.
GRACE = 10.0
LEAST_SPEED = 4 * 1024
# Seconds between two looks at the bodies that are waited for.
WATCH_EVERY = 0.1
# Bytes of a request kept in memory; what is larger goes to a temporary file.
IN_MEMORY = 1024 * 1024
# Bytes read at a time: few enough that the speed of a slow body is known, or that a large one is read fast.
_SMALL_PIECE, _LARGE_PIECE = 4 * 1024, 64 * 1024

Environ = dict[str, Any]


class BodyError(Exception):
    """The body cannot be used; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Incoming:
    """One body on its way in."""

    __slots__ = ("began", "network", "peer", "port", "received")

    def __init__(self, environ: Environ) -> None:
        self.network: Network = client_network(client_address(environ))
        # The other end of the connection: a proxy's, if one stands between.
        self.peer = peer_network(environ.get("REMOTE_ADDR", ""))
        self.port = int(environ.get("SERVER_PORT", "0"))
        self.began = time.monotonic()
        self.received = 0

    def is_late(self, now: float) -> bool:
        """Whether it has had its time."""
        return now > self.began + GRACE + self.received / LEAST_SPEED

    def is_slow(self, now: float) -> bool:
        """Whether others of its network may ask for its place."""
        return now > self.began + SLOW_AFTER


class Bodies:
    """The places of one process."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = places
        self._queued = 0
        self._under_way: set[Incoming] = set()
        self._changed = threading.Condition()
        self._is_watched = False
        self._cut_at = float("-inf")

    def read(self, environ: Environ, limit: int) -> IO[bytes]:
        """Everything the client sends, to be read again. The caller closes it.

        Raises BodyError: 413 for more than `limit` bytes, 408 for a body that took too long, 429 when
        its network sends too many slowly, 503 when no place is free, 400 when the client left before
        the end (half a form is never acted on).
        """
        stated = stated_length(environ)
        if stated is not None and stated > limit:
            raise BodyError(413)
        with self._place(environ) as incoming:
            return self._read(environ["wsgi.input"], incoming, stated, limit)

    def drain(self, environ: Environ, seconds: float) -> None:
        """Read and forget what a refused client still sends, for a while.

        Closed at once, the connection would be reset, and the client would never see why.
        """
        end = time.monotonic() + seconds
        try:
            with self._place(environ) as incoming:
                incoming.began -= GRACE - seconds
                while time.monotonic() < end and environ["wsgi.input"].read(_LARGE_PIECE):
                    pass
        except BodyError:
            return

    def _read(self, stream: Any, incoming: Incoming, stated: int | None, limit: int) -> IO[bytes]:
        is_small = stated is not None and stated <= _LARGE_PIECE
        body = io.BytesIO() if is_small else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (the caller closes it)
        try:
            piece = _SMALL_PIECE if is_small else _LARGE_PIECE // 4
            while chunk := stream.read(piece):
                incoming.received += len(chunk)
                if incoming.received > limit:
                    raise BodyError(413)
                if incoming.is_late(time.monotonic()):
                    raise BodyError(408)
                body.write(chunk)
            if stated is not None and incoming.received != stated:
                raise BodyError(self._reason(incoming))
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    def _reason(self, incoming: Incoming) -> int:
        """Why a body ended before its end."""
        now = time.monotonic()
        if incoming.is_late(now):
            return 408
        was_cut = now < self._cut_at + 1 and incoming.is_slow(now)
        return 429 if was_cut else 400

    @contextmanager
    def _place(self, environ: Environ) -> Iterator[Incoming]:
        incoming = Incoming(environ)
        with self._changed:
            self._take_place(incoming)
            incoming.began = time.monotonic()
            self._under_way.add(incoming)
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="slow-bodies", daemon=True).start()
        try:
            yield incoming
        finally:
            with self._changed:
                self._under_way.discard(incoming)
                self._free += 1
                self._changed.notify()

    def _take_place(self, incoming: Incoming) -> None:
        """Take a place now or in a moment; whoever is slow is being sent away meanwhile."""
        if self._free == 0:
            if self._queued >= QUEUE:
                raise BodyError(503)
            self._queued += 1
            try:
                if not self._changed.wait_for(lambda: self._free > 0, QUEUE_SECONDS):
                    raise BodyError(503)
            finally:
                self._queued -= 1
        self._free -= 1

    def _watch(self) -> None:
        """While bodies are waited for, end those that have had their time, and the surplus of a network."""
        while True:
            time.sleep(WATCH_EVERY)
            with self._changed:
                if not self._under_way:
                    self._is_watched = False
                    return
                under_way = list(self._under_way)
            now = time.monotonic()
            for (network, port), most in _late(under_way, now).items():
                end_waiting(network, port, quiet=GRACE, most=most)
            for (network, port), most in _surplus(under_way, now).items():
                self._cut_at = now
                end_waiting(network, port, quiet=SLOW_AFTER, most=most)


def stated_length(environ: Environ) -> int | None:
    """The Content-Length; None where the body is sent in chunks. Raises BodyError(413) for nonsense."""
    stated = environ.get("CONTENT_LENGTH")
    if not stated:
        return None
    if not (stated.isascii() and stated.isdecimal() and len(stated) < 16):
        raise BodyError(413)
    return int(stated)


def _late(under_way: list[Incoming], now: float) -> Counter[tuple[Network, int]]:
    """How many bodies from each peer have had their time."""
    return Counter((one.peer, one.port) for one in under_way if one.is_late(now))


def _surplus(under_way: list[Incoming], now: float) -> Counter[tuple[Network, int]]:
    """How many slow bodies of each network are beyond its share.

    Behind a proxy the connections are the proxy's, and cannot be told apart by client: there a body has
    until its deadline. A proxy should read bodies before it passes them on, as nginx does.
    """
    slow = Counter((one.peer, one.port) for one in under_way if one.is_slow(now) and one.peer == one.network)
    return Counter({client: count - SHARE for client, count in slow.items() if count > SHARE})
