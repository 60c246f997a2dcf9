"""The icons of services and social networks: simple drawings of our own on a square of 24.

Each is one path, drawn as a line in the colour of the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Icon:
    """What staff choose it by, and the line it is drawn with."""

    title: str | Promise
    path: str


SERVICE_ICONS = {
    "paper": Icon(_("Sheet of paper"), "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"),
    "child": Icon(_("Child"), "M12 3a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM6 21v-3a6 6 0 0 1 12 0v3M10.5 7.5q1.5 1.5 3 0"),
    "rings": Icon(_("Two rings"), "M9 9a5.5 5.5 0 1 0 .01 0zM15 9a5.5 5.5 0 1 1-.01 0zM7.5 4h3L9 6.5z"),
    "house": Icon(_("House"), "M3 11l9-7l9 7M6 9v11h12V9M10 20v-6h4v6"),
    "land": Icon(_("Plot of land"), "M3 6l6-2l6 2l6-2v14l-6 2l-6-2l-6 2zM9 4v14M15 6v14"),
    "clock": Icon(_("Clock"), "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM12 7v5l3.5 2"),
    "calendar": Icon(_("Calendar"), "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14h3M8 17h6"),
    "people": Icon(
        _("People"),
        "M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM2 20v-2a6 6 0 0 1 12 0v2M16 6a2.5 2.5 0 0 1 0 5M17 14a5 5 0 0 1 5 4v2",
    ),
    "phone": Icon(
        _("Telephone"), "M5 3h4l1.5 5L8 10a12 12 0 0 0 6 6l2-2.5l5 1.5v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2z"
    ),
    "health": Icon(
        _("Health"),
        "M12 20C5 15 3 11.5 3 8.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 9 1.5C21 11.5 19 15 12 20zM9 11h6M12 8v6",
    ),
    "question": Icon(_("Question"), "M4 4h16v12H11l-4 4v-4H4zM10 8.5a2 2 0 1 1 2.5 2q-.5.2-.5 1M12 13.4v.1"),
    "online": Icon(_("Computer"), "M3 5h18v11H3zM8 20h8M12 16v4M8 10l2.5 2.5L16 8"),
}

NETWORK_ICONS = {
    "facebook": Icon("Facebook", "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM15.5 7.5H14a2 2 0 0 0-2 2V21M9 13h6"),
    "zalo": Icon("Zalo", "M4 5h16v12h-9l-4 3v-3H4zM9 8.5h6L9 13.5h6"),
    "youtube": Icon("YouTube", "M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM10 9l5 3l-5 3z"),
    "tiktok": Icon("TikTok", "M13 3v12.5a3.5 3.5 0 1 1-3.5-3.5M13 3a6 6 0 0 0 6 6"),
}
