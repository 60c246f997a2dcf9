"""Django's `migrate`, one at a time."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from running.postgresql.locks import only_one

# Chosen once for ever: whoever migrates this database holds it.
MIGRATION_LOCK = 7016


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate once nobody else does: two machines that start at once must not both create the tables."""
        with only_one(connections[options["database"]], MIGRATION_LOCK, waiting=self._say_waiting):
            super().handle(*args, **options)

    def _say_waiting(self) -> None:
        self.stdout.write("Another migration of this database is under way; waiting for it to end")
        self.stdout.flush()
