from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from operation import backups
from running.backup.archive import BackupError
from running.backup.encryption import BackupKeyError
from running.postgresql.tools import ToolError
from trail.models import Entry
from trail.recording import Kind, operator, record


class Command(BaseCommand):
    help = "Back up the database and the media files into one archive in BACKUP_TO, encrypted for BACKUP_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by-the-clock", action="store_true", help="nobody asked for it, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup, manifest = backups.make(timezone.now())
        except (BackupError, BackupKeyError, ToolError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot write the backup to {settings.BACKUP_TO}: {error.strerror or error}") from error
        if _has_log():
            held = {"rows": sum(manifest.tables.values())}
            record(Kind.BACKUP, about=backup.name, after=held, by="" if options["by_the_clock"] else operator())
        if not settings.BACKUP_KEYS:
            self.stderr.write("The backup is not encrypted: set BACKUP_KEY to the public half of an age key")
        try:
            removed = backups.place().rotate()
        except OSError as error:  # also where the key of a store may not remove
            raise CommandError(f"{backup.address} was made, but old ones could not be removed: {error}") from error
        rows, files = sum(manifest.tables.values()), len(manifest.files) - 1
        self.stdout.write(
            f"{backup.address}: {backup.size / 1e6:.1f} MB, {rows} rows, {files} media files, {len(manifest.facts or {})} polls recounted"
            + (f"; {len(removed)} old ones removed" if removed else "")
        )


def _has_log() -> bool:
    """Whether there is an audit log: before an upgrade the tables are those of the earlier version."""
    with connection.cursor() as cursor:
        return Entry._meta.db_table in connection.introspection.table_names(cursor)
