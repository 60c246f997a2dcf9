from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from operation import backups
from running.backup.place import Backup, Check
from serving.outages import first_line


class Command(BaseCommand):
    help = "Restore the newest backup into a database that is dropped again, and compare it with what it should hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--identity", type=Path, default=settings.BACKUP_IDENTITY, help="file of the private key")

    def handle(self, *args: Any, identity: Path | None, **options: Any) -> None:
        try:
            place = backups.place()
            newest = next(iter(place.backups()), None)
            if newest is None:
                raise CommandError(f"There is no backup in {place}")
            error = _error_of(newest, identity)
            place.note_check(Check(newest.name, timezone.now(), error))
        except OSError as mistake:
            raise CommandError(f"{settings.BACKUP_TO}: {mistake.strerror or mistake}") from mistake
        if error:
            raise CommandError(f"{newest.name} cannot be restored: {error}")
        self.stdout.write(f"{newest.name} was restored and is equal to what was backed up")


def _error_of(backup: Backup, identity: Path | None) -> str:
    try:
        return backups.check(backup, identity)
    except DatabaseError as mistake:
        return f"No database can be made to restore into: {first_line(mistake)}"
