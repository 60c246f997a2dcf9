"""The database server, the caches and the media folder every test starts from."""

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from accounts.access import sessions
from communes.hosts import table
from communes.models import Commune
from running import embedded_postgres
from serving import frame
from tests import prepared
from tests.template import tables_made_once
from visitors.counting import presence

# A busy machine makes no example wrong.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")


_force_login = Client.force_login


def _sign_in_now(client: Client, user: Any, backend: str | None = None) -> None:
    """As Django's `force_login`, and as the portal's own sign-in: the session's clocks run, who it is was just proved."""
    _force_login(client, user, backend)
    session = client.session
    session[sessions.BEGAN] = session[sessions.SEEN] = time.time()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


Client.force_login = _sign_in_now

# The files whose tests take longest, the longest first. Their tests go to whichever worker is free; those of
# other files stay together, since they share a portal, a browser or a large table.
SPREAD = (
    "tests/portal/test_nonsense.py",
    "tests/communes/test_canary.py",
    "tests/news/test_hostile_texts.py",
)
SPREAD_BY_ROLE = ("tests/news/test_offered.py", "tests/pages/test_offered.py")
LONG_FILES = (
    "tests/e2e/test_admin_accessibility.py",
    "tests/e2e/test_serving.py",
    "tests/demo/test_demo_loading.py",
    "tests/visitors/test_outages.py",
    "tests/e2e/test_two_servers.py",
    "tests/e2e/test_polls.py",
    "tests/e2e/test_accessibility.py",
    "tests/polls/test_storm.py",
    "tests/upkeep/test_outages.py",
    "tests/news/test_browser.py",
)


# Lines of a portal's log that are shown with a test that failed.
LINES = 80
# Tables of what the migrations wrote about the models themselves.
KEPT = ["django_migrations", "django_content_type", "auth_permission"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that starts the workers, or the only one
        folder = prepared.make_folder()
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_xdist_auto_num_workers() -> int:
    """Many tests wait for a browser, a server or the clock: two more than there are processors."""
    return (os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0))) + 2


class SpreadingScheduling(LoadFileScheduling):
    """The tests of a file together, but for those of SPREAD; of SPREAD_BY_ROLE those of one role ("…[editor-draft]")."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in SPREAD_BY_ROLE:
            return nodeid.rpartition("-")[0]
        return nodeid if file in SPREAD else file

    def remove_node(self, node: Any) -> str | None:
        """The test in which a worker ended has failed: the next worker goes on after it, not with it."""
        crashed = super().remove_node(node)
        for unit in self.workqueue.values():
            if crashed in unit:
                unit[crashed] = True
        return crashed


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return SpreadingScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that none is alone at the end."""
    first = {file: place for place, file in enumerate((*LONG_FILES[:1], *SPREAD, *SPREAD_BY_ROLE, *LONG_FILES[1:]))}
    items.sort(key=lambda item: first.get(item.nodeid.partition("::")[0], len(first)))


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def with_room(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Call the function where the interpreter has room for many calls within each other.

    Python keeps the frames of calls in blocks of 16 KiB, and gives a block back as soon as it is empty. pytest,
    Django's middleware and its templates come to about such a block: whatever is called there over and over takes
    a block and gives it back each time, which made a third of all the processor's time. A frame that wants more than
    half a megabyte gets a block of a whole one, the rest of which is for what it calls.
    """
    function(**arguments)


with_room.__code__ = with_room.__code__.replace(co_stacksize=2**16 + 1)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    names = pyfuncitem._fixtureinfo.argnames
    with_room(pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a test that failed, the last lines of the portals that wrote something meanwhile."""
    report = yield
    if report.failed:
        for log in {log for log in prepared.logs if log.exists() and log.stat().st_mtime >= call.start}:
            lines = log.read_text(errors="replace").splitlines()[-LINES:]
            report.sections.append((str(log), "\n".join(lines)))
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Keep the embedded server running for the whole session, and make the tables once."""
    url = django_settings.DATABASE_URL
    server = nullcontext() if url else embedded_postgres.running(django_settings.POSTGRES_DATA)
    with server, django_db_blocker.unblock(), tables_made_once(), django_db_blocker.block():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let transactional tests empty the tables afterwards: the append-only tables refuse TRUNCATE."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Nothing here has to outlive a crash: portals whose database is killed have one of their own.
        cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("ALTER TABLE polls_event DISABLE TRIGGER polls_event_keep_all")
        cursor.execute("ALTER TABLE visitors_strike DISABLE TRIGGER visitors_strike_keep_all")
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_keep_all")
        cursor.execute("ALTER TABLE trail_head DISABLE TRIGGER trail_head_keep_all")
    yield
    # Threads that rendered pages keep their connections until the process ends; a database that is used stays.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """What a transactional test leaves is taken away where there is any.

    Django's flush truncates every table and makes the permissions anew each time, which takes over a second.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        yield


def empty_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) AND pg_relation_size(oid) > 0",
            [KEPT],
        )
        (names,) = cursor.fetchone()
        if names:
            # What a thread of the test still does would hold the tables, perhaps for ever.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
            )
            cursor.execute(f"TRUNCATE {names} CASCADE")


@pytest.fixture(autouse=True)
def one_commune(request):
    """A portal has at least one commune; tests that empty the tables take it along. The table of hosts is known."""
    table.forget()
    # A thread of a test without the database must not renew it.
    table.seconds = 3600
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
        if not Commune.objects.exists():
            Commune.objects.create(name="Cổng thông tin điện tử", slug="cong-thong-tin-dien-tu")
        table.communes()


@pytest.fixture(autouse=True)
def clean_surroundings(settings, tmp_path, request, monkeypatch):
    """Tests share no cached value and no unsent mail, and write to folders of their own."""
    if not request.node.nodeid.startswith("tests/visitors/"):
        # Read anew after five seconds, the numbers of visitors would be one query more on a slow machine.
        monkeypatch.setattr(presence, "FRESH_SECONDS", 3600.0)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"
    cache.clear()
    frame.forget()
    yield


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that a server of another user may reach, which pytest's own private folders forbid.

    Run as root, PostgreSQL is started as an unprivileged user.
    """
    with tempfile.TemporaryDirectory(prefix="cong-test-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
