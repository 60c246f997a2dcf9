"""Whoever is slow waits in a place of their own; what is whole needs none."""

import io
import threading
from ipaddress import ip_network

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from serving.clients import bodies as bodies_module
from serving.clients.bodies import Bodies, BodyError
from serving.clients.client_sockets import Look
from serving.clients.slow_clients import SMALL_BODY, sparing
from serving.repeating import with_own_threads
from tests.serving.pagecache_client import make_environ, send
from tests.waiting import LONG, eventually


class Stream:
    """A body that is not in memory yet."""

    def __init__(self):
        self.is_closed = False

    def __iter__(self):
        return iter([b"a", b"b"])

    def close(self):
        self.is_closed = True


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def post(body, stated=None, **headers):
    environ = make_environ(method="POST", **headers) | {"wsgi.input": io.BytesIO(body)}
    return environ | ({"HTTP_TRANSFER_ENCODING": "chunked"} if stated is None else {"CONTENT_LENGTH": stated})


def large(environ):
    return 4 * 1024 * 1024


def test_the_application_gets_the_whole_body():
    body = b"x" * (3 * 1024 * 1024)

    assert send(sparing(echo, largest_body=large), post(body, str(len(body)))).body == body
    assert send(sparing(echo, largest_body=large), post(body)).body == body


@pytest.mark.parametrize(
    ("body", "stated", "status"),
    [(b"half", "8", 400), (b"", "1", 400), (b"x", "many", 413), (b"x", str(SMALL_BODY + 1), 413)],
)
def test_refuses_a_body_that_is_not_what_it_says(body, stated, status):
    asked = []

    answer = send(sparing(lambda *request: asked.append(request)), post(body, stated))

    assert answer.code == status
    assert "<h1>" in answer.body.decode()
    assert asked == []


def test_refuses_an_endless_body():
    with pytest.raises(BodyError) as refusal:
        Bodies().read(post(b"x" * 100_001), 100_000)

    assert refusal.value.status == 413


def test_refuses_a_body_slower_than_the_least_speed(monkeypatch):
    monkeypatch.setattr(bodies_module, "GRACE", -1)

    with pytest.raises(BodyError) as refusal:
        Bodies().read(post(b"slow", "4"), 100)

    assert refusal.value.status == 408


def test_who_finds_every_place_taken_is_asked_to_come_again_and_pages_are_answered(monkeypatch):
    monkeypatch.setattr(bodies_module, "QUEUE_SECONDS", 0.1)
    arrived, go_on = threading.Event(), threading.Event()

    class SlowBody(io.BytesIO):
        def read(self, *size):
            arrived.set()
            go_on.wait(LONG)
            return super().read(*size)

    app = sparing(echo, bodies=Bodies(places=1))
    slow = threading.Thread(target=send, args=(app, post(b"a", "1") | {"wsgi.input": SlowBody(b"a")}))
    slow.start()
    assert arrived.wait(LONG)
    refused = send(app, post(b"b", "1"))
    page = send(app, make_environ())
    go_on.set()
    slow.join()

    assert (refused.code, refused["Retry-After"], refused["Cache-Control"]) == (503, "10", "no-store")
    assert page.code == 200
    assert send(app, post(b"c", "1")).body == b"c"


class NeverThere(io.BytesIO):
    """A body whose client says nothing until `left` is set."""

    def __init__(self, left):
        super().__init__()
        self.arrived, self._left = threading.Event(), left

    def read(self, *size):
        self.arrived.set()
        self._left.wait(LONG)
        return b""


@pytest.fixture
def slow_from():
    """Keeps bodies from these addresses on their way until the test ends."""
    left, threads = threading.Event(), []

    def begin(bodies, *addresses):
        for address in addresses:
            stream = NeverThere(left)
            environ = post(b"", "1") | {"wsgi.input": stream, "REMOTE_ADDR": address, "SERVER_PORT": "0"}
            threads.append(threading.Thread(target=answered, args=(bodies, environ)))
            threads[-1].start()
            assert stream.arrived.wait(LONG)

    yield begin
    left.set()
    for thread in threads:
        thread.join()


def answered(bodies, environ):
    """The status with which a body was refused; 200 for one that is there."""
    try:
        bodies.read(environ, 100).close()
    except BodyError as error:
        return error.status
    return 200


def test_a_network_keeps_half_of_the_places_free_for_others(slow_from, monkeypatch):
    bodies = Bodies(places=2 * bodies_module.SHARE)
    slow_from(bodies, *["198.51.100.7"] * bodies_module.SHARE)

    monkeypatch.setattr(bodies_module, "SLOW_AFTER", 60)
    at_once = answered(bodies, post(b"a", "1") | {"REMOTE_ADDR": "198.51.100.7"})
    monkeypatch.setattr(bodies_module, "SLOW_AFTER", 0)
    same = [answered(bodies, post(b"a", "1") | {"REMOTE_ADDR": "198.51.100.7"}) for _ in range(3)]
    others = [answered(bodies, post(b"a", "1") | {"REMOTE_ADDR": f"203.0.113.{n}"}) for n in range(3)]

    # An office whose bodies are there at once is not counted.
    assert at_once == 200
    assert same == [429] * 3
    assert others == [200] * 3


def test_the_share_counts_people_behind_a_proxy_and_not_the_proxy(slow_from, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    bodies = Bodies(places=2 * bodies_module.SHARE)
    slow_from(bodies, *[f"203.0.113.{n}" for n in range(bodies_module.SHARE)])

    answers = {
        answered(bodies, post(b"a", "1") | {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"198.51.100.{n}"})
        for n in range(20)
    }

    assert answers == {200}


def test_who_finds_no_place_gets_that_of_the_slowest_and_the_slowest_none_of_the_last_half(slow_from, monkeypatch):
    cut = []
    monkeypatch.setattr(bodies_module, "QUEUE_SECONDS", LONG)
    monkeypatch.setattr(bodies_module, "SENT_AWAY", LONG)
    bodies = Bodies(places=4)
    # No connection belongs to these bodies, so nobody leaves.
    monkeypatch.setattr(
        Look, "end_waiting", lambda look, peer, *, quiet, most, in_hand: cut.append((str(peer[0]), most))
    )
    slow_from(bodies, "198.51.100.1", "198.51.100.2", "198.51.100.2", "198.51.100.3")
    monkeypatch.setattr(bodies_module, "SLOW_AFTER", 0)

    waiting = threading.Thread(target=answered, args=(bodies, post(b"a", "1") | {"REMOTE_ADDR": "203.0.113.1"}))
    waiting.start()
    eventually(lambda: cut)

    assert cut[0] == ("198.51.100.2/32", 1)
    assert answered(bodies, post(b"a", "1") | {"REMOTE_ADDR": "198.51.100.2"}) == 429


@pytest.mark.parametrize("has_body", [True, False])
def test_who_waits_for_the_portal_is_known_until_the_answer_is_there(has_body):
    known = []
    bodies = Bodies()

    class Body(io.BytesIO):
        def read(self, *size):
            known.append(len(bodies._in_hand))
            return super().read(*size)

    def note(environ, start_response):
        known.append(len(bodies._in_hand))
        return echo(environ, start_response)

    environ = post(b"", "1") | {"wsgi.input": Body(b"a")} if has_body else make_environ()

    assert send(sparing(note, bodies=bodies), environ).code == 200
    # While a body is read, its client is waited for.
    assert known == ([0, 1] if has_body else [1])
    assert bodies._in_hand == {}


def test_nobody_overtakes_who_waits_for_a_place():
    bodies = Bodies(places=1)
    served = []

    class Named(io.BytesIO):
        def read(self, *size):
            served.append(self.getvalue())
            return super().read(*size)

    def come(name):
        answered(bodies, post(b"", "1") | {"wsgi.input": Named(name)})

    held = bodies._begin(post(b"a", "1"))
    first = threading.Thread(target=come, args=(b"1",))
    first.start()
    eventually(lambda: bodies._queue)
    bodies._end(held)
    # In the thread that left the place a moment ago, and before the other one runs.
    come(b"2")
    first.join()

    assert served[0] == b"1"


def test_a_stream_keeps_its_place_until_it_is_closed():
    streams = [Stream(), Stream(), Stream()]
    waiting = iter(streams)

    def download(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/pdf")])
        return next(waiting)

    app = sparing(download, streams=1)
    first = app(make_environ(), lambda *_: None)
    refused = send(app, make_environ())
    body = b"".join(first)
    first.close()
    first.close()

    assert (refused.code, refused["Retry-After"]) == (503, "10")
    assert body == b"ab"
    assert [stream.is_closed for stream in streams] == [True, True, False]
    assert send(app, make_environ()).body == b"ab"
    with pytest.raises(StopIteration):
        send(app, make_environ())


def test_a_page_in_memory_needs_no_place():
    app = sparing(echo, streams=1)
    app(make_environ(), lambda *_: None)

    assert send(app, make_environ()).code == 200


def test_django_runs_in_threads_of_its_own_and_its_pages_are_whole():
    names = []

    def django(environ, start_response):
        names.append(threading.current_thread().name)
        start_response("200 OK", [])
        return HttpResponse("trang") if environ["PATH_INFO"] == "/" else StreamingHttpResponse([b"t"])

    app = with_own_threads(django, 2)

    assert app(make_environ("/"), lambda *_: None) == [b"trang"]
    assert isinstance(app(make_environ("/tep/"), lambda *_: None), StreamingHttpResponse)
    assert all(name.startswith("django_") for name in names)


def test_an_error_of_django_reaches_the_page_cache():
    def broken(environ, start_response):
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        with_own_threads(broken, 1)(make_environ(), lambda *_: None)
