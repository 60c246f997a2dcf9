"""Housekeeping of the polls; run it every ten minutes or so."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.core.management import BaseCommand
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from polls.models import Poll
from polls.upkeep import ALERT_EVERY, Burst, bursts, forget_voters
from vietnamese import format_datetime_12h, format_number


class Command(BaseCommand):
    help = (
        "Erases the voters' hashes of polls that closed 90 days ago, and writes to the officers when ballots come in"
        " a burst."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for poll in Poll.objects.forgettable(now):
            forget_voters(poll, now)
            self.stdout.write(gettext("%(poll)s: voters' hashes erased.") % {"poll": poll})
        for poll in Poll.objects.open(now):
            if found := bursts(poll, now):
                self._alert(poll, found, now)

    def _alert(self, poll: Poll, found: list[Burst], now: datetime) -> None:
        lines = [
            gettext("%(moment)s: %(ballots)s ballots in ten minutes from %(networks)s networks (usual: %(usual)s)")
            % {
                "moment": format_datetime_12h(burst.starts_at),
                "ballots": format_number(burst.ballots),
                "networks": format_number(burst.networks),
                "usual": format_number(burst.usual, 1),
            }
            for burst in found
        ]
        self.stdout.write("\n".join([str(poll), *lines]))
        # The update decides who alerts when two runs meet.
        due = Q(alerted_at=None) | Q(alerted_at__lte=now - ALERT_EVERY)
        if not Poll.objects.filter(due, pk=poll.pk).update(alerted_at=now):
            return
        officers = get_user_model().objects.with_perm(
            "polls.judge_ballot", backend="django.contrib.auth.backends.ModelBackend"
        )
        if recipients := [officer.email for officer in officers if officer.email]:
            send_mail(
                gettext("A burst of votes: %(poll)s") % {"poll": poll},
                "\n".join(lines),
                settings.DEFAULT_FROM_EMAIL,
                recipients,
            )
