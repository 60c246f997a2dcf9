"""A database that is away: 503 with Retry-After, and another try where that harms nobody."""

import io

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse

from portal.request_rules import is_repeatable
from serving import outages, repeating
from serving.outages import Outage, is_away
from serving.refusals import AwayResponse
from serving.repeating import with_own_threads
from tests.serving.pagecache_client import make_environ, send


@pytest.fixture
def outage(monkeypatch):
    outage = Outage()
    monkeypatch.setattr(repeating, "outage", outage)
    monkeypatch.setattr(outage, "_watch", lambda: None)  # the end-to-end tests let it watch
    return outage


def failing(outage, times):
    """An application whose database comes back after so many requests; it reads its body each time."""
    bodies = []

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read())
        if len(bodies) <= times:
            outage.failed(OperationalError("gone"))
            response = AwayResponse()
        else:
            response = HttpResponse("trang")
        start_response(f"{response.status_code} x", list(response.items()))
        return response

    return application, bodies


@pytest.mark.parametrize(("method", "path"), [("GET", "/tim-kiem/"), ("HEAD", "/"), ("POST", "/binh-chon/7/")])
def test_what_may_be_repeated_is_run_again_from_its_beginning(outage, method, path):
    application, bodies = failing(outage, 2)
    app = with_own_threads(application, 1, is_repeatable=is_repeatable)

    answer = send(app, make_environ(path, method=method) | {"wsgi.input": io.BytesIO(b"phieu")})

    assert answer.code == 200
    assert bodies == [b"phieu"] * 3


def test_a_database_that_is_back_before_the_next_try_is_asked_again(outage):
    application, _ = failing(outage, 1)

    def back_at_once(environ, start_response):
        response = application(environ, start_response)
        outage.end()
        return response

    answer = send(with_own_threads(back_at_once, 1, is_repeatable=is_repeatable), make_environ("/tim-kiem/"))

    assert answer.code == 200
    assert not outage.is_on


def test_nothing_is_tried_again_late_in_an_outage(outage, monkeypatch):
    application, bodies = failing(outage, 9)
    outage.failed(OperationalError("gone"))
    monkeypatch.setattr(outage, "_began", outage._began - 5)

    answer = send(with_own_threads(application, 1, is_repeatable=is_repeatable), make_environ("/tim-kiem/"))

    assert answer.code == 503
    assert len(bodies) == 1


@pytest.mark.parametrize("path", ["/quan-tri/news/article/add/", "/binh-chon/7/khac/"])
def test_what_may_not_be_repeated_is_run_once(outage, path):
    application, bodies = failing(outage, 1)
    app = with_own_threads(application, 1, is_repeatable=is_repeatable)

    answer = send(app, make_environ(path, method="POST"))

    assert (answer.code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "tạm thời" in answer.body.decode()
    assert len(bodies) == 1


@pytest.mark.django_db(transaction=True)
def test_an_ended_connection_and_a_server_that_only_reads_are_away():
    with connection.cursor() as cursor, pytest.raises(OperationalError) as ended:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        with pytest.raises(Exception, match="read-only") as only_reads:
            cursor.execute("CREATE TABLE never (a int)")
    connection.close()
    with connection.cursor() as cursor, pytest.raises(Exception, match="zero") as mistake:
        cursor.execute("SELECT 1 / 0")

    assert is_away(ended.value)
    assert is_away(only_reads.value)
    assert not is_away(mistake.value)


GIVEN_UP = {
    "a statement that takes too long": "SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(60)",
    "a deadlock": "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$",
}


@pytest.mark.django_db
@pytest.mark.parametrize("sql", GIVEN_UP.values(), ids=GIVEN_UP)
def test_what_the_database_gave_up_may_be_asked_again_and_is_logged(client, monkeypatch, caplog, sql):
    def ask(*_request, **_context):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    monkeypatch.setattr("portal.views.render", ask)
    client.raise_request_exception = False

    answer = client.get("/so-do-trang/")

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "tạm thời" in answer.content.decode()
    lines = [record for record in caplog.records if record.name == "portal.errors"]
    assert [(line.levelname, line.getMessage()) for line in lines] == [("ERROR", "The database gave up: /so-do-trang/")]
    assert lines[0].exc_info
    assert not outages.outage.is_on


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/so-do-trang/", "/tim-kiem/", "/binh-chon/", "/robots.txt", "/rss/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_without_a_form_says_so(path, method):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).generic(method, path, b"a=1")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "<h1>" in answer.content.decode()
