"""The database, the settings and the caches every test starts from."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)

from portal import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Keep the embedded server running for the whole session.

    TEST_DATABASE names the test database, so that two runs may share one server.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded_postgres.running(BASE_DIR / "var" / "postgres" / "data"):
        yield


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """Tests write media to their own folder and need no collected static files."""
    from django.core.cache import cache

    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
