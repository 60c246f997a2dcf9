"""What this feature gives to the portal: menus, links to other agencies and services, banners."""

from section import Section

SECTION = Section(urls="menus.urls")
