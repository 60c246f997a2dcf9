"""The database server, the caches and the media folder every test starts from."""

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from portal import embedded_postgres


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Keep the embedded server running for the whole session."""
    if django_settings.DATABASE_URL:
        yield
        return
    with embedded_postgres.running(django_settings.POSTGRES_DATA):
        yield


@pytest.fixture(autouse=True)
def clean_surroundings(settings, tmp_path):
    """Tests share no cached value and write media to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
