"""How the page cache answers: HEAD, conditions, Age, codings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.pagecache.encoding import negotiate
from serving.pagecache.policy import http_date
from tests.serving.pagecache_client import PAGE, Application, get, make_cache


def test_head_is_answered_from_a_stored_get():
    cache, app, _ = make_cache()
    page = get(cache)

    head = get(cache, method="HEAD")

    assert len(app.requests) == 1
    assert head.body == b""
    assert head.pairs[:-2] == page.pairs[:-2]
    assert head["Content-Length"] == str(len(PAGE))


def test_head_on_an_empty_cache_stores_the_page():
    cache, app, _ = make_cache()

    head = get(cache, method="HEAD")

    assert head.body == b""
    assert get(cache).body == PAGE
    assert [request["REQUEST_METHOD"] for request in app.requests] == ["GET"]


def test_head_of_a_personal_page_reaches_the_application_as_head():
    cache, app, _ = make_cache(Application("private"))

    get(cache, method="HEAD")

    assert app.requests[-1]["REQUEST_METHOD"] == "HEAD"


@pytest.mark.parametrize("accept_encoding", ["", "gzip", "br"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"a,b" , W/{} ', "*"])
def test_a_known_etag_gives_304(accept_encoding, form):
    cache, _, _ = make_cache(Application(headers=[("Content-Language", "vi")]))
    page = get(cache, accept_encoding=accept_encoding)

    answer = get(cache, accept_encoding=accept_encoding, if_none_match=form.format(page["ETag"]))

    assert answer.status == "304 Not Modified"
    assert answer.body == b""
    assert {name for name, _ in answer.pairs} == {"Cache-Control", "ETag", "Vary", "Cache-Status"}
    assert answer["ETag"] == page["ETag"]


@pytest.mark.parametrize("tags", ['"other"', "other", "", '"', "W/"])
def test_an_unknown_etag_gives_the_page(tags):
    cache, _, _ = make_cache()
    get(cache)

    assert get(cache, if_none_match=tags).body == PAGE


def test_every_coding_has_its_own_strong_etag():
    cache, _, _ = make_cache()

    tags = {get(cache, accept_encoding=coding)["ETag"] for coding in ("identity", "gzip", "br")}

    assert len(tags) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_the_etag_of_the_same_bytes_is_the_same_in_every_process():
    one, another = make_cache()[0], make_cache()[0]

    assert get(one)["ETag"] == get(another)["ETag"]


@pytest.mark.parametrize(("tag", "brotli_tag"), [('"v1"', '"v1-br"'), ('W/"v1"', 'W/"v1-br"')])
def test_keeps_the_etag_of_the_application(tag, brotli_tag):
    cache, _, _ = make_cache(Application(headers=[("ETag", tag)]))

    assert get(cache)["ETag"] == tag
    assert get(cache, accept_encoding="br")["ETag"] == brotli_tag
    assert get(cache, accept_encoding="br", if_none_match=brotli_tag).code == 304


def test_replaces_a_malformed_etag():
    cache, _, _ = make_cache(Application(headers=[("ETag", "v1")]))

    assert get(cache)["ETag"] != "v1"


def test_if_modified_since_gives_304():
    cache, _, _ = make_cache(Application(headers=[("Last-Modified", "Mon, 23 Nov 2026 05:00:00 GMT")]))

    assert get(cache, if_modified_since="Mon, 23 Nov 2026 05:00:00 GMT").code == 304
    assert get(cache, if_modified_since="Mon, 23 Nov 2026 05:00:01 GMT").code == 304
    assert get(cache, if_modified_since="Mon, 23 Nov 2026 04:59:59 GMT").code == 200
    assert get(cache, if_modified_since="hôm qua").code == 200


def test_if_none_match_outweighs_if_modified_since():
    cache, _, _ = make_cache(Application(headers=[("Last-Modified", "Mon, 23 Nov 2026 05:00:00 GMT")]))

    assert get(cache, if_modified_since="Mon, 23 Nov 2026 05:00:00 GMT", if_none_match='"other"').code == 200


def test_conditions_do_not_hide_an_error():
    cache, _, _ = make_cache(Application(status="404 Not Found"))
    page = get(cache)

    assert get(cache, if_none_match=page["ETag"]).code == 404


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda text: text + " GMT"))
def test_any_text_is_a_date_or_none(text):
    assert http_date(text) is None or isinstance(http_date(text), float)


def test_a_cache_in_front_may_keep_a_page_only_for_what_is_left_of_its_age():
    cache, _, clock = make_cache(Application("public, max-age=0, s-maxage=60, stale-if-error=9"))

    said = [get(cache)["Cache-Control"]]
    for seconds in (2.7, 55.5, 1):
        clock.turn(seconds)
        said.append(get(cache)["Cache-Control"])

    # One second less: nginx ends what it keeps with the second, not at it.
    assert said == [f"public, max-age=0, s-maxage={left}, stale-if-error=9" for left in (59, 56, 0, 0)]
    assert get(cache)["Age"] is None


def test_an_age_for_browsers_too_is_told_as_age():
    cache, _, clock = make_cache(Application("public, max-age=60"))

    ages = [get(cache)["Age"]]
    clock.turn(2.7)
    ages.append(get(cache)["Age"])

    assert ages == ["0", "2"]
    assert get(cache)["Cache-Control"] == "public, max-age=60"


def test_age_given_by_the_application_counts():
    cache, app, clock = make_cache(Application(headers=[("Age", "3")]))

    get(cache)
    clock.turn(0.5)
    assert get(cache)["Cache-Status"] == "cong; hit"
    clock.turn(0.6)
    get(cache)

    assert len(app.requests) == 2


def test_a_slow_render_counts_as_age():
    def app(environ, start_response):
        clock.turn(3)
        start_response("200 OK", [("Cache-Control", "public, s-maxage=9")])
        return [b"page"]

    cache, _, clock = make_cache(app)

    assert get(cache)["Cache-Control"] == "public, s-maxage=5"


def test_answers_in_the_coding_the_client_prefers():
    cache, app, _ = make_cache()

    answers = {coding: get(cache, accept_encoding=coding) for coding in ("gzip", "br", "identity")}

    assert len(app.requests) == 1
    assert answers["gzip"]["Content-Encoding"] == "gzip"
    assert answers["br"]["Content-Encoding"] == "br"
    assert answers["identity"]["Content-Encoding"] is None
    for answer in answers.values():
        assert answer.text == PAGE
        assert answer["Content-Length"] == str(len(answer.body))
        assert answer["Vary"] == "Accept-Encoding"
    assert len(answers["br"].body) < len(answers["gzip"].body) < len(PAGE)


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("br; q=0 , *", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity;q=0, *;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.4", "identity"),
        ("deflate", "identity"),
        ("zstd;q=1, br;q=0.001", "br"),
        ("br;q=high, gzip", "gzip"),
        ("br;q=1.5, gzip;q=0.1", "gzip"),
        (";;;,,,q=,=", "identity"),
    ],
)
def test_weighs_codings(accept_encoding, coding):
    assert negotiate(accept_encoding) == coding


@given(st.text() | st.from_regex(r"((br|gzip|identity|\*|x)(;q=[01](\.[0-9]{0,4})?)?,? ?){0,6}"))
def test_any_accept_encoding_is_answered_without_what_it_forbids(accept_encoding):
    coding = negotiate(accept_encoding)

    assert coding in ("br", "gzip", "identity")
    assert coding == "identity" or coding in accept_encoding.lower() or "*" in accept_encoding


def test_junk_accept_encodings_do_not_pile_up():
    cache, _, _ = make_cache()

    for number in range(2000):
        get(cache, accept_encoding=f"gzip, x{number}")
    answer = get(cache, accept_encoding="gzip" + ", x" * 1000)

    assert len(cache._answers._codings) <= 512
    assert cache.stats()["entries"] == 1
    assert answer["Content-Encoding"] is None


@pytest.mark.parametrize(
    "app",
    [
        Application(body=b"short " * 80),
        Application(cache_control="public, s-maxage=4, no-transform"),
    ],
)
def test_leaves_some_bodies_as_they_are(app):
    cache, _, _ = make_cache(app)

    answer = get(cache, accept_encoding="br, gzip")

    assert answer["Content-Encoding"] is None
    assert answer.body == app.body


def test_does_not_compress_pictures():
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "image/webp"), ("Cache-Control", "public, s-maxage=4")])
        return [b"\0" * 5000]

    cache, _, _ = make_cache(app)

    assert get(cache, accept_encoding="br, gzip")["Content-Encoding"] is None


def test_compresses_an_unchanged_page_once(monkeypatch):
    from serving.pagecache import encoding

    compressed = []
    compress = encoding.compress
    monkeypatch.setattr(encoding, "compress", lambda *args: compressed.append(args) or compress(*args))
    cache, app, clock = make_cache()

    for _ in range(5):
        get(cache, accept_encoding="br")
        get(cache, accept_encoding="br")
        clock.turn(5)

    assert len(app.requests) == 5
    assert len(compressed) == 1


def test_a_renewed_page_is_compressed_before_anybody_asks():
    cache, app, clock = make_cache()
    get(cache, accept_encoding="br")
    app.body = PAGE.upper()
    clock.turn(5)

    get(cache)

    [page] = cache._store.pages.values()
    assert set(page.variants) == {"br", "identity"}


def test_a_changed_page_is_compressed_anew():
    cache, app, clock = make_cache()
    get(cache, accept_encoding="br")
    app.body = PAGE.upper()
    clock.turn(5)

    assert get(cache, accept_encoding="br").text == PAGE.upper()
    assert get(cache, accept_encoding="gzip").text == PAGE.upper()


def test_drops_headers_of_the_connection():
    given_headers = [("Connection", "X-Hop, close"), ("X-Hop", "1"), ("X-Kept", "1")]
    cache, _, _ = make_cache(Application(headers=given_headers))

    answer = get(cache)

    assert answer["Connection"] is None
    assert answer["X-Hop"] is None
    assert answer["X-Kept"] == "1"


def test_a_server_may_change_the_lists_it_was_given():
    cache, _, _ = make_cache()
    get(cache)
    answer = get(cache)
    answer.pairs.clear()
    answer.iterable.clear()

    assert get(cache)["ETag"]
    assert get(cache).body == PAGE
