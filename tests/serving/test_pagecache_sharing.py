"""What the page cache stores, for whom, and under which key."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.pagecache.policy import lifetime, normalised_query
from tests.serving.pagecache_client import PAGE, Application, get, make_cache, make_environ, send


def test_answers_the_second_request_from_memory():
    cache, app, _ = make_cache()

    first, second = get(cache), get(cache)

    assert len(app.requests) == 1
    assert first.body == second.body == PAGE
    assert first["Cache-Status"] == "cong; fwd=uri-miss; stored"
    assert second["Cache-Status"] == "cong; hit"


@pytest.mark.parametrize("status", ["200 OK", "301 Moved", "308 Permanent Redirect", "404 Not Found", "410 Gone"])
def test_stores_the_statuses_a_portal_shares(status):
    cache, app, _ = make_cache(Application(status=status))

    get(cache)

    assert get(cache).status == status
    assert len(app.requests) == 1


@pytest.mark.parametrize(
    "status",
    [
        "201 Created",
        "204 No Content",
        "206 Partial",
        "302 Found",
        "400 Bad",
        "403 No",
        "429 Slow",
        "500 Error",
        "503 Down",
    ],
)
def test_stores_no_other_status(status):
    cache, app, _ = make_cache(Application(status=status))

    get(cache)

    assert get(cache).status == status
    assert len(app.requests) == 2


@pytest.mark.parametrize(
    "cache_control",
    [
        "",
        "max-age=60",
        "s-maxage=60",
        "public",
        "public, s-maxage=0",
        "public, s-maxage=soon",
        "public, s-maxage=0, max-age=60",
        "public, s-maxage=-5",
        "public, s-maxage=60, private",
        'public, s-maxage=60, private="x-name"',
        "public, s-maxage=60, no-store",
        "PUBLIC, S-MAXAGE=60, NO-STORE",
        "public, s-maxage=60, no-cache",
        'public, s-maxage=60, no-cache="set-cookie"',
        'extension="public, s-maxage=60"',
    ],
)
def test_stores_nothing_that_is_not_said_to_be_public_for_a_time(cache_control):
    cache, app, _ = make_cache(Application(cache_control))

    get(cache)
    get(cache)

    assert len(app.requests) == 2


def test_prefers_s_maxage_to_max_age():
    cache, _, clock = make_cache(Application("public, max-age=0, s-maxage=10"))

    get(cache)
    clock.turn(9.9)

    assert get(cache)["Cache-Status"] == "cong; hit"


def test_uses_max_age_without_s_maxage():
    cache, app, clock = make_cache(Application("public, max-age=10"))

    get(cache)
    clock.turn(9.9)
    get(cache)
    clock.turn(0.2)
    get(cache)

    assert len(app.requests) == 2


def test_reads_directives_from_several_headers_in_any_case():
    assert lifetime(200, [("cache-control", "PUBLIC"), ("Cache-Control", 'S-MaxAge="7"')]).fresh == 7


def test_believes_the_first_of_two_contradicting_ages():
    assert lifetime(200, [("Cache-Control", "public, s-maxage=7, s-maxage=700")]).fresh == 7


@pytest.mark.parametrize("seconds", ["-5", "+5", "5.5", "٥", ""])
def test_an_age_that_is_no_number_is_none(seconds):
    assert lifetime(200, [("Cache-Control", f"public, s-maxage={seconds}")]) is None


def test_an_age_beyond_all_bounds_is_a_long_one():
    assert lifetime(200, [("Cache-Control", f"public, s-maxage={'9' * 5000}")]).fresh == 2**31


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "csrftoken=abc"),
        ("Vary", "Cookie"),
        ("Vary", "Accept-Encoding, Cookie"),
        ("Vary", "Accept-Language"),
        ("Vary", "*"),
        ("Content-Encoding", "gzip"),
        ("Content-Range", "bytes 0-9/900"),
    ],
)
def test_stores_nothing_that_may_depend_on_a_person(header):
    cache, app, _ = make_cache(Application(headers=[header]))

    get(cache)
    answer = get(cache)

    assert len(app.requests) == 2
    assert header in answer.pairs


def test_stores_what_varies_only_by_accept_encoding():
    cache, app, _ = make_cache(Application(headers=[("Vary", "accept-encoding")]))

    get(cache)

    assert get(cache)["Vary"] == "Accept-Encoding"
    assert len(app.requests) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "theme=dark; sessionid=abc"},
        {"cookie": "sessionid"},
        {"authorization": "Basic eA=="},
        {"range": "bytes=0-9"},
    ],
)
def test_leaves_staff_credentials_and_ranges_to_the_application(headers):
    cache, app, _ = make_cache()
    get(cache)

    answer = get(cache, **headers)
    get(cache, **headers)

    assert len(app.requests) == 3
    assert answer["Cache-Status"] is None
    assert {f"HTTP_{name.upper()}": value for name, value in headers.items()}.items() <= app.requests[1].items()


def test_a_staff_page_never_reaches_a_citizen():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        return [b"secret" if "sessionid" in environ.get("HTTP_COOKIE", "") else b"public"]

    cache, _, _ = make_cache(app)

    staff = get(cache, cookie="sessionid=abc")

    assert staff.body == b"secret"
    assert get(cache).body == b"public"


def test_a_shared_page_is_made_without_the_cookies_of_who_asked():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60")])
        return [environ.get("HTTP_COOKIE", "nobody").encode()]

    cache, _, _ = make_cache(app)

    assert get(cache, cookie="voter=an").body == b"nobody"
    assert get(cache).body == b"nobody"


def test_a_personal_page_gets_its_cookies_and_parameters_on_every_request():
    app = Application("private")
    cache, _, _ = make_cache(app)

    get(cache, "/phieu/?lua-chon=2", cookie="voter=an")
    get(cache, "/phieu/?lua-chon=3", cookie="voter=binh")

    answered = [app.requests[1], app.requests[2]]
    assert [request["HTTP_COOKIE"] for request in answered] == ["voter=an", "voter=binh"]
    assert [request["QUERY_STRING"] for request in answered] == ["lua-chon=2", "lua-chon=3"]
    assert len(app.requests) == 3
    assert app.closed == 3


def test_a_page_that_is_not_shared_gets_unknown_parameters_without_any_cookie():
    cache, app, _ = make_cache(Application("private"))

    get(cache, "/tim-kiem/?q=lich")

    assert [request["QUERY_STRING"] for request in app.requests] == ["", "q=lich"]


def test_the_request_of_a_personal_page_is_made_once_when_nothing_was_left_out():
    cache, app, _ = make_cache(Application("private"))

    get(cache, "/phieu/?trang=2", user_agent="Firefox")

    assert len(app.requests) == 1


@pytest.mark.parametrize("cache_control", ["no-cache", "no-store", "max-age=0", "only-if-cached"])
def test_a_client_cannot_force_a_render(cache_control):
    cache, app, _ = make_cache()
    get(cache, cache_control=cache_control, pragma="no-cache")

    answer = get(cache, cache_control=cache_control, pragma="no-cache")

    assert answer["Cache-Status"] == "cong; hit"
    assert len(app.requests) == 1


def test_never_looks_at_a_bypassed_path():
    cache, app, _ = make_cache(bypass_prefixes=["/quan-tri/", "/tệp/"])

    for _ in range(2):
        get(cache, "/quan-tri/?q=1", cookie="a=b")
        get(cache, "/tệp/x".encode().decode("latin-1"))

    assert len(app.requests) == 4
    assert app.requests[0]["QUERY_STRING"] == "q=1"


def test_keeps_a_post_away_from_the_store():
    cache, app, _ = make_cache(Application(status="403 Forbidden"))
    app.status = "200 OK"
    get(cache)
    app.status = "403 Forbidden"

    refused = get(cache, method="POST", cookie="voter=an")

    assert refused.code == 403
    assert app.requests[1]["HTTP_COOKIE"] == "voter=an"
    assert get(cache)["Cache-Status"] == "cong; hit"


def test_a_successful_post_makes_the_stored_page_invalid():
    cache, _, _ = make_cache()
    get(cache, "/gop-y/")
    get(cache, "/")

    get(cache, "/gop-y/", method="POST")

    assert get(cache, "/gop-y/")["Cache-Status"] == "cong; fwd=uri-miss; stored"
    assert get(cache, "/")["Cache-Status"] == "cong; hit"


def test_junk_parameters_make_no_second_entry():
    cache, app, _ = make_cache()

    for number in range(200):
        get(cache, f"/?fbclid={number}&utm_source=zalo&trang=2&_={number}")

    assert len(app.requests) == 1
    assert app.requests[0]["QUERY_STRING"] == "trang=2"
    assert cache.stats()["entries"] == 1


def test_keeps_pages_of_different_parameters_apart():
    cache, app, _ = make_cache(known_parameters={"trang", "q"})

    for address in ["/", "/?trang=1", "/?trang=2", "/?q=1", "/?q=1&trang=2", "/?trang=2&q=1"]:
        get(cache, address)

    assert [request["QUERY_STRING"] for request in app.requests] == ["", "trang=1", "trang=2", "q=1", "q=1&trang=2"]


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("trang=2", "trang=2"),
        ("tr%61ng=%32", "trang=2"),
        ("trang=1&trang=2", "trang=2"),
        ("trang=", "trang="),
        ("trang", "trang="),
        ("q=%C4%91%C6%B0%E1%BB%9Dng", "q=%C4%91%C6%B0%E1%BB%9Dng"),
        ("q=đường".encode().decode("latin-1"), "q=%C4%91%C6%B0%E1%BB%9Dng"),
        ("q=a+b%20c", "q=a+b+c"),
        ("trang=2&&&q=%zz", "q=%25zz&trang=2"),
        ("Trang=2&trang%00=3", ""),
    ],
)
def test_writes_a_query_in_one_way(query, normal):
    assert normalised_query(query, frozenset({b"trang", b"q"})) == normal


@given(st.text(st.characters(max_codepoint=255), max_size=80) | st.from_regex(r"(trang|q|%7[0-9]|x|&|=|\+|%){1,20}"))
def test_a_normal_query_stays_as_it_is(query):
    known = frozenset({b"trang", b"q"})
    query = query.encode("latin-1", "ignore").decode("latin-1")

    normal = normalised_query(query, known)

    assert normalised_query(normal, known) == normal
    assert normal.isascii()
    assert {pair.partition("=")[0] for pair in normal.split("&")} <= {"", "trang", "q"}


@pytest.mark.parametrize("address", ["/?" + "&".join(["x=1"] * 101), "/?trang=" + "9" * 5000, "/" + "a" * 5000])
def test_an_oversized_address_is_not_kept(address):
    cache, app, _ = make_cache()

    get(cache, address)
    get(cache, address)

    assert len(app.requests) == 2
    assert app.requests[0]["QUERY_STRING"] == address.partition("?")[2]
    assert cache.stats()["entries"] == 0


def test_keeps_hosts_and_schemes_apart():
    cache, app, _ = make_cache()

    get(cache)
    get(cache, host="khac.example")
    get(cache, x_forwarded_proto="https")
    send(cache, make_environ() | {"wsgi.url_scheme": "https"})

    assert len(app.requests) == 4
    assert cache.stats()["entries"] == 4


def test_the_case_of_a_host_does_not_matter():
    cache, app, _ = make_cache()

    get(cache, host="XA.Example")
    get(cache, host="xa.example")

    assert len(app.requests) == 1
    assert app.requests[0]["HTTP_HOST"] == "xa.example"


def test_a_host_the_application_refuses_is_not_kept():
    cache, _, _ = make_cache(Application(status="400 Bad Request"))

    for number in range(50):
        get(cache, host=f"{number}.evil.example")

    assert cache.stats()["entries"] == 0


@pytest.mark.parametrize("headers", [{"host": ""}, {"host": "a" * 256}, {"x_forwarded_proto": "gopher"}])
def test_an_odd_origin_is_not_kept(headers):
    cache, app, _ = make_cache()

    get(cache, **headers)
    get(cache, **headers)

    assert len(app.requests) == 2


def test_no_header_outside_the_key_can_change_the_host_of_a_shared_page():
    cache, app, _ = make_cache()

    get(cache, x_forwarded_host="evil.example", x_forwarded_port="666")

    assert app.requests[0].keys().isdisjoint({"HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"})


def test_a_shared_page_is_asked_for_whole_and_unconditionally():
    cache, app, _ = make_cache()
    personal = {
        "HTTP_ACCEPT_ENCODING": "br",
        "HTTP_CACHE_CONTROL": "no-cache",
        "HTTP_COOKIE": "voter=an",
        "HTTP_IF_MATCH": '"x"',
        "HTTP_IF_MODIFIED_SINCE": "Mon, 23 Nov 2026 00:00:00 GMT",
        "HTTP_IF_NONE_MATCH": '"x"',
        "HTTP_IF_UNMODIFIED_SINCE": "Mon, 23 Nov 2026 00:00:00 GMT",
        "HTTP_PRAGMA": "no-cache",
        "CONTENT_LENGTH": "5",
        "CONTENT_TYPE": "text/plain",
        "RAW_URI": "/?x=1",
        "REQUEST_URI": "/?x=1",
    }
    environ = make_environ() | personal | {"wsgi.input": io.BytesIO(b"typed")}

    send(cache, environ)

    assert app.requests[0].keys().isdisjoint(personal)
    assert app.requests[0]["wsgi.input"].read() == b""
    assert environ["HTTP_IF_NONE_MATCH"] == '"x"'


def test_switched_off_it_is_not_there():
    cache, app, _ = make_cache(enabled=False)
    environ = make_environ("/?b=1&a=2", cookie="voter=an")

    answer = send(cache, environ)
    send(cache, environ)

    assert app.requests[0] is environ
    assert len(app.requests) == 2
    assert answer["Cache-Status"] is None


def test_counts_what_it_does():
    cache, _, clock = make_cache()
    get(cache, "/?trang=2")
    get(cache, "/?trang=2&x=1")
    clock.turn(5)
    get(cache, "/?trang=2")
    get(cache, cookie="sessionid=1")

    stats = cache.stats()

    assert (stats["hits"], stats["misses"], stats["renders"], stats["untouched"]) == (1, 2, 2, 1)
    assert stats["pages"][0] | {"bytes": 0} == {
        "address": "/?trang=2",
        "host": "xa.example",
        "status": "200 OK",
        "hits": 1,
        "renders": 2,
        "bytes": 0,
        "age": 0,
    }
    assert len(PAGE) < stats["bytes"] == stats["pages"][0]["bytes"] < stats["max_bytes"]


def test_shows_itself_to_the_application():
    cache, app, _ = make_cache()

    get(cache, cookie="sessionid=1")

    assert app.requests[0]["serving.pagecache"] is cache
