"""What the clock does every night, by hand or for a portal that is switched off."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from news.links.check import OTHERS, OTHERS_SECONDS, check_links


class Command(BaseCommand):
    help = (
        "Looks for links in published articles that lead nowhere. The admin's first page lists them. "
        "A running portal does this by itself every night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--addresses", type=int, default=OTHERS, help="ask other servers for so many addresses")
        parser.add_argument("--seconds", type=int, default=OTHERS_SECONDS, help="ask other servers for so long")

    def handle(self, *args: Any, addresses: int, seconds: int, **options: Any) -> None:
        self.stdout.write(check_links(timezone.now(), addresses, seconds))
