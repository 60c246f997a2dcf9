"""The pages that a portal has once: home, site map, statistics …"""

from __future__ import annotations

from django.urls import reverse

from communes.sitemaps import CommuneSitemap
from section import sections


class SinglePageSitemap(CommuneSitemap):
    def items(self) -> list[str]:
        """The names of their URLs; pages that search engines leave alone are not told of."""
        pages = [name for section in sections().values() for _title, name in section.single_pages.values()]
        alone = {name for section in sections().values() for name in section.unsearched}
        return [name for name in dict.fromkeys(pages) if name not in alone]

    def location(self, name: str) -> str:
        return reverse(name)
