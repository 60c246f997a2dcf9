from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from portal.operation import backups
from running.backup import folder
from running.backup.folder import Check
from serving.outages import first_line


class Command(BaseCommand):
    help = "Restore the newest backup into a database that is dropped again, and compare it with what it should hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--identity", type=Path, default=settings.BACKUP_IDENTITY, help="file of the private key")

    def handle(self, *args: Any, identity: Path | None, **options: Any) -> None:
        found = folder.backups(settings.BACKUP_TO)
        if not found:
            raise CommandError(f"There is no backup in {settings.BACKUP_TO}")
        try:
            error = backups.check(found[0], identity)
        except DatabaseError as mistake:
            error = f"No database can be made to restore into: {first_line(mistake)}"
        folder.note_check(settings.BACKUP_TO, Check(found[0].path.name, timezone.now(), error))
        if error:
            raise CommandError(f"{found[0].path.name} cannot be restored: {error}")
        self.stdout.write(f"{found[0].path.name} was restored and is equal to what was backed up")
