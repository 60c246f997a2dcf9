from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from serving.outages import first_line
from upkeep import machineclock
from visitors import future, upkeep


class Command(BaseCommand):
    """What the clock of a running portal does every minute, for one that has been switched off."""

    help = (
        "Close the days and months that are over, and delete what could be tied to a person: "
        "presence older than half an hour, and the salts and hashes of all days before yesterday. "
        "A running portal does this by itself; doing it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--show", action="store_true", help="print what is kept, change nothing")

        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="what was counted for a time after now was counted by a wrong clock: take it back",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["clock_is_right"]:
                with transaction.atomic():
                    machineclock.believe(timezone.now())
                    future.remove(timezone.now().timestamp())
            if not options["show"]:
                result = upkeep.maintain(timezone.now().timestamp())
                for name, number in result.items():
                    self.stdout.write(f"{name}: {number}")
            for name, (rows, oldest) in upkeep.kept().items():
                self.stdout.write(f"kept {name}: {rows} rows" + (f", the oldest of {oldest}" if oldest else ""))
        except DatabaseError as error:
            raise CommandError(first_line(error)) from error
