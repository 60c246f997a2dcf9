"""The page cache under many threads: one render, no stampede, no waiting for ever, bounded memory."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from serving.pagecache.policy import Key, Lifetime
from serving.pagecache.store import PAGE_OVERHEAD, Page, Store
from tests.serving.pagecache_client import PAGE, Application, get, make_cache, make_environ
from tests.waiting import LONG, eventually


def test_a_thousand_first_requests_cause_one_render():
    start = threading.Barrier(1000, timeout=LONG)
    rendering = threading.Event()

    def app(environ, start_response):
        renders.append(environ)
        rendering.wait(0.2)
        start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "public, s-maxage=60")])
        return [PAGE]

    def visit(number):
        start.wait()
        return get(cache, f"/?utm={number}", accept_encoding=("gzip", "br", "")[number % 3], cookie=f"voter={number}")

    renders = []
    cache, _, _ = make_cache(app, wait_limit=LONG)
    threading.stack_size(256 * 1024)
    try:
        with ThreadPoolExecutor(1000) as threads:
            answers = list(threads.map(visit, range(1000)))
    finally:
        threading.stack_size(0)

    stats = cache.stats()
    assert len(renders) == stats["renders"] == stats["pages"][0]["renders"] == 1
    assert {answer.text for answer in answers} == {PAGE}
    assert stats["misses"] + stats["hits"] == 1000
    assert stats["coalesced"] == stats["misses"] - 1
    assert sum(answer["Cache-Status"] == "cong; fwd=uri-miss; collapsed" for answer in answers) == stats["coalesced"]


def test_a_page_is_rendered_once_in_each_lifetime_whatever_the_traffic():
    cache, app, clock = make_cache(Application("public, s-maxage=3, stale-while-revalidate=1"))

    with ThreadPoolExecutor(16) as threads:
        for lifetime in range(1, 6):
            app.body = b"published %d" % lifetime
            answers = list(threads.map(lambda _: get(cache), range(200)))
            eventually(lambda: not cache._renders.flights)

            assert len(app.requests) == cache.stats()["pages"][0]["renders"] == lifetime
            assert {answer.code for answer in answers} == {200}
            assert get(cache).body == app.body
            clock.turn(3.5)


def test_who_waits_too_long_renders_and_everyone_else_profits():
    hung = threading.Event()

    def app(environ, start_response):
        renders.append(environ)
        if len(renders) == 1:
            hung.wait(LONG)
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        return [b"page"]

    renders = []
    cache, _, _ = make_cache(app, wait_limit=0.1)
    with ThreadPoolExecutor(2) as threads:
        leader = threads.submit(get, cache)
        eventually(lambda: renders)
        follower = threads.submit(get, cache)

        assert follower.result(LONG).body == b"page"
        assert not leader.done()
        assert get(cache)["Cache-Status"] == "cong; hit"
        hung.set()
        assert leader.result(LONG).body == b"page"

    assert len(renders) == 2
    assert not cache._renders.flights


def test_who_waits_too_long_gets_the_old_page_if_there_is_one():
    hung = threading.Event()

    def app(environ, start_response):
        renders.append(environ)
        if len(renders) > 1:
            hung.wait(LONG)
        start_response("200 OK", [("Cache-Control", "public, s-maxage=4, stale-if-error=60")])
        return [b"page %d" % len(renders)]

    renders = []
    cache, _, clock = make_cache(app, wait_limit=0.1)
    get(cache)
    clock.turn(5)
    with ThreadPoolExecutor(1) as threads:
        leader = threads.submit(get, cache)
        eventually(lambda: len(renders) == 2)

        answer = get(cache)
        again = get(cache)
        hung.set()
        leader.result(LONG)

    assert answer.body == again.body == b"page 1"
    assert "detail=stale-if-error" in answer["Cache-Status"]


def test_pages_that_are_not_shared_are_rendered_in_parallel():
    together = threading.Barrier(8, timeout=LONG)

    def app(environ, start_response):
        renders.append(environ)
        if len(renders) > 1:
            together.wait()
        start_response("200 OK", [("Cache-Control", "private")])
        return [b"mine"]

    renders = []
    cache, _, _ = make_cache(app)
    get(cache)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: get(cache), range(8)))

    assert {answer.body for answer in answers} == {b"mine"}


def test_followers_leave_as_soon_as_the_headers_say_it_is_not_shared():
    asked, streaming = threading.Event(), threading.Event()

    def app(environ, start_response):
        renders.append(environ)
        first = len(renders) == 1
        if first:
            asked.set()
            threading.Event().wait(0.1)
        start_response("200 OK", [("Cache-Control", "private")])
        yield b"a"
        if first:
            streaming.wait(LONG)
        yield b"b"

    renders = []
    cache, _, _ = make_cache(app, wait_limit=LONG)
    with ThreadPoolExecutor(2) as threads:
        leader = threads.submit(get, cache)
        assert asked.wait(LONG)
        follower = threads.submit(get, cache)

        assert follower.result(LONG).body == b"ab"
        assert not leader.done()
        streaming.set()
        assert leader.result(LONG).body == b"ab"


def test_a_page_that_becomes_public_is_stored_after_a_few_seconds():
    cache, app, clock = make_cache(Application("private"))
    get(cache)
    app.cache_control = "public, s-maxage=4"

    get(cache)
    assert cache.stats()["entries"] == 0
    clock.turn(5.1)
    get(cache)

    assert cache.stats()["entries"] == 1


def test_the_error_of_a_leader_is_its_own():
    asked = threading.Event()

    def app(environ, start_response):
        renders.append(environ)
        if len(renders) == 1:
            asked.set()
            threading.Event().wait(0.2)
            raise OSError("the leader's")
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        return [b"page"]

    renders = []
    cache, _, _ = make_cache(app)
    with ThreadPoolExecutor(9) as threads:
        leader = threads.submit(get, cache)
        assert asked.wait(LONG)
        followers = [threads.submit(get, cache) for _ in range(8)]

        assert {follower.result(LONG).body for follower in followers} == {b"page"}
        with pytest.raises(OSError, match="the leader's"):
            leader.result(LONG)

    assert len(renders) == 2


def test_the_least_recently_used_goes_first():
    page = len(PAGE) + PAGE_OVERHEAD + 1000
    cache, _, _ = make_cache(max_bytes=page * 12)
    for number in range(10):
        get(cache, f"/{number}/")
    for number in range(5):
        get(cache, f"/{number}/")

    for number in range(10, 17):
        get(cache, f"/{number}/")

    hits = [get(cache, f"/{number}/")["Cache-Status"] == "cong; hit" for number in range(5)]
    assert all(hits)
    assert get(cache, "/5/")["Cache-Status"] != "cong; hit"
    assert cache.stats()["evictions"] > 0


def test_a_flood_of_new_addresses_does_not_push_out_what_is_read():
    cache, _, _ = make_cache(max_bytes=1_000_000)

    for number in range(2000):
        get(cache, f"/junk-{number}/")
        get(cache, "/")

    assert cache.stats()["pages"][0] | {"bytes": 0, "age": 0} == {
        "address": "/",
        "host": "xa.example",
        "status": "200 OK",
        "hits": 1999,
        "renders": 1,
        "bytes": 0,
        "age": 0,
    }


def test_a_flood_of_one_owner_pushes_out_no_page_of_another():
    page = len(get(make_cache()[0]).body) + 4000
    cache, _, _ = make_cache(max_bytes=page * 60, owner_of=lambda host: host.partition(":")[0])
    quiet = [(f"xa-{number}.example", f"/{name}/") for number in range(4) for name in ("a", "b", "c")]
    for host, path in quiet:
        get(cache, path, host=host)

    answers = []
    for number in range(2000):
        # A stranger can invent ports and paths, and names of the flooded owner no more than one.
        get(cache, f"/rac-{number}/", host=f"ngap.example:{number % 7000 + 1}")
        if number % 100 == 0:
            answers += [get(cache, path, host=host)["Cache-Status"] for host, path in quiet]

    assert answers.count("cong; hit") == len(answers)
    assert cache.stats()["evictions"] > 1000


def test_dropping_a_replaced_page_leaves_its_successor():
    lifetime = Lifetime(fresh=4, while_revalidate=0, if_error=0, is_transformable=True)
    store = Store(100_000)
    key = Key("http", None, "xa.example", "/", "")
    old, new = (Page(key, "200 OK", [], b"page", lifetime, asked_at) for asked_at in (1.0, 2.0))
    store.put(old)
    store.put(new)

    store.drop(old)

    assert store.pages == {key: new}


def test_a_page_larger_than_an_eighth_is_not_stored():
    cache, app, _ = make_cache(Application(body=b"x" * 12_501), max_bytes=100_000)

    assert get(cache).body == app.body
    assert get(cache).body == app.body
    assert cache.stats()["entries"] == 0
    app.body = b"x" * 12_500
    assert get(cache, "/small/").body == app.body
    assert get(cache, "/small/")["Cache-Status"] == "cong; hit"


def test_every_coding_counts_against_the_bound():
    cache, _, _ = make_cache()
    body = len(get(cache).body)
    before = cache.stats()["bytes"]

    added = len(get(cache, accept_encoding="br").body) + len(get(cache, accept_encoding="gzip").body)

    assert cache.stats()["bytes"] == before + added
    assert before > body


def test_memory_stays_bounded_under_concurrency():
    def app(environ, start_response):
        size = int(environ["PATH_INFO"].strip("/")) * 37 % 9000
        start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "public, s-maxage=60")])
        return [noise[:size]]

    def visit(seed):
        chance = random.Random(seed)
        for _ in range(300):
            number = int(chance.paretovariate(0.5)) % 500
            answer = get(cache, f"/{number}/", accept_encoding=chance.choice(["br", "gzip", ""]))
            if answer.text != noise[: number * 37 % 9000]:
                wrong.append(number)
            if chance.random() < 0.05:
                clock.turn(7)
            if cache.stats()["bytes"] > 200_000:
                wrong.append("too many bytes")

    noise = "".join(random.Random(1).choices("aăâbcdđeêghiklmnoôơ <>", k=9000)).encode()[:9000]
    wrong = []
    cache, _, clock = make_cache(app, max_bytes=200_000)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(visit, range(16)))

    stats = cache.stats()
    assert wrong == []
    assert stats["evictions"] > 0
    assert stats["bytes"] == sum(page.size for page in cache._store.pages.values()) <= 200_000
    assert not cache._renders.flights


def test_remembers_a_bounded_number_of_pages_that_are_not_shared(monkeypatch):
    monkeypatch.setattr("serving.pagecache.renders.MOST_REMEMBERED", 100)
    cache, _, _ = make_cache(Application("private"))

    for number in range(500):
        get(cache, f"/{number}/")

    assert len(cache._renders._not_shared) == 100


def test_a_hit_waits_for_no_lock():
    cache, _, _ = make_cache()
    get(cache)

    with cache._renders._lock, cache._store._lock, ThreadPoolExecutor(1) as threads:
        hit = threads.submit(cache, make_environ(), lambda *_: None)

        assert hit.result(LONG) == [PAGE]
