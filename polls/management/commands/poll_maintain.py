"""What the clock does for the polls, by hand or for a portal that is switched off."""

from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from polls.upkeep import TASKS


class Command(BaseCommand):
    help = (
        "Erases the voters' hashes of polls that closed 90 days ago, and writes to the officers when ballots come in"
        " a burst. A running portal does this by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for task in TASKS:
            if result := task.run(now):
                self.stdout.write(str(result))
