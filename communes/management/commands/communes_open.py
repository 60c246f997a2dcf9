"""Open the communes of a list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from communes.opening import RefusedListError, open_communes, rows_of, summary_of
from trail.recording import operator


class Command(BaseCommand):
    help = (
        "Open the communes of a CSV or XLSX file whose first line names the columns code, name, kind, host, parent, "
        "agency. Nothing is stored if a line is wrong; a list that was read before changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            opened = open_communes(rows_of(file.name, file.read_bytes()), by=operator())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except RefusedListError as error:
            lines = "\n".join(f"{file.name}:{line}: {text}" for line, text in error.errors)
            raise CommandError(f"Nothing was stored.\n{lines}") from error
        self.stdout.write(summary_of(opened))
