from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from operation import backups
from running.backup.archive import BackupError
from running.backup.encryption import BackupKeyError
from running.postgresql.tools import ToolError
from trail.recording import Kind, forget_tails, operator, record


class Command(BaseCommand):
    help = "Read a backup into this portal, which must be empty, and prove that both are equal."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", help="the archive: a file, or s3://bucket/name")
        parser.add_argument("--identity", type=Path, default=settings.BACKUP_IDENTITY, help="file of the private key")

    def handle(self, *args: Any, backup: str, identity: Path | None, **options: Any) -> None:
        try:
            differing = backups.restore(backup, identity, self._say)
        except (BackupError, BackupKeyError, ToolError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise CommandError(f"{where}{error.strerror or error}") from error
        forget_tails()
        record(Kind.RESTORE, about=backup.rpartition("/")[2], by=operator())
        if differing:
            raise CommandError("The portal differs from the backup:\n" + "\n".join(differing[:50]))
        self._say("The portal equals the backup: rows, polls recounted, every media file. Next: manage.py upgrade")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
