"""Old pages: shown while a new one is made, or while none can be made."""

import threading

import pytest

from tests.serving.pagecache_client import PAGE, Application, get, make_cache, make_environ
from tests.waiting import LONG, eventually

SWR = "public, s-maxage=4, stale-while-revalidate=10"
SIE = "public, s-maxage=4, stale-if-error=60"


def test_shows_the_old_page_at_once_and_the_new_one_soon():
    cache, app, clock = make_cache(Application(SWR))
    get(cache)
    app.body = b"new"
    clock.turn(6)

    stale = get(cache)
    eventually(lambda: cache.stats()["renders"] == 2 and not cache._renders.flights)
    fresh = get(cache)

    assert stale.body == PAGE
    assert stale["Cache-Control"] == "public, s-maxage=0, stale-while-revalidate=10"
    assert stale["Cache-Status"] == "cong; hit; ttl=-2; detail=stale-while-revalidate"
    assert fresh.body == b"new"
    assert fresh["Cache-Control"] == "public, s-maxage=3, stale-while-revalidate=10"
    assert fresh["Cache-Status"] == "cong; hit"
    assert app.closed == 2


def test_a_slow_refresh_keeps_nobody_waiting_and_happens_once():
    go_on = threading.Event()

    def app(environ, start_response):
        requests.append(environ)
        if len(requests) > 1:
            go_on.wait(LONG)
        start_response("200 OK", [("Cache-Control", SWR)])
        return [b"%d" % len(requests)]

    requests = []
    cache, _, clock = make_cache(app)
    get(cache)
    clock.turn(5)

    bodies = {get(cache).body for _ in range(100)}
    eventually(lambda: len(requests) == 2)
    go_on.set()
    eventually(lambda: not cache._renders.flights)

    assert bodies == {b"1"}
    assert len(requests) == 2
    assert get(cache).body == b"2"


def test_whoever_saw_the_old_page_does_not_renew_it_a_second_time():
    cache, app, clock = make_cache(Application(SWR))
    get(cache)
    [old] = cache._store.pages.values()
    clock.turn(5)
    get(cache)
    eventually(lambda: len(app.requests) == 2 and not cache._renders.flights)

    cache._renders.refresh(old, make_environ(), clock())

    assert not cache._renders.flights
    assert len(app.requests) == 2


def test_a_refresh_carries_nothing_of_the_person_who_caused_it():
    cache, app, clock = make_cache(Application(SWR))
    get(cache)
    clock.turn(5)

    get(cache, "/?fbclid=1", cookie="voter=an", if_none_match='"x"')
    eventually(lambda: len(app.requests) == 2)

    assert app.requests[1].keys().isdisjoint({"HTTP_COOKIE", "HTTP_IF_NONE_MATCH"})
    assert app.requests[1]["QUERY_STRING"] == ""


def test_a_page_too_old_for_revalidation_is_made_first():
    cache, app, clock = make_cache(Application(SWR))
    get(cache)
    app.body = b"new"
    clock.turn(15)

    answer = get(cache)

    assert answer.body == b"new"
    assert answer["Cache-Status"] == "cong; fwd=stale; stored"


@pytest.mark.parametrize("directive", ["must-revalidate", "proxy-revalidate"])
def test_a_page_that_must_be_revalidated_is_never_shown_old(directive):
    cache, app, clock = make_cache(Application(f"{SWR}, stale-if-error=60, {directive}"))
    get(cache)
    app.status = "500 Internal Server Error"
    clock.turn(5)

    assert get(cache).code == 500


def test_a_withdrawn_page_disappears_with_its_refresh():
    cache, app, clock = make_cache(Application(SWR))
    get(cache)
    app.status, app.cache_control, app.body = "410 Gone", "no-store", b"withdrawn"
    clock.turn(5)

    get(cache)
    eventually(lambda: len(app.requests) == 2 and not cache._renders.flights)

    assert get(cache).body == b"withdrawn"
    assert cache.stats()["entries"] == 0


def test_an_error_is_replaced_by_the_old_page_with_a_marker():
    for status in ("500 Internal Server Error", "502 Bad", "503 Service Unavailable", "504 Timeout"):
        cache, app, clock = make_cache(Application(SIE))
        get(cache)
        app.status = status
        clock.turn(30)

        answer = get(cache)

        assert answer.status == "200 OK"
        assert answer.body == PAGE
        assert answer["Cache-Control"] == "public, s-maxage=0, stale-if-error=60"
        assert answer["Cache-Status"] == f"cong; fwd=stale; fwd-status={status[:3]}; ttl=-26; detail=stale-if-error"
        assert app.closed == 2


def test_an_exception_is_replaced_by_the_old_page_with_a_marker():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.error = OSError("the database is gone")
    clock.turn(30)

    answer = get(cache)

    assert answer.body == PAGE
    assert answer["Cache-Status"] == "cong; fwd=stale; ttl=-26; detail=stale-if-error"


def test_an_error_in_the_middle_of_the_body_is_replaced_too():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", SIE)])
        yield b"half "
        if broken:
            raise OSError("the database is gone")
        yield b"whole"

    broken = False
    cache, _, clock = make_cache(app)
    get(cache)
    broken = True
    clock.turn(5)

    assert get(cache).body == b"half whole"


def test_a_refused_request_is_not_an_error_to_hide():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.status = "403 Forbidden"
    clock.turn(5)

    assert get(cache).code == 403


def test_whoever_asks_first_waits_no_longer_than_the_others():
    go_on = threading.Event()

    def app(environ, start_response):
        requests.append(environ)
        if len(requests) == 2:
            go_on.wait(LONG)
        start_response("200 OK", [("Cache-Control", SIE)])
        return [b"%d" % len(requests)]

    requests = []
    cache, _, clock = make_cache(app, wait_limit=0.1)
    get(cache)
    clock.turn(30)

    first = get(cache)  # would hang as long as the application does
    second = get(cache)
    went_on_behind = bool(cache._renders._leaders._threads) and not go_on.is_set()
    go_on.set()
    eventually(lambda: next(iter(cache._store.pages.values())).renders == 2)

    assert first.body == second.body == b"1"
    assert "detail=stale-if-error" in first["Cache-Status"]
    assert went_on_behind
    assert get(cache).body == b"2"


def test_when_too_many_are_being_made_the_old_page_is_shown(monkeypatch):
    cache, _, clock = make_cache(Application(SIE))
    get(cache)
    clock.turn(30)
    monkeypatch.setattr(cache._renders._leaders, "submit", lambda task: False)

    answer = get(cache)

    assert answer.body == PAGE
    assert not cache._renders.flights


def test_recovers_without_help():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.error = OSError("the database is gone")
    clock.turn(5)
    get(cache)
    app.error, app.body = None, b"new"
    clock.turn(1.1)

    during = get(cache)
    eventually(lambda: not cache._renders.flights and cache.stats()["renders"] == 3)

    assert during["Cache-Status"] == "cong; hit; ttl=-2; detail=stale-if-error"
    assert get(cache).body == b"new"
    assert get(cache)["Cache-Status"] == "cong; hit"


def test_a_page_nobody_asked_for_during_the_failure_is_made_at_once_after_it():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.error = OSError("the database is gone")
    clock.turn(5)
    get(cache)
    app.error, app.body = None, b"new"
    clock.turn(20)

    assert get(cache).body == b"new"


def test_asks_a_failing_application_once_a_second():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.error = OSError("the database is gone")
    clock.turn(5)

    for _ in range(30):
        assert get(cache).body == PAGE
        eventually(lambda: not cache._renders.flights)
        clock.turn(0.1)

    assert 3 <= len(app.requests) - 1 <= 4


def test_a_failing_refresh_keeps_the_old_page():
    cache, app, clock = make_cache(Application(SWR + ", stale-if-error=60"))
    get(cache)
    app.error = OSError("the database is gone")
    clock.turn(5)

    get(cache)
    eventually(lambda: cache.stats()["failures"] == 1)
    answer = get(cache)

    assert answer.body == PAGE
    assert answer["Cache-Status"] == "cong; hit; ttl=-1; detail=stale-if-error"


def test_an_error_is_shown_when_the_old_page_is_too_old():
    cache, app, clock = make_cache(Application(SIE))
    get(cache)
    app.status = "503 Service Unavailable"
    clock.turn(64)

    answer = get(cache)

    assert answer.code == 503
    assert answer["Cache-Status"] is None


def test_an_error_without_an_old_page_is_shown():
    cache, app, _ = make_cache(Application(SIE, status="503 Service Unavailable"))

    assert get(cache).code == 503
    app.status = "200 OK"
    assert get(cache).code == 200


def test_old_pages_answer_head_and_conditions_too():
    cache, app, clock = make_cache(Application(SIE))
    page = get(cache)
    app.error = OSError("the database is gone")
    clock.turn(5)

    assert get(cache, method="HEAD")["Content-Length"] == str(len(PAGE))
    assert get(cache, if_none_match=page["ETag"]).code == 304


def test_an_older_render_never_replaces_a_newer_one():
    first_asked, second_done = threading.Event(), threading.Event()

    def app(environ, start_response):
        requests.append(environ)
        number = len(requests)
        if number == 1:
            first_asked.set()
            second_done.wait(LONG)
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        return [b"%d" % number]

    requests = []
    cache, _, clock = make_cache(app, wait_limit=0.05)
    slow = threading.Thread(target=get, args=(cache,))
    slow.start()
    assert first_asked.wait(LONG)
    clock.turn(1)

    get(cache)
    second_done.set()
    slow.join()

    assert get(cache).body == b"2"
