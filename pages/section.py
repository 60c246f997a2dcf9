"""What this feature gives to the portal: pages of the portal that are no news: what it is, who works there, privacy."""

from section import Section

SECTION = Section(urls="pages.urls")
