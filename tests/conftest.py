"""The database server, the caches and the media folder every test starts from."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as hypothesis_settings

from news.newsroom import mailing
from running import embedded_postgres
from serving import frame

# How long an example takes depends on who else uses the machine; what must be quick is measured in benchmarks/.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Keep the embedded server running for the whole session."""
    if django_settings.DATABASE_URL:
        yield
        return
    with embedded_postgres.running(django_settings.POSTGRES_DATA):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let transactional tests empty the tables afterwards: the append-only tables refuse TRUNCATE."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE polls_event DISABLE TRIGGER polls_event_keep_all")
        cursor.execute("ALTER TABLE visitors_strike DISABLE TRIGGER visitors_strike_keep_all")


@pytest.fixture(autouse=True)
def clean_surroundings(settings, tmp_path):
    """Tests share no cached value and no unsent mail, and write media to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    frame.forget()
    yield
    mailing.wait_until_sent(20)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that a server of another user may reach, which pytest's own private folders forbid.

    Run as root, PostgreSQL is started as an unprivileged user.
    """
    with tempfile.TemporaryDirectory(prefix="cong-test-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
