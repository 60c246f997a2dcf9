"""What this feature gives to the portal: offices, people and their posts, villages."""

from section import Section

SECTION = Section(urls="offices.urls")
