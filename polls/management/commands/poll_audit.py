"""Recount the polls, verify their logs, and say what was found."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext

from polls.auditing.audit import audit
from polls.auditing.guards import guard_faults
from polls.models import Poll, Status


class Command(BaseCommand):
    help = "Recounts polls from their logs and verifies the logs; ends with code 1 if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("polls", nargs="*", type=int, help="numbers of the polls; without any, all of them")

    def handle(self, *args: Any, polls: list[int], **options: Any) -> None:
        chosen = Poll.objects.everywhere().select_related("commune").order_by("commune__name", "commune", "pk")
        if polls:
            chosen = chosen.filter(pk__in=polls)
            if unknown := set(polls) - {poll.pk for poll in chosen}:
                raise CommandError(f"No such poll: {', '.join(map(str, sorted(unknown)))}")
        is_alone = len({poll.commune_id for poll in chosen}) < 2
        is_clean = True
        for fault in guard_faults():
            is_clean = False
            self._complain(fault)
        for poll in chosen:
            report = audit(poll)
            is_clean = is_clean and report.is_clean
            self.stdout.write(f"{poll.pk}. {poll.title}" + ("" if is_alone else f" ({poll.commune})"))
            summary = gettext(
                "%(events)s lines in the log, %(counted)s ballots counted, %(quarantined)s in quarantine, %(void)s void"
            ) % {
                "events": report.events,
                "counted": report.by_status[Status.COUNTED],
                "quarantined": report.by_status[Status.QUARANTINED],
                "void": report.by_status[Status.VOID],
            }
            self.stdout.write(f"   {summary}")
            if report.head:
                self.stdout.write("   " + gettext("last line: %(hash)s") % {"hash": report.head})
            if report.uncoded:
                text = gettext(
                    "lines 1 to %(line)s are from before the portal made codes: the chain alone vouches for them"
                )
                self.stdout.write("   " + text % {"line": report.uncoded})
            for finding in report.findings:
                self._complain(f"   {finding}")
        if not is_clean:
            sys.exit(1)
        self.stdout.write(gettext("The log, the ballots and the published numbers agree."))

    def _complain(self, text: str) -> None:
        self.stdout.write(self.style.ERROR(text))
