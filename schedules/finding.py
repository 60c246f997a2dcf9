"""Pages of hours, receptions, work schedules and contact that answer to the words of a citizen."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from schedules import reading
from section import Finds, Found
from vietnamese import fold

# Name of the URL, title, and what else people call it, folded.
PAGES: tuple[tuple[str, str | Promise, str], ...] = (
    (
        "schedules:hours",
        _("Opening hours"),
        "gio lam viec mo cua dong cua nghi le trua thu bay mot cua trung tam phuc vu hanh chinh cong lich nghi tet may gio",
    ),
    (
        "schedules:receptions",
        _("Reception of citizens"),
        "lich tiep cong dan tiep dan chu tich ubnd xa lanh dao gap ngay khieu nai to cao phan anh kien nghi",
    ),
    ("schedules:work_schedule", _("Weekly work schedule"), "lich cong tac tuan lam viec lanh dao ubnd xa"),
    (
        "schedules:contact",
        _("Contact"),
        "lien he dia chi so dien thoai duong day nong email thu dien tu ban do tru so ubnd xa o dau",
    ),
)


def pages_with(text: str, commune: Commune) -> Finds:
    """The pages that are called by every word of `text`, with what holds now."""
    words = fold(text).split()
    found = [
        Found(str(title), reverse(name), _note(name, commune))
        for name, title, called in PAGES
        if words and all(word in f"{fold(str(title))} {called}".split() for word in words)
    ]
    return Finds(_("Hours and schedules"), found)


def _note(name: str, commune: Commune) -> str:
    if name == "schedules:hours":
        found = reading.one_stop(commune)
        return f"{found.office.name}: {found.state_in_words}" if found else ""
    return ""
