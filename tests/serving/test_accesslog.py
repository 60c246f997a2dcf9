"""A line for each request that says what was asked and never who asked."""

import io
import json
import re

import pytest

from serving.accesslog import request_id, with_access_log
from tests.serving.pagecache_client import get, make_environ, send

PERSONAL = {
    "user_agent": "Mozilla/5.0 (very own browser)",
    "cookie": "phieu=secret-token",
    "x_forwarded_for": "203.0.113.77",
    "referer": "https://other.example/private",
}


def page(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Status", "cong; hit")])
    return [b"trang", b" tin"]


@pytest.mark.parametrize("form", ["combined", "json"])
def test_nothing_that_tells_who_asked_is_written(form):
    log = io.StringIO()
    get(with_access_log(page, form, log), "/tim-kiem/?q=benh-vien", **PERSONAL)

    line = log.getvalue()
    assert "/tim-kiem/" in line
    for secret in ("benh-vien", "203.0.113", "browser", "secret", "other.example"):
        assert secret not in line


def test_programs_read_what_was_answered():
    log = io.StringIO()
    answer = get(with_access_log(page, "json", log), "/kinh-te/")

    entry = json.loads(log.getvalue())
    assert (entry["method"], entry["path"], entry["status"], entry["bytes"], entry["cache"]) == (
        "GET",
        "/kinh-te/",
        200,
        9,
        "hit",
    )
    assert 0 <= entry["seconds"] < 5
    assert answer["X-Request-ID"] == entry["request_id"]


def test_people_read_the_form_they_know():
    log = io.StringIO()
    send(with_access_log(page, "combined", log), make_environ('/a"b c\n'))

    assert re.fullmatch(
        r'- - - \[.+\] "GET /a%22b%20c\\n HTTP/1\.1" 200 9 "-" "-" \d\.\d{4} hit [0-9a-f]{16}\n', log.getvalue()
    )


@pytest.mark.parametrize(("given", "is_kept"), [("a1b2c3d4e5f6", True), ("short", False), ('x" evil="1234', False)])
def test_the_name_of_a_request_is_the_proxys_where_it_is_one(given, is_kept):
    seen = []

    def remembering(environ, start_response):
        seen.append(request_id(environ))
        return page(environ, start_response)

    answer = get(with_access_log(remembering, "json", io.StringIO()), x_request_id=given)

    assert seen == [answer["X-Request-ID"]]
    assert (answer["X-Request-ID"] == given) is is_kept


def test_a_stream_is_measured_when_it_was_sent():
    log = io.StringIO()

    def stream(environ, start_response):
        start_response("200 OK", [])
        return (chunk for chunk in (b"a" * 10, b"b" * 5))

    get(with_access_log(stream, "json", log))

    assert json.loads(log.getvalue())["bytes"] == 15


def test_without_it_nothing_stands_in_between():
    assert with_access_log(page, "off") is page
