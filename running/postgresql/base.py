"""Django's PostgreSQL backend, with what the portal asks of a server: its least version, and what a page needs.

Queries of pages have a limit, and are answered by one process of the server: the planner takes the lookups of
a large archive for longer than they are, and starts two more, or a compiler, which costs more than the answer.

This is a statement of each new connection, not a start-up option (`PGOPTIONS`), because pgbouncer
refuses those. Behind a pool that hands connections on after each transaction it would go to whoever has
the connection next; there the pool or the role says so.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.postgresql.features import DatabaseFeatures as PostgreSQLFeatures

# In DATABASES: milliseconds a statement may take, absent for no limit.
STATEMENT_TIMEOUT = "STATEMENT_TIMEOUT"
FOR_PAGES = """
    SELECT set_config('statement_timeout', %s, false), set_config('max_parallel_workers_per_gather', '0', false),
           set_config('jit', 'off', false)
"""


def limit_statements(limit: timedelta) -> None:
    """Give each statement of the connections this process will open at most `limit`, and one process of the server."""
    settings = connections.settings["default"]
    if not settings["DISABLE_SERVER_SIDE_CURSORS"]:
        settings[STATEMENT_TIMEOUT] = int(limit / timedelta(milliseconds=1))


class DatabaseFeatures(PostgreSQLFeatures):
    # Unique constraints in which NULL equals NULL came with it; on an older server they would be missing.
    minimum_database_version = (15,)


class DatabaseWrapper(PostgreSQL):
    features_class = DatabaseFeatures

    def init_connection_state(self) -> None:
        """Say what a page needs on a new connection, where that is asked for."""
        super().init_connection_state()
        if limit := self.settings_dict.get(STATEMENT_TIMEOUT):
            with self.cursor() as cursor:
                cursor.execute(FOR_PAGES, [str(limit)])
