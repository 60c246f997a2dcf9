"""Ending connections that the server itself would wait for without end.

Granian reads the body of a request for as long as its client takes, and gives the application no way
to stop: the read cannot be interrupted, and WSGI names the client's address but not its socket. The
kernel knows the sockets of this process, and of each how long nothing was sent on it. A connection
that is shut for reading ends the read; the answer can still be sent.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from serving.clientaddress import Network, client_address, client_network

OPEN_FILES = Path("/proc/self/fd")
ESTABLISHED = 1
# struct tcp_info of linux/tcp.h, as far as it is read: 8 bytes, 24 numbers of 32 bits, 4 of 64 bits.
_TCP_INFO = struct.Struct("8B24I4Q")
_STATE, _UNACKED, _LAST_DATA_SENT, _BYTES_ACKED, _BYTES_RECEIVED = 0, 12, 17, 34, 35


class Traffic(NamedTuple):
    """What the kernel says of a connection."""

    is_answered: bool  # something was sent to the client, ever
    received: int  # bytes
    quiet: float  # seconds since something was sent to the client


def end_waiting(network: Network, port: int, *, quiet: float, most: int) -> int:
    """Stop reading from at most so many connections of a network; returns how many there were.

    Chosen are those to which nothing was sent for `quiet` seconds: first those never answered, then
    those that sent least, then the oldest, which were given a place before the others. Among them may be
    one that is idle between two requests, or whose answer is being made; that one gets no answer.
    """
    with contextlib.ExitStack() as opened:
        found = []
        for connection in _connections(network, port):
            opened.enter_context(connection)
            traffic = _traffic(connection)
            if traffic is not None and traffic.quiet >= quiet:
                found.append((traffic, connection))
        found.sort(key=lambda item: (item[0].is_answered, item[0].received, -item[0].quiet))
        for _, connection in found[:most]:
            with contextlib.suppress(OSError):  # closed meanwhile
                connection.shutdown(socket.SHUT_RD)
    return len(found[:most])


def _connections(network: Network, port: int) -> Iterator[socket.socket]:
    """The connections of this process, accepted at `port` from `network`; the caller closes these copies."""
    seen = set()  # a copy has the number of the folder that was just read, so that it is found there again
    for entry in OPEN_FILES.iterdir():
        with contextlib.suppress(OSError):
            if not entry.is_socket() or (inode := entry.stat().st_ino) in seen:
                continue
            seen.add(inode)
            # A copy: the number may be another's a moment later.
            connection = socket.socket(fileno=os.dup(int(entry.name)))
            if _is_of(connection, network, port):
                yield connection
            else:
                connection.close()


def _is_of(connection: socket.socket, network: Network, port: int) -> bool:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.type != socket.SOCK_STREAM:
        return False
    try:
        if connection.getsockname()[1] != port:
            return False
        peer = connection.getpeername()[0]
    except OSError:  # it listens, or is not connected any more
        return False
    return peer_network(peer) == network


def peer_network(address: str) -> Network:
    """The network at the other end of a connection, which may be a proxy's."""
    return client_network(client_address({"REMOTE_ADDR": address}, ()))


def _traffic(connection: socket.socket) -> Traffic | None:
    """None when bytes are on their way to the client, or the connection is ending."""
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    except OSError:
        return None
    if len(info) < _TCP_INFO.size or _is_at_its_end(connection):
        return None
    numbers = _TCP_INFO.unpack(info)
    if numbers[_STATE] != ESTABLISHED or numbers[_UNACKED]:
        return None
    # The kernel counts the answer to the handshake as one byte.
    is_answered = numbers[_BYTES_ACKED] > 1
    return Traffic(is_answered, numbers[_BYTES_RECEIVED], numbers[_LAST_DATA_SENT] / 1000)


def _is_at_its_end(connection: socket.socket) -> bool:
    """Whether nothing more can be read from it: it was shut a moment ago, or its client sent the last byte."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))
