"""Verify the audit log, and say what was found."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext

from trail.verifying import chains, guard_faults, verify


class Command(BaseCommand):
    help = "Verifies the audit log line by line; ends with code 1 if a line was altered, cut off, forged or is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "communes", nargs="*", type=int, help="numbers of communes, 0 for what belongs to none; without any, all"
        )

    def handle(self, *args: Any, communes: list[int], **options: Any) -> None:
        faults = guard_faults()
        for fault in faults:
            self._complain(fault)
        is_clean = not faults
        for chain in communes or chains():
            report = verify(chain)
            is_clean = is_clean and report.is_clean
            summary = gettext("Commune %(chain)s: lines %(first)s to %(last)s") % {
                "chain": chain,
                "first": report.first,
                "last": report.last,
            }
            self.stdout.write(summary + (f" · {report.hash}" if report.hash else ""))
            for finding in report.findings:
                self._complain(f"   {finding}")
        if not is_clean:
            sys.exit(1)
        self.stdout.write(gettext("The audit log is whole."))

    def _complain(self, text: str) -> None:
        self.stdout.write(self.style.ERROR(text))
