"""What machines are told about the portal's health."""

import psycopg2
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from operation import health
from operation.health import answering_health
from serving.outages import FullDisk, full_disk, is_full
from tests.serving.pagecache_client import get, make_environ, send


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(health, "_complete", None)
    monkeypatch.setattr(full_disk, "_seen", float("-inf"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/healthz/ready"])
def test_a_portal_in_order_is_ready(client, path):
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"database": "ok", "pending_migrations": 0})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/", "/healthz/khac/", "/healthz-khac/"])
def test_what_only_begins_so_is_a_page_that_is_not_there(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_to_ask_again_costs_few_queries(client, django_assert_max_num_queries):
    client.get("/healthz/ready")

    with django_assert_max_num_queries(7):
        client.get("/healthz/ready")


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_said(client):
    client.get("/healthz/ready")
    MigrationRecorder.Migration.objects.filter(app="upkeep").latest("id").delete()

    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["pending_migrations"] >= 1


@pytest.mark.django_db
def test_a_database_that_takes_no_writes_is_said(client):
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    response = client.get("/healthz/ready")

    assert (response.status_code, response.json()) == (503, {"database": "takes no writes"})


def test_a_database_that_is_away_is_said_and_the_process_lives(client, monkeypatch):
    def refuse(*args: object, **options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert client.get("/healthz/ready").json() == {"database": "unreachable"}
    assert client.get("/healthz/live").status_code == 200


@pytest.mark.django_db
def test_a_full_disk_of_the_database_is_said_and_pages_go_on(client):
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as full:
        cursor.execute("SAVEPOINT before; DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    full_disk.note(full.value)

    response = client.get("/healthz/ready")

    assert (response.status_code, response.json()) == (503, {"database": "its disk is full"})
    assert client.get("/").status_code == 200


def test_a_full_disk_is_believed_for_a_while_only(monkeypatch):
    now = 100.0
    monkeypatch.setattr("serving.outages.time.monotonic", lambda: now)
    disk = FullDisk()
    error = DatabaseError()
    error.__cause__ = psycopg2.errors.lookup("57014")()
    disk.note(error)
    assert not disk.is_full
    assert is_full(OSError(28, "No space left on device"))
    assert not is_full(OSError(2, "No such file"))


def seen_host(environ, start_response):
    start_response("200 OK", [])
    return [environ["HTTP_HOST"].encode()]


@pytest.mark.parametrize(
    ("allowed", "host"), [(["xa.example"], b"xa.example"), ([".xa.example"], b"xa.example"), (["*"], b"localhost")]
)
def test_machines_need_not_know_the_portals_name(settings, allowed, host):
    settings.OWN_HOSTS = allowed
    application = answering_health(seen_host)

    assert get(application, "/healthz/ready", host="10.0.0.7").body == host
    assert get(application, "/healthz", host="10.0.0.7").body == host
    assert get(application, "/", host="10.0.0.7").body == b"10.0.0.7"


@pytest.mark.parametrize(("method", "body"), [("GET", b"alive\n"), ("HEAD", b"")])
def test_whether_a_process_lives_is_answered_without_django(method, body):
    def stuck(environ, start_response):
        raise AssertionError("every thread of Django waits for the database")

    answer = send(answering_health(stuck), make_environ("/healthz/live", method=method, host="10.0.0.7"))

    assert (answer.code, answer.body, answer["Cache-Control"]) == (200, body, "no-store")
