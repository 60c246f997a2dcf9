"""Spans of time in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vietnamese import format_number

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def in_words(span: timedelta) -> str:
    """In one unit: "0.4 s", "45 s", "10 minutes", "2 hours", "3 days"."""
    seconds = max(span.total_seconds(), 0)
    if seconds < 10:
        return _("%(number)s s") % {"number": format_number(round(seconds, 1))}
    if seconds < 2 * MINUTE and seconds != MINUTE:
        return _("%(number)s s") % {"number": format_number(round(seconds))}
    if seconds < 2 * HOUR and seconds != HOUR:
        count = round(seconds / MINUTE)
        text = ngettext("%(number)s minute", "%(number)s minutes", count)
    elif seconds < 2 * DAY and seconds != DAY:
        count = round(seconds / HOUR)
        text = ngettext("%(number)s hour", "%(number)s hours", count)
    else:
        count = round(seconds / DAY)
        text = ngettext("%(number)s day", "%(number)s days", count)
    return text % {"number": format_number(count)}
