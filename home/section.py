"""What this feature gives to the portal: the first page."""

from section import Section

SECTION = Section(urls="home.urls")
