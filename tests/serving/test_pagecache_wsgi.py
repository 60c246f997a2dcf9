"""The page cache as a WSGI citizen: streams, close(), write() and exc_info (PEP 3333)."""

import sys
import wsgiref.util
from wsgiref.validate import validator

import pytest

from tests.serving.pagecache_client import PAGE, Application, get, make_cache, make_environ, send


class Stream:
    """An endless answer that counts what was taken from it."""

    def __init__(self):
        self.taken = 0
        self.closed = False

    def __iter__(self):
        return self

    def __next__(self):
        self.taken += 1
        return b"x" * 1000

    def close(self):
        self.closed = True


def stream_app(stream, cache_control):
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", cache_control)])
        return stream

    return app


def ask(cache, **headers):
    """The iterable the server gets, not yet read."""
    return cache(make_environ(**headers), lambda *_: None)


def test_a_stream_passes_through_unread():
    stream = Stream()
    cache, _, _ = make_cache(stream_app(stream, "private"))

    answer = ask(cache)

    assert answer is stream
    assert stream.taken == 0


def test_a_file_wrapper_reaches_the_server_itself(tmp_path):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "900000")])
        return environ["wsgi.file_wrapper"](file)

    path = tmp_path / "report.pdf"
    path.write_bytes(b"x" * 900_000)
    cache, _, _ = make_cache(app)
    with path.open("rb") as file:
        answer = cache(make_environ() | {"wsgi.file_wrapper": wsgiref.util.FileWrapper}, lambda *_: None)

        assert isinstance(answer, wsgiref.util.FileWrapper)


def test_a_public_stream_is_read_no_further_than_what_may_be_stored():
    stream = Stream()
    cache, _, _ = make_cache(stream_app(stream, "public, s-maxage=60"), max_bytes=80_000)

    answer = ask(cache)
    chunks = iter(answer)
    read_ahead = stream.taken
    first = [next(chunks) for _ in range(20)]
    answer.close()

    assert read_ahead == 11
    assert stream.taken == 20
    assert b"".join(first) == b"x" * 20_000
    assert stream.closed


def test_a_public_file_too_large_to_store_passes_through_unread():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60"), ("Content-Length", "900000")])
        return stream

    stream = Stream()
    cache, _, _ = make_cache(app, max_bytes=80_000)

    assert ask(cache) is stream
    assert stream.taken == 0


def test_a_public_stream_that_ends_is_stored():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        yield b"a"
        yield b""
        yield b"b"

    cache, _, _ = make_cache(app)

    assert get(cache).body == b"ab"
    assert get(cache)["Content-Length"] == "2"


def test_a_stream_thrown_away_is_closed_before_the_request_is_made_again():
    streams = []

    def app(environ, start_response):
        streams.append(Stream())
        start_response("200 OK", [("Cache-Control", "private")])
        return streams[-1]

    cache, _, _ = make_cache(app)

    answer = ask(cache, cookie="voter=an")

    assert answer is streams[1]
    assert streams[0].closed
    assert not streams[1].closed


def test_a_body_shorter_than_it_says_is_not_stored():
    cache, _, _ = make_cache(Application(headers=[("Content-Length", str(len(PAGE) + 1))]))

    assert get(cache).body == PAGE
    assert cache.stats()["entries"] == 0


def test_closes_what_it_stores_once():
    cache, app, _ = make_cache()

    get(cache)
    get(cache)

    assert app.closed == 1


@pytest.mark.parametrize("cache_control", ["public, s-maxage=60", "private"])
def test_a_generator_may_start_its_answer_late(cache_control):
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", cache_control)])
        yield b"a"
        yield b"b"

    cache, _, _ = make_cache(app)

    assert get(cache).body == b"ab"


@pytest.mark.parametrize("cache_control", ["public, s-maxage=60", "private"])
def test_bytes_given_to_write_come_first(cache_control):
    def app(environ, start_response):
        write = start_response("200 OK", [("Cache-Control", cache_control)])
        write(b"a")
        write(b"b")
        return [b"c"]

    cache, _, _ = make_cache(app)

    assert get(cache).body == get(cache).body == b"abc"


def test_an_application_may_change_its_mind_with_exc_info():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        try:
            raise ValueError
        except ValueError:
            start_response("500 Error", [], sys.exc_info())
        return [b"sorry"]

    cache, _, _ = make_cache(app)

    assert get(cache).code == 500
    assert cache.stats()["entries"] == 0


def test_exc_info_after_the_headers_reaches_the_server():
    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"a"
        try:
            raise ValueError("too late")
        except ValueError:
            start_response("500 Error", [], sys.exc_info())

    def start_response(status, headers, exc_info=None):
        if exc_info:
            raise exc_info[1]

    cache, _, _ = make_cache(app)

    with pytest.raises(ValueError, match="too late"):
        list(cache(make_environ(), start_response))


def test_refuses_a_second_start_and_no_start():
    def twice(environ, start_response):
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    for app in (twice, lambda *_: [b"no headers"], lambda *_: []):
        cache, _, _ = make_cache(app)
        with pytest.raises(RuntimeError):
            get(cache)
        assert not cache._renders.flights


def test_closes_an_answer_that_breaks_before_its_headers():
    class Broken(Stream):
        def __next__(self):
            raise OSError("no headers")

    stream = Broken()
    cache, _, _ = make_cache(lambda *_: stream)

    with pytest.raises(OSError, match="no headers"):
        get(cache)

    assert stream.closed


def test_a_broken_status_does_not_block_the_page():
    cache, app, _ = make_cache(Application(status="okay"))

    with pytest.raises(ValueError, match="okay|oka"):
        get(cache)
    app.status = "200 OK"

    assert get(cache).code == 200
    assert app.closed == 2


@pytest.mark.parametrize("cache_control", ["public, s-maxage=60", "private"])
@pytest.mark.parametrize("headers", [{}, {"method": "HEAD"}, {"cookie": "a=b"}, {"accept_encoding": "br"}])
def test_passes_the_validator_of_the_standard_library(cache_control, headers):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", cache_control)])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else PAGE]

    cache, _, _ = make_cache(validator(app))
    server = {
        "SERVER_NAME": "xa.example",
        "SERVER_PORT": "80",
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    for _ in range(2):
        answer = send(validator(cache), make_environ("/a/", **headers) | server)

        assert answer.code == 200
