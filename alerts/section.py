"""What this feature gives to the portal: the banner that warns."""

from section import Section

SECTION = Section(urls="alerts.urls")
