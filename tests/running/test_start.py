"""Starting the portal wrongly: one clear line, a non-zero exit, no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONG

BASE_DIR = Path(__file__).resolve().parents[2]


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("run", "--no-demo"))],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=5 * LONG,
        check=False,
    )


def assert_one_line(process: subprocess.CompletedProcess, text: str) -> None:
    assert process.returncode != 0
    assert len(process.stderr.strip().splitlines()) == 1, process.stderr
    assert text in process.stderr


def test_a_used_port(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        process = start(PORT=port, VAR_DIR=str(tmp_path), DATABASE_URL="postgres://localhost:1/none")

    assert_one_line(process, f"Cannot listen on 127.0.0.1:{port}")


def test_a_database_that_does_not_answer(tmp_path):
    process = start(PORT="8999", VAR_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert_one_line(process, "Cannot connect to the database")


def test_a_database_address_that_is_wrong(tmp_path):
    process = start(VAR_DIR=str(tmp_path), DATABASE_URL="mysql://nobody@127.0.0.1/none")

    assert_one_line(process, "DATABASE_URL")


def test_a_var_folder_that_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    process = start(VAR_DIR=str(blocked / "var"))

    assert_one_line(process, "Cannot write to")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("PORT", "http"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("ALLOWED_HOSTS", ","),
        ("ALLOWED_HOSTS", "https://xa.example"),
        ("ALLOWED_HOSTS", "xa.example:8000"),
        ("ALLOWED_HOSTS", "xa example"),
        ("CSRF_TRUSTED_ORIGINS", "xa.example"),
        ("PUBLIC_URL", "xa.example"),
        # Nobody else says that a request came by TLS, so every page would lead to itself.
        ("HTTPS", "true"),
    ],
)
def test_a_wrong_value(tmp_path, name, value):
    process = start(VAR_DIR=str(tmp_path), **{name: value})

    assert_one_line(process, name)


def test_two_kinds_of_tls_for_mail(tmp_path):
    process = start(VAR_DIR=str(tmp_path), EMAIL_USE_SSL="true", EMAIL_USE_TLS="true")

    assert_one_line(process, "EMAIL_USE_SSL and EMAIL_USE_TLS")


def test_mail_by_tls_from_the_first_byte(tmp_path):
    show = (
        "from django.conf import settings; print(settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS, settings.EMAIL_PORT)"
    )
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "SECRET_KEY": "x" * 50}

    shown = [
        subprocess.run(
            [sys.executable, "-c", show],
            cwd=BASE_DIR,
            env=environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | changes,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for changes in ({}, {"EMAIL_USE_SSL": "true"})
    ]

    assert shown == ["False True 587", "True False 465"]


@pytest.mark.parametrize("command", ["migrate", "createsuperuser", "showmigrations"])
def test_only_run_and_test_make_a_database(tmp_path, command):
    process = start(command, VAR_DIR=str(tmp_path), SECRET_KEY="x" * 50, BALLOT_KEY="y" * 50, FACTOR_KEY="z" * 50)

    assert_one_line(process, "There is no database: set DATABASE_URL")
    assert not (tmp_path / "postgres").exists()


def test_a_command_that_needs_no_database_makes_none(tmp_path):
    process = start("findstatic", "css/site.css", VAR_DIR=str(tmp_path), SECRET_KEY="x" * 50)

    assert process.returncode == 0, process.stderr
    assert not (tmp_path / "postgres").exists()


def test_any_command_says_in_one_line_that_the_database_does_not_answer(tmp_path):
    process = start("migrate", VAR_DIR=str(tmp_path), SECRET_KEY="x" * 50, DATABASE_URL="postgres://127.0.0.1:1/none")

    assert_one_line(process, "Cannot connect to the database")


def test_only_the_run_command_makes_a_secret_key(tmp_path):
    process = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=5 * LONG,
        check=False,
    )

    assert_one_line(process, "SECRET_KEY is not set")


def test_the_run_command_makes_both_keys(tmp_path):
    start(PORT="8999", VAR_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    keys = [(tmp_path / name).read_text() for name in ("secret-key", "ballot-key")]
    assert len(set(keys)) == 2
    assert all(len(key) >= 50 for key in keys)
