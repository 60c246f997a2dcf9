"""Ending connections that the server itself would wait for without end.

Granian reads the body of a request for as long as its client takes, and gives the application no way
to stop: the read cannot be interrupted, and WSGI names the client's address but not its socket. The
kernel knows the sockets of this process, and of each how long nothing was sent on it. A connection
that is shut for reading ends the read; the answer can still be sent.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import socket
import struct
import termios
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from serving.clientaddress import Network, client_address, client_network

OPEN_FILES = Path("/proc/self/fd")
ESTABLISHED = 1
# struct tcp_info of linux/tcp.h, as far as it is read: 8 bytes, 24 numbers of 32 bits, 4 of 64 bits.
_TCP_INFO = struct.Struct("8B24I4Q")
_STATE, _UNACKED, _LAST_DATA_SENT, _LAST_DATA_RECEIVED, _BYTES_ACKED, _BYTES_RECEIVED = 0, 12, 17, 19, 34, 35
# A filter of socket(7), of one instruction: keep one byte of what comes. The kernel leaves headers whole, so that
# acknowledgements of the answer arrive; data is as if it had never come, and is sent again.
_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27
_KEEP_ONE_BYTE = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 1))
_WITHOUT_DATA = struct.pack("HP", 1, ctypes.addressof(_KEEP_ONE_BYTE))
# Seconds after which what came on a connection was read, so that it is known whether that was all of it.
REST = 0.5
# Seconds by which the kernel's clock of a connection may be off; it counts its ticks.
CLOCK = 0.02

# The network at the other end of connections, and the port they came to.
Peer = tuple[Network, int]


class Traffic(NamedTuple):
    """What the kernel says of a connection."""

    is_answered: bool  # something was sent to the client, ever
    received: int  # bytes
    quiet: float  # seconds since something was sent to the client
    silent: float  # seconds since something came from the client
    is_waited_for: bool  # it is open, nothing is on its way to the client, and what came was read


class Connection(NamedTuple):
    """One end of a connection, as it was at a look."""

    socket: socket.socket
    inode: int
    traffic: Traffic
    last_word: float  # of time.monotonic()


class ClientSockets:
    """The connections of this process, looked at again and again while clients are waited for too long."""

    def __init__(self) -> None:
        # The connections on which something came shortly before every look so far, and the first such look.
        self._restless: dict[int, float] = {}

    @contextlib.contextmanager
    def look(self, peers: Collection[Peer]) -> Iterator[Look]:
        """The connections of these peers as they are now."""
        with contextlib.ExitStack() as opened:
            found = defaultdict[Peer, list[Connection]](list)
            restless = {}
            for peer, inode, connection in _connections(peers):
                opened.enter_context(connection)
                traffic, now = _traffic(connection), time.monotonic()
                if traffic is not None:
                    found[peer].append(Connection(connection, inode, traffic, now - traffic.silent))
                    if traffic.silent < REST:
                        restless[inode] = self._restless.get(inode, now)
            self._restless = restless
            now = time.monotonic()
            yield Look(found, {inode for inode, since in restless.items() if now - since > 2 * REST})


class Look:
    """What was seen at one look."""

    def __init__(self, found: Mapping[Peer, list[Connection]], restless: Collection[int]) -> None:
        self._found = found
        self._restless = restless

    def end_waiting(self, peer: Peer, *, quiet: float, most: int, in_hand: Iterable[float] = ()) -> int:
        """Stop reading from at most so many connections of a peer; returns how many there were.

        `in_hand` has, for each request of this peer whose client waits for the portal, the moment of
        time.monotonic() since which nothing more is expected of it. Shut now, its connection would be closed
        without an answer; it is the one on which something came last before that moment, and is left alone. Of
        the others those are chosen to which nothing was sent for `quiet` seconds, and which have rested, so that
        the end of a body would have been noticed, or never rest: first those never answered, then those that
        sent least, then the oldest, which were given a place before the others. Among them may be one that is
        idle between two requests.
        """
        waited_for = [one for one in _not_in_hand(self._found.get(peer, []), in_hand) if self._may_be_ended(one, quiet)]
        waited_for.sort(key=lambda one: (one.traffic.is_answered, one.traffic.received, -one.traffic.quiet))
        ended = 0
        for one in waited_for:
            if ended == most:
                break
            with contextlib.suppress(OSError):  # closed meanwhile
                ended += self._end(one, quiet)
        return ended

    def _end(self, one: Connection, quiet: float) -> bool:
        """Stop reading, unless something came since the look, which may be the end of it."""
        # First of all nothing more comes: the end of a body that came after the shutdown would still be read.
        with contextlib.suppress(OSError):  # a sandbox may have no filters, and then no such certainty
            one.socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, _WITHOUT_DATA)
        now = _traffic(one.socket)
        if now is None or not self._may_be_ended(one._replace(traffic=now), quiet):
            one.socket.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
            return False
        one.socket.shutdown(socket.SHUT_RD)
        return True

    def _may_be_ended(self, one: Connection, quiet: float) -> bool:
        traffic = one.traffic
        has_rested = traffic.silent >= REST or one.inode in self._restless
        return traffic.is_waited_for and traffic.quiet >= quiet and has_rested


def _not_in_hand(connections: Iterable[Connection], in_hand: Iterable[float]) -> list[Connection]:
    """The connections without those of the requests that are in hand since these moments."""
    others = sorted(connections, key=lambda one: one.last_word, reverse=True)
    for moment in sorted(in_hand, reverse=True):
        own = next((one for one in others if one.last_word <= moment + CLOCK), None)
        if own is not None:
            others.remove(own)
    return others


def _connections(peers: Collection[Peer]) -> Iterator[tuple[Peer, int, socket.socket]]:
    """The connections of this process to these peers, with their inodes; the caller closes these copies."""
    seen = set()  # a copy has the number of the folder that was just read, so that it is found there again
    for entry in OPEN_FILES.iterdir():
        with contextlib.suppress(OSError):
            if not entry.is_socket() or (inode := entry.stat().st_ino) in seen:
                continue
            seen.add(inode)
            # A copy: the number may be another's a moment later.
            connection = socket.socket(fileno=os.dup(int(entry.name)))
            peer = _peer(connection)
            if peer is not None and peer in peers:
                yield peer, inode, connection
            else:
                connection.close()


def _peer(connection: socket.socket) -> Peer | None:
    """None when it is no connection, or is not connected any more."""
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.type != socket.SOCK_STREAM:
        return None
    try:
        return peer_network(connection.getpeername()[0]), connection.getsockname()[1]
    except OSError:
        return None


def peer_network(address: str) -> Network:
    """The network at the other end of a connection, which may be a proxy's."""
    return client_network(client_address({"REMOTE_ADDR": address}, ()))


def _traffic(connection: socket.socket) -> Traffic | None:
    """None when the connection is gone."""
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
        unread = struct.unpack("i", fcntl.ioctl(connection, termios.FIONREAD, bytes(4)))[0]
    except OSError:
        return None
    if len(info) < _TCP_INFO.size:
        return None
    numbers = _TCP_INFO.unpack(info)
    is_open = numbers[_STATE] == ESTABLISHED and not _is_at_its_end(connection)
    return Traffic(
        # The kernel counts the answer to the handshake as one byte.
        is_answered=numbers[_BYTES_ACKED] > 1,
        received=numbers[_BYTES_RECEIVED],
        quiet=numbers[_LAST_DATA_SENT] / 1000,
        silent=numbers[_LAST_DATA_RECEIVED] / 1000,
        is_waited_for=is_open and not numbers[_UNACKED] and not unread,
    )


def _is_at_its_end(connection: socket.socket) -> bool:
    """Whether nothing more can be read from it: it was shut a moment ago, or its client sent the last byte."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))
