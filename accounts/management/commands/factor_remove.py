"""Remove the second factors of an account, where no two administrators can."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from accounts.access import events, lost
from accounts.models import User


class Command(BaseCommand):
    help = "Remove every second factor of an account and end its sessions; its owner is told by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['name']}")
        with transaction.atomic():
            count = lost.remove_factors(user)
            events.factors_removed_by_operator(user)
        self.stdout.write(f"{options['name']}: {count} factors removed")
