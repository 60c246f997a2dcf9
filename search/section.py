"""What this feature gives to the portal: what people type, and what they mean."""

from section import Section

SECTION = Section(urls="search.urls")
