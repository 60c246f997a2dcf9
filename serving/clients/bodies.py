"""The bodies of requests on their way in: how large, how slow and how many at a time.

A body is read in a thread of the server for as long as its client takes, so each needs one of a
bounded number of places. While half of them are free, anybody gets one. After that none is left for a
network that has its share of slow bodies or was sent away lately; and whoever finds every place taken
gets that of the slowest. Without a shortage a slow body has until its deadline, which grows with what
has come. So slow clients cost people on other networks nothing, be they from one network or many, and
an office whose bodies are simply there is never counted.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from functools import cached_property
from typing import IO, Any

from serving.clientaddress import Network, client_address, client_network
from serving.clients.client_sockets import ClientSockets, Look, Peer, peer_network

# In each process. A thread costs about 60 kB while it is used and nothing afterwards.
PLACES = 32
# So many requests may wait for a place, and so long (seconds): as many as come and go while places are short.
QUEUE, QUEUE_SECONDS = 96, 3.0
# Slow bodies that one network may have under way when half of the places are taken.
SHARE = 8
# Seconds after which a body that is not there is slow, and may lose its place to another.
SLOW_AFTER = 0.3
# Seconds during which a network that lost a place gets none of the last half.
SENT_AWAY = 10.0
# A body has GRACE seconds, and one more for each LEAST_SPEED bytes that came.
GRACE = 10.0
LEAST_SPEED = 4 * 1024
# Seconds between two looks at the bodies that are waited for.
WATCH_EVERY = 0.1
# Bytes of a request kept in memory; what is larger goes to a temporary file.
IN_MEMORY = 1024 * 1024
# Bytes read at a time: few enough that the speed of a slow body is known, or that a large one is read fast.
_SMALL_PIECE, _LARGE_PIECE = 4 * 1024, 64 * 1024

logger = logging.getLogger(__name__)

Environ = dict[str, Any]


class BodyError(Exception):
    """The body cannot be used; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Incoming:
    """One body on its way in. Most are there at once, and nobody asks where they came from."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ
        self.began = time.monotonic()
        self.received = 0

    @cached_property
    def network(self) -> Network:
        return client_network(client_address(self._environ))

    @cached_property
    def peer(self) -> Peer:
        """The other end of the connection."""
        return peer_of(self._environ)

    def is_late(self, now: float) -> bool:
        """Whether it has had its time."""
        return now > self.began + GRACE + self.received / LEAST_SPEED

    def is_slow(self, now: float) -> bool:
        """Whether it has had a fair chance."""
        return now > self.began + SLOW_AFTER

    def may_lose_its_place(self, now: float) -> bool:
        """Whether it is slow, and its connection is known.

        Behind a proxy the connections are the proxy's, and nobody knows whose is whose: there a body has
        until its deadline. A proxy should read bodies before it passes them on, as nginx does.
        """
        return self.peer[0] == self.network and self.is_slow(now)

    def speed(self, now: float) -> float:
        """Bytes a second so far."""
        return self.received / (now - self.began)


class Bodies:
    """The places of one process."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = self._free = places
        # Who waits for a place; whoever came first is given the next one, so that nobody overtakes.
        self._queue: deque[threading.Condition] = deque()
        self._under_way: set[Incoming] = set()
        self._changed = threading.Lock()
        self._is_watched = False
        # The networks that lost a place, and when.
        self._sent_away: dict[Network, float] = {}
        # The requests whose clients wait for the portal, and since when nothing is expected of them.
        self._in_hand: dict[int, tuple[Environ, float]] = {}
        self._sockets = ClientSockets()

    def take_in_hand(self, environ: Environ) -> None:
        """From now on it is the client that waits, and its connection is not ended for others."""
        self._in_hand[id(environ)] = environ, time.monotonic()

    def let_go(self, environ: Environ) -> None:
        """It has its answer, or it is its body that is waited for."""
        self._in_hand.pop(id(environ), None)

    def read(self, environ: Environ, limit: int) -> IO[bytes]:
        """Everything the client sends, to be read again. The caller closes it, and lets go of the request.

        Raises BodyError: 413 for more than `limit` bytes, 408 for a body that took too long, 429 when
        others needed the place or its network has its share, 503 when no place is free, 400 when the client
        left before the end (half a form is never acted on).
        """
        stated = stated_length(environ)
        if stated is not None and stated > limit:
            raise BodyError(413)
        incoming = self._begin(environ)
        try:
            return self._read(environ["wsgi.input"], incoming, stated, limit)
        finally:
            self.take_in_hand(environ)
            self._end(incoming)

    def drain(self, environ: Environ, seconds: float) -> None:
        """Read and forget what a refused client still sends, for a while.

        Closed at once, the connection would be reset, and the client would never see why.
        """
        end = time.monotonic() + seconds
        try:
            incoming = self._begin(environ)
        except BodyError:
            return
        try:
            incoming.began -= GRACE - seconds
            while time.monotonic() < end and environ["wsgi.input"].read(_LARGE_PIECE):
                pass
        finally:
            self._end(incoming)

    def _read(self, stream: Any, incoming: Incoming, stated: int | None, limit: int) -> IO[bytes]:
        is_small = stated is not None and stated <= _LARGE_PIECE
        body = io.BytesIO() if is_small else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (the caller closes it)
        try:
            piece = _SMALL_PIECE if is_small else _LARGE_PIECE // 4
            # Every read waits for the server's other threads: none is made to learn that there is no more.
            while incoming.received != stated and (chunk := stream.read(piece)):
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
        if incoming.is_late(time.monotonic()):
            return 408
        return 429 if incoming.network in self._sent_away else 400

    def _begin(self, environ: Environ) -> Incoming:
        """Take a place; `_end` gives it back."""
        incoming = Incoming(environ)
        with self._changed:
            self._take_place(incoming)
            incoming.began = time.monotonic()
            self._under_way.add(incoming)
            self.let_go(environ)
            if not self._is_watched:
                with contextlib.suppress(RuntimeError):  # the system has no thread to spare; the next body asks again
                    threading.Thread(target=self._watch, name="slow-bodies", daemon=True).start()
                    self._is_watched = True
        return incoming

    def _end(self, incoming: Incoming) -> None:
        with self._changed:
            self._under_way.discard(incoming)
            if self._queue:
                self._queue.popleft().notify()
            else:
                self._free += 1

    def _take_place(self, incoming: Incoming) -> None:
        """Take a place now, or in a moment that of the slowest."""
        if 2 * self._free <= self._places and self._has_its_share(incoming.network):
            raise BodyError(429)
        if self._free:
            self._free -= 1
            return
        if len(self._queue) >= QUEUE:
            raise BodyError(503)
        turn = threading.Condition(self._changed)
        self._queue.append(turn)
        if not turn.wait_for(lambda: turn not in self._queue, QUEUE_SECONDS):
            self._queue.remove(turn)
            raise BodyError(503)

    def _has_its_share(self, network: Network) -> bool:
        if network in self._sent_away:
            return True
        now = time.monotonic()
        return sum(one.network == network and one.is_slow(now) for one in self._under_way) >= SHARE

    def _watch(self) -> None:
        """While bodies are waited for, end those that have had their time, and the slowest where places are short."""
        while True:
            time.sleep(WATCH_EVERY)
            now = time.monotonic()
            with self._changed:
                self._sent_away = {net: at for net, at in self._sent_away.items() if now < at + SENT_AWAY}
                if not self._under_way and not self._sent_away:
                    self._is_watched = False
                    return
                late = [one for one in self._under_way if one.is_late(now)]
                slowest = self._slowest(len(self._queue) - len(late), now)
                self._sent_away |= dict.fromkeys((one.network for one in slowest), now)
                peers = {one.peer for one in self._under_way if one.is_slow(now)}
            if late or slowest:
                try:
                    with self._sockets.look(peers) as look:
                        self._end_waiting(look, late, GRACE)
                        self._end_waiting(look, slowest, SLOW_AFTER)
                except OSError:
                    # A process whose files are all in use cannot look at its connections. It can a moment later.
                    logger.exception("Slow bodies could not be ended")

    def _end_waiting(self, look: Look, bodies: list[Incoming], quiet: float) -> None:
        in_hand = defaultdict[Peer, list[float]](list)
        for environ, since in list(self._in_hand.values()):
            in_hand[peer_of(environ)].append(since)
        for peer, count in Counter(one.peer for one in bodies).items():
            look.end_waiting(peer, quiet=quiet, most=count, in_hand=in_hand[peer])

    def _slowest(self, count: int, now: float) -> list[Incoming]:
        """Whose places others need: first of the networks that have many, of these who sent least."""
        of_network = Counter(one.network for one in self._under_way)
        candidates = [one for one in self._under_way if not one.is_late(now) and one.may_lose_its_place(now)]
        candidates.sort(key=lambda one: (-of_network[one.network], one.speed(now)))
        return candidates[: max(count, 0)]


def peer_of(environ: Environ) -> Peer:
    """The other end of a request's connection: a proxy's, if one stands between."""
    return peer_network(environ.get("REMOTE_ADDR", "")), int(environ.get("SERVER_PORT", "0"))


def stated_length(environ: Environ) -> int | None:
    """The Content-Length; None where the body is sent in chunks. Raises BodyError(413) for nonsense."""
    stated = environ.get("CONTENT_LENGTH")
    if not stated:
        return None
    if not (stated.isascii() and stated.isdecimal() and len(stated) < 16):
        raise BodyError(413)
    return int(stated)
