"""Looks for links that lead nowhere; run it every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext

from news.links import check as link_check
from news.models import Link


class Command(BaseCommand):
    help = "Looks for links in published articles that lead nowhere. The admin's first page lists them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--addresses", type=int, default=300, help="ask other servers for so many addresses")
        parser.add_argument("--seconds", type=int, default=1800, help="ask other servers for so long")

    def handle(self, *args: Any, addresses: int, seconds: int, **options: Any) -> None:
        now = timezone.now()
        numbers = {
            "articles": link_check.read_articles(now),
            "own": link_check.check_own(now),
            "others": link_check.check_others(now, addresses, seconds),
            "broken": Link.objects.broken().count(),
        }
        self.stdout.write(
            gettext("%(articles)d articles read, %(own)d own links and %(others)d others looked at, %(broken)d broken.")
            % numbers
        )
