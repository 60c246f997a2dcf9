"""Reading DATABASE_URL."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ENGINE = "running.postgresql"


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database settings for a `postgres://` address; raises ImproperlyConfigured.

    A Unix socket is named by its folder: postgres://user@%2Frun%2Fpostgresql/database, or
    postgres://user@/database?host=/run/postgresql.
    """
    try:
        database = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured("DATABASE_URL: not a postgres:// address") from error
    if database["ENGINE"] != "django.db.backends.postgresql" or not database["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL: needs postgres://user:password@host/database")
    return dict(database) | {"ENGINE": ENGINE}
