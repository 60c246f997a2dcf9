from typing import Any

from django.core.management import BaseCommand

from polls.auditing.keys import ballot_key_is_set
from serving.server import serve


class Command(BaseCommand):
    help = "Serve the portal with granian on HOST:PORT; the database must be migrated and static files collected."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for warning in ballot_key_is_set():
            self.stderr.write(f"{warning.msg}. {warning.hint}")
        serve()
