"""Demonstration content."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from communes.models import SiteIdentity
from demo.loading import load_demo
from demo.province import MOST, load_province
from news.models import Category


class Command(BaseCommand):
    help = "Load an invented commune: staff, articles, a poll, a month of visits. Existing content stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing once the portal has content")
        parser.add_argument(
            "--communes", type=int, default=1, metavar="N", help=f"a province of N communes, at most {MOST}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        if not 1 <= options["communes"] <= MOST:
            raise CommandError(f"The demonstration has 1 to {MOST} communes.")
        if options["communes"] > 1:
            load_province(options["communes"], accounts)
            return
        if options["if_empty"] and (SiteIdentity.objects.exists() or Category.objects.everywhere().exists()):
            return
        load_demo(accounts)
