"""What the portal is made of that others made, for whoever watches over weaknesses and licences."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from operation import supply


class Command(BaseCommand):
    help = (
        "Writes a software bill of materials (CycloneDX 1.6, JSON) of the installed packages and the bundled scripts."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--licences", action="store_true", help="a list of names, versions and licences instead")

    def handle(self, *args: Any, licences: bool, **options: Any) -> None:
        try:
            if not licences:
                self.stdout.write(supply.sbom())
                return
            for part in supply.parts():
                self.stdout.write(f"{part.name} {part.version}: {part.licence}")
        except supply.SupplyError as error:
            raise CommandError(str(error)) from error
