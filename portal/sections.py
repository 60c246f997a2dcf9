"""The features of the portal, in the order in which staff find them in the admin.

Addresses are asked the other way round: the first segment of a news address is any category's slug, so
the news are asked last.
"""

FEATURES = (
    "news",
    "pages",
    "home",
    "menus",
    "alerts",
    "offices",
    "schedules",
    "procedures",
    "search",
    "library",
    "trash",
    "polls",
    "visitors",
    "operation",
    "portal",
)
