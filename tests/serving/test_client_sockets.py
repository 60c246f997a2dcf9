"""Which connections are no longer waited for; real ones, because only the kernel knows what came on them."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from serving.clients import client_sockets
from serving.clients.client_sockets import ClientSockets, peer_network
from tests.waiting import LONG

# Seconds; the kernel counts in milliseconds, or coarser.
REST, TICK = 0.1, 0.03


@pytest.fixture(autouse=True)
def _rest(monkeypatch):
    monkeypatch.setattr(client_sockets, "REST", REST)


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
            time.sleep(TICK)
            return accepted, client

        yield open_one


def is_ended(accepted: socket.socket) -> bool:
    accepted.settimeout(0)
    try:
        return accepted.recv(1) == b""
    except BlockingIOError:
        return False


@pytest.fixture
def sockets() -> ClientSockets:
    return ClientSockets()


@pytest.fixture
def end(listener, sockets):
    """Stop reading from so many connections."""

    def look_and_end(most: int, in_hand: tuple[float, ...] = ()) -> int:
        peer = peer_network("127.0.0.1"), listener.getsockname()[1]
        with sockets.look({peer}) as look:
            return look.end_waiting(peer, quiet=0.01, most=most, in_hand=in_hand)

    return look_and_end


def test_of_equals_the_oldest_are_ended_because_they_have_the_places(end, connect):
    connections = [connect(b"POST / half")[0] for _ in range(4)]
    time.sleep(REST)

    assert end(2) == 2

    assert [is_ended(accepted) for accepted in connections] == [True, True, False, False]


def test_a_connection_is_ended_once(end, connect):
    connections = [connect(b"POST / half")[0] for _ in range(3)]
    time.sleep(REST)

    end(1)
    end(1)

    assert [is_ended(accepted) for accepted in connections] == [True, True, False]


def test_who_sent_more_or_was_answered_is_ended_last(end, connect):
    answered, client = connect(b"GET /")
    answered.sendall(b"a page")
    assert client.recv(6) == b"a page"
    more, less = connect(b"POST / nearly all of it")[0], connect(b"POST /")[0]
    time.sleep(REST)

    end(1)
    first = [is_ended(accepted) for accepted in (answered, more, less)]
    end(1)

    assert first == [False, False, True]
    assert [is_ended(accepted) for accepted in (answered, more)] == [False, True]


def test_nothing_more_comes_from_who_is_ended_and_the_answer_arrives(end, connect):
    accepted, client = connect(b"POST / half")
    time.sleep(REST)
    assert end(1) == 1

    client.sendall(b" and the other half")
    time.sleep(TICK)
    assert is_ended(accepted)
    accepted.setblocking(True)  # noqa: FBT003 (the name of the method says it)
    accepted.sendall(b"come again")
    accepted.close()

    assert client.recv(4096) == b"come again"
    assert client.recv(4096) == b""


def test_who_has_just_sent_something_may_have_sent_the_last_of_it(end, connect, monkeypatch):
    connect(b"POST / half and the other half")

    monkeypatch.setattr(client_sockets, "REST", LONG)
    assert end(1) == 0
    monkeypatch.setattr(client_sockets, "REST", 0)
    assert end(1) == 1


def test_what_nobody_has_read_yet_may_be_the_last_of_it(end, connect):
    accepted, client = connect(b"POST / half")
    client.sendall(b" and the other half")
    time.sleep(REST + TICK)

    assert end(1) == 0
    assert accepted.recv(4096) == b" and the other half"
    assert end(1) == 1


def test_who_sends_a_little_all_the_time_is_ended_too(end, connect):
    accepted, client = connect(b"POST / half")
    ended = 0
    for _ in range(100):
        client.sendall(b".")
        assert accepted.recv(1) == b"."
        time.sleep(REST / 5)
        ended = end(1)
        if ended:
            break

    assert ended == 1


def test_who_waits_for_an_answer_gets_it_though_others_sent_more(end, connect):
    earlier = connect(b"POST / most of a form")[0]
    whole = connect(b"POST / form")[0]
    in_hand_since = time.monotonic()
    time.sleep(TICK)
    later = connect(b"POST / most of another form")[0]
    time.sleep(REST)

    assert end(3, (in_hand_since,)) == 2

    assert [is_ended(accepted) for accepted in (earlier, whole, later)] == [True, False, True]
