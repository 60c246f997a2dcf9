"""Faults of a whole portal that no other test holds; docs/faults.md lists all of them."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError

from running import launcher
from serving import server
from serving.files.collected import collect_static_files
from serving.server import passed_socket
from tests.prepared import copy_of_portal, free_port
from tests.waiting import LONG, eventually

BASE_DIR = Path(__file__).resolve().parents[2]


def serve(var: Path, port: int, held: socket.socket | None = None) -> subprocess.Popen[bytes]:
    """`manage.py serve` without a database: it begins to answer all the same. `held`: passed to it as systemd does."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PORT": str(port), "SECRET_KEY": "x" * 50}
    environment |= {"BALLOT_KEY": "y" * 50, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "WORKERS": "1"}
    command = [sys.executable, "manage.py", "serve"]
    if held is None:
        return subprocess.Popen(command, cwd=BASE_DIR, env=environment)
    pass_on = f'exec 3<&{held.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
    return subprocess.Popen(
        ["bash", "-c", pass_on, "bash", *command], cwd=BASE_DIR, env=environment, pass_fds=[held.fileno()]
    )


def lives(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/live", timeout=LONG) as response:
        return response.status == 200


def test_a_killed_main_process_leaves_no_worker_and_starts_again(server_folder):
    var, port = server_folder / "killed", free_port()
    copy_of_portal(var, demo=False)  # its static files are collected
    first = serve(var, port)
    eventually(lambda: lives(port), 3 * LONG)
    workers = psutil.Process(first.pid).children(recursive=True)

    first.send_signal(signal.SIGKILL)
    first.wait(LONG)

    _, alive = psutil.wait_procs(workers, LONG)
    assert workers
    assert alive == []
    second = serve(var, port)
    try:
        eventually(lambda: lives(port), 3 * LONG)
    finally:
        second.terminate()
        second.wait(LONG)


def test_a_restart_refuses_nobody_where_systemd_holds_the_socket(server_folder):
    var, stop = server_folder / "held", threading.Event()
    copy_of_portal(var, demo=False)
    answered: list[bool] = []
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as held:
        port = held.getsockname()[1]

        def ask() -> None:
            while not stop.is_set():
                try:
                    answered.append(lives(port))
                except ConnectionResetError:  # taken in the moment of the end: proxies and browsers ask again, too
                    answered.append(lives(port))

        first = serve(var, port + 1, held)  # PORT is not what counts
        eventually(lambda: lives(port), 3 * LONG)
        asking = ThreadPoolExecutor()
        asked = [asking.submit(ask) for _ in range(4)]
        first.terminate()
        first.wait(LONG)
        before = len(answered)
        second = serve(var, port + 1, held)
        try:
            eventually(lambda: len(answered) > before + 100, 3 * LONG)
        finally:
            stop.set()
            asking.shutdown()
            second.terminate()
            second.wait(LONG)

    assert [future.exception() for future in asked] == [None] * 4
    assert all(answered)


def test_what_is_no_listening_socket_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    with (tmp_path / "file").open("wb") as plain, socket.socket() as idle:
        closed = os.dup(plain.fileno())
        os.close(closed)
        for count, number in (("2", 3), ("1", closed), ("1", plain.fileno()), ("1", os.dup(idle.fileno()))):
            monkeypatch.setenv("LISTEN_FDS", count)
            monkeypatch.setattr(server, "FIRST_PASSED", number)

            with pytest.raises(CommandError, match=f"LISTEN_FDS={count}: the portal takes one"):
                passed_socket()


def test_two_first_starts_have_one_key_and_neither_reads_half_of_it(tmp_path, monkeypatch):
    """The second start begins while the first has made up its key and not yet written it."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    path = tmp_path / "secret-key"
    made: list[str] = []

    def key_of_the_slower(size: int) -> str:
        assert not path.exists(), "the other start would read an empty key"
        made.append(f"key {len(made)} " + "x" * size)
        if len(made) == 1:
            launcher._keep_key("secret-key")
        return made[-1] if len(made) == 1 else made[1]

    monkeypatch.setattr(secrets, "token_urlsafe", key_of_the_slower)
    launcher._keep_key("secret-key")

    assert path.read_text() in made
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_two_first_starts_collect_the_static_files_once(settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    runs: list[str] = []
    monkeypatch.setattr("serving.files.collected.call_command", lambda name, **options: runs.append(name))
    results: list[bool] = []
    starts = [threading.Thread(target=lambda: results.append(collect_static_files())) for _ in range(2)]

    with (settings.STATIC_ROOT / ".collecting").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for start in starts:
            start.start()
        starts[0].join(0.3)
        assert runs == []
    for start in starts:
        start.join(LONG)

    assert sorted(results) == [False, True]
    assert runs == ["collectstatic"]
