"""End the wait of an account that others, or its owner, tried too often."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from accounts.access.guessing import forget_failures


class Command(BaseCommand):
    help = "Forget the failed sign-ins with a user name: the next attempt is looked at, from wherever it comes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{options['name']}: {forget_failures(options['name'])} counts forgotten")
