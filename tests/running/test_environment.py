"""Values from the environment: strict, with one clear line for a wrong one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from running import environment
from running.database import database_from_url
from running.postgresql.base import DatabaseWrapper


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("False", False), ("1", True), ("", False)])
def test_reads_a_boolean(monkeypatch, value, expected):
    monkeypatch.setenv("SWITCH", value)

    assert environment.boolean("SWITCH", default=False) is expected


def test_refuses_a_boolean_that_is_neither(monkeypatch):
    monkeypatch.setenv("SWITCH", "maybe")

    with pytest.raises(ImproperlyConfigured, match="SWITCH='maybe': use true or false"):
        environment.boolean("SWITCH", default=False)


@pytest.mark.parametrize("value", ["ten", "-1", "65536", "８０"])
def test_refuses_a_number_out_of_range(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(ImproperlyConfigured, match="use a whole number from 1 to 65535"):
        environment.integer("PORT", 8000, minimum=1, maximum=65535)


def test_reads_a_secret_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("kept in a file\n")
    monkeypatch.setenv("SECRET_FILE", str(path))

    assert environment.text("SECRET") == "kept in a file"


def test_names_a_secret_file_that_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_FILE", str(tmp_path / "absent"))

    with pytest.raises(ImproperlyConfigured, match="No such file"):
        environment.text("SECRET")


def test_splits_a_list(monkeypatch):
    monkeypatch.setenv("HOSTS", "a.example, b.example,,")

    assert environment.items("HOSTS") == ["a.example", "b.example"]


def test_reads_a_database_url():
    database = database_from_url("postgres://cong:p%40ss@db.example:5433/portal")

    assert database["ENGINE"] == "running.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "portal")
    assert database["PASSWORD"] == "p@ss"


@pytest.mark.parametrize(
    "url", ["postgres://cong@%2Frun%2Fpostgresql/portal", "postgres://cong@/portal?host=/run/postgresql"]
)
def test_reads_a_unix_socket(url, monkeypatch):
    wrapper = DatabaseWrapper(
        {"TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "OPTIONS": {}} | database_from_url(url)
    )

    parameters = wrapper.get_connection_params()

    assert (parameters["host"], parameters["dbname"], parameters["user"]) == ("/run/postgresql", "portal", "cong")


@pytest.mark.parametrize("url", ["mysql://x@y/z", "nonsense", "postgres://host:port/name", "postgres://host"])
def test_refuses_an_address_that_is_not_postgres(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from_url(url)
