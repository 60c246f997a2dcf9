"""End the wait of an account that others, or its owner, tried too often."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from accounts.access.guessing import forget_failures
from accounts.models import User
from trail.recording import Kind, operator, record


class Command(BaseCommand):
    help = "Forget the failed sign-ins with a user name: the next attempt is looked at, from wherever it comes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        with transaction.atomic():
            count = forget_failures(name)
            # What was typed as a name may be a password: it is written only where an account has it.
            if count and (user := User.objects.filter(username=name).first()):
                record(Kind.CHANGE, about=user, before={"counted failures": count}, by=operator())
        self.stdout.write(f"{name}: {count} counts forgotten")
