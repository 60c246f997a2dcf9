"""What search engines are told about the pages."""

from __future__ import annotations

from datetime import datetime

from communes.sitemaps import CommuneSitemap
from pages.models import Page, PageQuerySet


class PageSitemap(CommuneSitemap):
    def items(self) -> PageQuerySet:
        return Page.objects.of(self.commune).published().only("path", "updated_at", "category_id").order_by("path")

    def get_latest_lastmod(self) -> None:
        """Not told in the index: Django would read every page to find it."""
        return

    def lastmod(self, page: Page) -> datetime:
        return page.updated_at
