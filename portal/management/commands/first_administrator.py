"""The link by which the first administrator of a portal is made in a browser."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from communes.models import Commune
from desk.first_person import link_for_first_person


class Command(BaseCommand):
    help = "Print a link that makes the first administrator, once and within a day; an earlier one is no longer good."

    def handle(self, *args: Any, **options: Any) -> None:
        link = link_for_first_person(Commune.objects.order_by("pk")[0].origin)
        if not link:
            raise CommandError("There is an administrator already.")
        self.stdout.write(link)
