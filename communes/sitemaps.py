"""Sitemaps of one commune's pages."""

from django.contrib.sitemaps import Sitemap

from communes.models import Commune


class CommuneSitemap(Sitemap):
    """What search engines are told about the pages of `commune`."""

    protocol = None  # that of the request

    def __init__(self, commune: Commune) -> None:
        self.commune = commune
