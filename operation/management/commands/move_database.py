import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from operation.moving import move
from running.backup.archive import BackupError
from running.postgresql.tools import ToolError
from serving.outages import first_line


class Command(BaseCommand):
    help = (
        "Copy the database, such as the embedded one, into an empty one of another server, and compare both. The portal"
        " must be stopped; set DATABASE_URL to the new address afterwards."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            help="a file whose one line is the address of the empty database, postgres://user:password@host/database;"
            " - for the standard input",
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        address = _address_in(file)
        try:
            differing = move(address, self._say)
        except (BackupError, ToolError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"{address.rpartition('@')[2]}: {first_line(error)}") from error
        if differing:
            raise CommandError("The copy differs:\n" + "\n".join(differing[:50]))
        self._say("Both are equal: rows, polls recounted. Now set DATABASE_URL to that address and start the portal")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _address_in(file: str) -> str:
    """An argument would show the password to every account of the machine, in the list of processes."""
    if "://" in file:
        raise CommandError("Everybody on the machine sees an argument: write the address into a file and name that one")
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {getattr(error, 'strerror', None) or 'no text'}") from error
