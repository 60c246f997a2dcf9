from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from operation.moving import move_to_new_major
from running.backup.archive import BackupError
from running.embedded_postgres import MAJOR, EmbeddedPostgresError
from running.postgresql.tools import ToolError
from serving.outages import first_line


class Command(BaseCommand):
    help = (
        "Bring the data of the embedded PostgreSQL from an earlier major version to the one that is installed, and compare"
        " both. The portal must be stopped. The old data are kept."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--programs",
            type=Path,
            help="where PostgreSQL of the earlier version is: its folder, or a virtual environment with its package;"
            " default: what this package brings, or the system",
        )

    def handle(self, *args: Any, programs: Path | None, **options: Any) -> None:
        if settings.DATABASE_URL:
            raise CommandError(
                "DATABASE_URL names a server of its own, which is upgraded by its own tools (pg_upgrade)"
            )
        try:
            kept = move_to_new_major(settings.POSTGRES_DATA, programs, self._say)
        except DatabaseError as error:
            raise CommandError(first_line(error)) from error
        except (BackupError, EmbeddedPostgresError, ToolError, OSError) as error:
            raise CommandError(str(error)) from error
        self._say(
            f"PostgreSQL {MAJOR} has the data, and both are equal. The old ones are kept in {kept}: delete them when the"
            " portal has run for a while. Next: manage.py upgrade"
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
