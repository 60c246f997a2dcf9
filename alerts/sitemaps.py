"""What search engines are told about."""

from __future__ import annotations

from django.urls import reverse

from communes.sitemaps import CommuneSitemap


class AlertListSitemap(CommuneSitemap):
    """The list alone: a single alert is over before it is found there."""

    def items(self) -> list[str]:
        return ["alerts:alert_list"]

    def location(self, name: str) -> str:
        return reverse(name)
