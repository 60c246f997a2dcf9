"""What this feature gives to the portal: administrative procedures in plain words."""

from section import Section

SECTION = Section(urls="procedures.urls")
