"""The private server: shared by processes, stopped by the last, surviving a killed one."""

import os
import pwd
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest

from running import embedded_postgres
from tests.waiting import LONG, eventually

BASE_DIR = Path(__file__).resolve().parents[2]
HOLD = (
    "import sys, time; from pathlib import Path; from running import embedded_postgres\n"
    "with embedded_postgres.running(Path(sys.argv[1])):\n"
    "    print('ready', flush=True); time.sleep(600)"
)


def query(data: Path, sql: str) -> list[tuple]:
    connection = psycopg2.connect(
        host=str(embedded_postgres.socket_directory(data)), user="postgres", dbname="postgres"
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def hold_server(data: Path) -> subprocess.Popen:
    """Another process that uses the server until it is told to stop."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], cwd=BASE_DIR, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.fixture
def data(server_folder, request):
    """A data directory with a space in its path."""
    return server_folder / f"a commune {request.node.name}" / "postgres" / "data"


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_serves_from_a_path_with_a_space_and_stops_at_the_end(data):
    with embedded_postgres.running(data):
        assert query(data, "SELECT 1") == [(1,)]

    with pytest.raises(psycopg2.OperationalError):
        query(data, "SELECT 1")


def test_the_last_of_two_users_stops_it(data):
    with embedded_postgres.running(data):
        other = hold_server(data)
        try:
            other.terminate()
            other.wait(LONG)

            assert query(data, "SELECT 1") == [(1,)]
        finally:
            other.kill()

    assert not (data / "postmaster.pid").exists()


def test_a_killed_user_leaves_data_and_is_cleaned_up_after(data):
    process = hold_server(data)
    query(data, "CREATE TABLE kept AS SELECT 42 AS answer")
    process.kill()
    process.wait()

    with embedded_postgres.running(data):
        assert query(data, "SELECT answer FROM kept") == [(42,)]

    assert not (data / "postmaster.pid").exists()


def test_a_killed_server_recovers(data):
    with embedded_postgres.running(data):
        query(data, "CREATE TABLE kept AS SELECT 42 AS answer")
        postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        rest = postmaster.children(recursive=True)
        postmaster.kill()
        eventually(lambda: not any(map(is_alive, rest)))  # they notice it by themselves

    with embedded_postgres.running(data):
        assert query(data, "SELECT answer FROM kept") == [(42,)]


def test_a_server_that_dies_is_started_again(data):
    with embedded_postgres.running(data):
        query(data, "CREATE TABLE kept AS SELECT 42 AS answer")
        subprocess.run(["kill", "-9", (data / "postmaster.pid").read_text().split()[0]], check=True)

        assert wait_for_answer(data, "SELECT answer FROM kept") == [(42,)]


def test_a_server_that_is_kept_down_is_started_again_only_afterwards(data):
    with embedded_postgres.running(data):
        with embedded_postgres.kept_down(data):
            subprocess.run(["kill", "-9", (data / "postmaster.pid").read_text().split()[0]], check=True)
            time.sleep(2 * embedded_postgres.REVIVE_EVERY + 0.5)

            with pytest.raises(psycopg2.OperationalError):
                query(data, "SELECT 1")

        assert wait_for_answer(data, "SELECT 1") == [(1,)]


def wait_for_answer(data: Path, sql: str) -> list[tuple]:
    deadline = time.monotonic() + 30
    while True:
        try:
            return query(data, sql)
        except psycopg2.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_a_long_path_gets_a_short_socket_directory(tmp_path):
    data = tmp_path / ("x" * 120) / "data"

    directory = embedded_postgres.socket_directory(data)

    assert len(str(directory / embedded_postgres.SOCKET_NAME)) <= embedded_postgres.SOCKET_PATH_MAX


# What an earlier version wrote.
TRUST = "local all all trust\nhost all all 127.0.0.1/32 trust\n"


def rules(data: Path) -> set[tuple[str, str]]:
    return {tuple(row) for row in query(data, "SELECT type, auth_method FROM pg_hba_file_rules")}


def test_no_other_account_of_the_machine_gets_in(data):
    with embedded_postgres.running(data):
        sockets = embedded_postgres.socket_directory(data)

        assert rules(data) == {("local", "peer")}
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        if os.geteuid() == 0:  # who else can try as another account?
            sockets.chmod(0o755)
            assert "Peer authentication failed" in said_to_another_account(sockets)


def said_to_another_account(sockets: Path) -> str:
    """What `nobody` is told that wants to be the superuser; a fork, since that account may not start our Python."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(pwd.getpwnam("nobody").pw_uid)
        try:
            psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres")
            os.write(writing, b"welcome")
        except psycopg2.OperationalError as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as said:
        return said.read()


def test_a_database_of_an_earlier_version_is_closed_to_others_and_keeps_its_data(data):
    with embedded_postgres.running(data):
        query(data, "CREATE TABLE kept AS SELECT 42 AS answer")
    (data / "pg_hba.conf").write_text(TRUST)
    embedded_postgres.socket_directory(data).chmod(0o755)

    with embedded_postgres.running(data):
        assert rules(data) == {("local", "peer")}
        assert query(data, "SELECT answer FROM kept") == [(42,)]
        # A server that the earlier version started and that still runs.
        (data / "pg_hba.conf").write_text(TRUST)
        with embedded_postgres.running(data):
            assert rules(data) == {("local", "peer")}


def test_no_folder_of_anybody_else_is_opened(tmp_path, server_folder, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "HOMES", server_folder / "homes")
    private = tmp_path / "root's own"
    private.mkdir(mode=0o700)
    data = private / "var" / "postgres" / "data"
    data.parent.mkdir(parents=True)
    before = {folder: folder.stat().st_mode for folder in data.parents}

    for _start in range(2):
        with embedded_postgres.running(data):
            assert query(data, "SELECT 1") == [(1,)]

    assert {folder: folder.stat().st_mode for folder in data.parents} == before
    assert embedded_postgres.exists(data)


def test_a_folder_that_another_account_made_in_its_place_is_refused(tmp_path, server_folder, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "HOMES", server_folder / "homes")
    data = tmp_path / ("x" * 120) / "data"
    sockets = embedded_postgres.socket_directory(data)
    sockets.symlink_to("/proc/1" if os.geteuid() else tmp_path, target_is_directory=True)
    if os.geteuid() == 0:
        os.chown(sockets, 65534, 65534, follow_symlinks=False)
    try:
        with pytest.raises(embedded_postgres.EmbeddedPostgresError), embedded_postgres.running(data):
            pass
    finally:
        sockets.unlink()


def test_an_unwritable_place_is_one_clear_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    with (
        pytest.raises(embedded_postgres.EmbeddedPostgresError, match="Cannot write to"),
        embedded_postgres.running(blocked / "postgres" / "data"),
    ):
        pass


def test_data_of_another_major_version_is_one_clear_line_and_left_alone(tmp_path):
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")

    with (
        pytest.raises(embedded_postgres.EmbeddedPostgresError, match="of PostgreSQL 16"),
        embedded_postgres.running(data),
    ):
        pass

    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
