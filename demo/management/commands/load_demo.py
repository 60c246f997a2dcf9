"""Demonstration content."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from communes.models import SiteIdentity
from demo.loading import load_demo
from news.models import Category


class Command(BaseCommand):
    help = "Load an invented commune: staff, articles, a poll, a month of visits. Existing content stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing once the portal has content")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and (SiteIdentity.objects.exists() or Category.objects.exists()):
            return
        load_demo(settings.VAR_DIR / "demo-accounts.txt")
