"""What stored values are called."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visitors.counting import agents, beacon
from visitors.counting.flush import CROWDED, REPEATED, STRUCK
from visitors.counting.rollups import STAFF
from visitors.counting.sources import SourceKind
from visitors.models import Dimension

_NAMES: dict[Dimension, dict[str, str | Promise]] = {
    Dimension.SOURCE: {
        SourceKind.DIRECT.value: gettext_lazy("Direct"),
        SourceKind.SEARCH.value: gettext_lazy("Search engines"),
        SourceKind.SOCIAL.value: gettext_lazy("Social networks"),
        SourceKind.SITE.value: gettext_lazy("Other sites"),
    },
    Dimension.REFERRER: {
        "zalo.me": "Zalo",
        "facebook.com": "Facebook",
        "google.com": "Google",
        "youtube.com": "YouTube",
    },
    Dimension.DEVICE: {
        agents.PHONE: gettext_lazy("Telephone"),
        agents.COMPUTER: gettext_lazy("Computer"),
        agents.TABLET: gettext_lazy("Tablet"),
        agents.TELEVISION: gettext_lazy("Television"),
    },
    Dimension.BROWSER: {"Bank": gettext_lazy("Banking application")},
    Dimension.EXCLUDED: {
        beacon.BOT: gettext_lazy("Bots that run scripts"),
        STAFF: gettext_lazy("Page views by staff"),
        beacon.PREFETCH: gettext_lazy("Pages loaded in advance"),
        beacon.RATE: gettext_lazy("Too many signals from one address"),
        CROWDED: gettext_lazy("Too many visitors from one network"),
        REPEATED: gettext_lazy("A page opened again within half an hour"),
        STRUCK: gettext_lazy("From a network that was struck out"),
    },
}


def label_of(dimension: Dimension, value: str) -> str:
    """The name of a stored value for people; "Other" for the folded rest."""
    if value in ("", agents.OTHER):
        return _("Other")
    if dimension == Dimension.LANGUAGE and value in LANG_INFO:
        return _(LANG_INFO[value]["name"])
    return str(_NAMES.get(dimension, {}).get(value, value))
