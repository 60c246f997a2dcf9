"""Which connections are no longer waited for; real ones, because only the kernel knows what came on them."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from serving.clients.client_sockets import end_waiting, peer_network

NETWORK = peer_network("127.0.0.1")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def connect(listener):
    """Open a connection on which this was said; both ends of it, the portal's first."""
    with contextlib.ExitStack() as opened:

        def open_one(said: bytes) -> tuple[socket.socket, socket.socket]:
            client = opened.enter_context(socket.create_connection(listener.getsockname()))
            client.sendall(said)
            accepted = opened.enter_context(listener.accept()[0])
            accepted.settimeout(5)
            assert accepted.recv(4096) == said
            time.sleep(0.02)  # the kernel counts in milliseconds, or coarser
            return accepted, client

        yield open_one


def is_ended(accepted: socket.socket) -> bool:
    accepted.settimeout(0)
    try:
        return accepted.recv(1) == b""
    except BlockingIOError:
        return False


def end(listener: socket.socket, most: int) -> int:
    return end_waiting(NETWORK, listener.getsockname()[1], quiet=0.01, most=most)


def test_of_equals_the_oldest_are_ended_because_they_have_the_places(listener, connect):
    connections = [connect(b"POST / half")[0] for _ in range(4)]

    assert end(listener, 2) == 2

    assert [is_ended(accepted) for accepted in connections] == [True, True, False, False]


def test_a_connection_is_ended_once(listener, connect):
    connections = [connect(b"POST / half")[0] for _ in range(3)]

    end(listener, 1)
    end(listener, 1)

    assert [is_ended(accepted) for accepted in connections] == [True, True, False]


def test_who_sent_more_or_was_answered_is_ended_last(listener, connect):
    answered, client = connect(b"GET /")
    answered.sendall(b"a page")
    assert client.recv(6) == b"a page"
    more, less = connect(b"POST / nearly all of it")[0], connect(b"POST /")[0]
    time.sleep(0.05)

    end(listener, 1)
    first = [is_ended(accepted) for accepted in (answered, more, less)]
    end(listener, 1)

    assert first == [False, False, True]
    assert [is_ended(accepted) for accepted in (answered, more)] == [False, True]
