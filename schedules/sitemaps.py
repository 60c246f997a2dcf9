"""What search engines are told about."""

from __future__ import annotations

from django.urls import reverse

from communes.sitemaps import CommuneSitemap
from schedules.models import WorkWeek

PAGES = ("hours", "contact", "receptions", "work_schedule")
# Older weeks interest nobody who searches.
WEEKS = 26


class ScheduleSitemap(CommuneSitemap):
    def items(self) -> list[str]:
        weeks = WorkWeek.objects.of(self.commune).published().order_by("-monday")[:WEEKS]
        return [*(reverse(f"schedules:{name}") for name in PAGES), *(week.get_absolute_url() for week in weeks)]

    def location(self, address: str) -> str:
        return address
