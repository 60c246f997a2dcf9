"""Removes media files that nothing refers to."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from library.unreferenced_files import SuspiciousSweepError, remove_unreferenced_files, unreferenced_files


class Command(BaseCommand):
    help = "Removes pictures and documents, older than a day, that no article, text or library refers to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="only list them")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["list"]:
            for name in unreferenced_files(now):
                self.stdout.write(name)
            return
        try:
            count = remove_unreferenced_files(now)
        except SuspiciousSweepError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(gettext("%(count)d files removed.") % {"count": count})
