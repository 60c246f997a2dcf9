"""Faults of a whole portal that no other test holds; docs/faults.md lists all of them."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import psutil

from running import launcher
from serving.files.collected import collect_static_files
from tests.prepared import copy_of_portal, free_port
from tests.waiting import LONG, eventually

BASE_DIR = Path(__file__).resolve().parents[2]


def serve(var: Path, port: int) -> subprocess.Popen[bytes]:
    """`manage.py serve` without a database: it begins to answer all the same."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PORT": str(port), "SECRET_KEY": "x" * 50}
    environment |= {"BALLOT_KEY": "y" * 50, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "WORKERS": "1"}
    return subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=BASE_DIR, env=environment)


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
