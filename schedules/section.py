"""What this feature gives to the portal: opening hours, days of reception, work schedules, contact."""

from section import Section

SECTION = Section(urls="schedules.urls")
