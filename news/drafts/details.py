"""What surrounds the text in the article's form: two people change it at once, and neither undoes the other.

The form sends what it was opened with. What its writer left alone is taken as it is saved by now; lists hold
what either added and not what either removed; of two values for one field the writer's own stays, and the
other is named.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from datefields import DayField, MomentField, parts_of_moment
from library.models import Document
from news.models import Article, Attachment
from vietnamese import format_datetime_12h

LISTS = ("tags", "related")
MOMENTS = ("published_at", "expires_at")
DAYS = ("review_on", "deadline_on")
PLAIN = ("kind", "slug", "position", "language")
PAGES = ("parent", "translation_of")  # keys of other pages
_SECONDS = "%Y-%m-%d %H:%M:%S"  # as precise as the form
_ROW_PARTS = ("document", "title", "position")
_ROW = re.compile(r"attachments:(\d+):(\w+)", re.ASCII)


@dataclass(frozen=True)
class Clash:
    """A field that two people gave different values. `theirs` and `mine` are words for people."""

    name: str
    label: str
    theirs: str
    mine: str


def details_of(article: Article) -> dict[str, Any]:
    """The saved values by name, each as the form would send it: lists of keys, "2026-11-26 08:00:00", text."""
    found: dict[str, Any] = {name: sorted(str(item.pk) for item in getattr(article, name).all()) for name in LISTS}
    found["is_featured"] = "on" if article.is_featured else ""
    for name in MOMENTS:
        moment = getattr(article, name)
        found[name] = timezone.localtime(moment).strftime(_SECONDS) if moment else ""
    for name in DAYS:
        day = getattr(article, name)
        found[name] = day.isoformat() if day else ""
    for name in PLAIN:
        found[name] = str(getattr(article, name))
    for name in PAGES:
        found[name] = str(getattr(article, f"{name}_id") or "")
    for row in article.attachments.all():
        for part, value in zip(_ROW_PARTS, (row.document_id, row.title, row.position), strict=True):
            found[f"attachments:{row.pk}:{part}"] = str(value)
    return found


def reconcile(article: Article, data: QueryDict, choices: dict[str, str]) -> tuple[QueryDict, list[Clash]]:
    """The form with what others saved since it was opened, and the fields for which both gave a value.

    `choices` by the name of a clash: with "theirs", the saved value is taken and the clash is settled.
    """
    base = _base(data)
    if base is None:
        return data, []
    theirs, mine, places = details_of(article), *_sent(data)
    data = data.copy()
    clashes = []
    for name in mine.keys() & theirs.keys() & base.keys():
        if name in LISTS:
            added, removed = set(theirs[name]) - set(base[name]), set(base[name]) - set(theirs[name])
            data.setlist(name, [*(key for key in mine[name] if key not in removed), *sorted(added - set(mine[name]))])
        elif mine[name] != theirs[name] != base[name]:
            if mine[name] == base[name] or choices.get(name) == "theirs":
                _put(data, places.get(name, name), theirs[name])
            else:
                clashes.append(
                    Clash(
                        name,
                        _label(article, name),
                        _words(article, name, theirs[name]),
                        _words(article, name, mine[name]),
                    )
                )
    return data, sorted(clashes, key=lambda clash: clash.name)


def _base(data: QueryDict) -> dict[str, Any] | None:
    """What the form was opened with; None where it does not say so in the shape of `details_of`."""
    try:
        base = json.loads(data.get("base_details", ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(base, dict):
        return None
    for name, value in base.items():
        items = value if name in LISTS and isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items) or (name in LISTS) != isinstance(value, list):
            return None
    return base


def _sent(data: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form holds in the shape of `details_of`, and the fields of its rows. Not every form has all."""
    found: dict[str, Any] = {name: sorted(data.getlist(name)) for name in LISTS}
    places: dict[str, str] = {}
    if "published_at_0" in data:  # only those who publish have these fields
        found["is_featured"] = "on" if "is_featured" in data else ""
        found |= {name: _moment(data.get(f"{name}_0", ""), data.get(f"{name}_1", "")) for name in MOMENTS}
    found |= {name: _day(data[name]) for name in DAYS if name in data}
    found |= {name: data[name] for name in (*PLAIN, *PAGES) if name in data}
    rows = data.get("attachments-INITIAL_FORMS", "")
    for row in range(int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 5 else 0):
        key = data.get(f"attachments-{row}-id", "")
        for part in _ROW_PARTS:
            if f"attachments-{row}-{part}" in data:
                found[f"attachments:{key}:{part}"] = data[f"attachments-{row}-{part}"]
                places[f"attachments:{key}:{part}"] = f"attachments-{row}-{part}"
    return found, places


def _moment(day: str, time: str) -> str:
    try:
        moment: datetime | None = MomentField(required=False).clean([*parts_of_moment(day, time)])
    except ValidationError:
        return f"{day} {time}"
    return timezone.localtime(moment).strftime(_SECONDS) if moment else ""


def _day(text: str) -> str:
    try:
        day = DayField(required=False).clean(text)
    except ValidationError:
        return text
    return day.isoformat() if day else ""


def _put(data: QueryDict, name: str, value: str) -> None:
    if name in MOMENTS:
        data[f"{name}_0"], _space, data[f"{name}_1"] = value.partition(" ")
    elif name == "is_featured" and not value:
        data.pop(name, None)
    else:
        data[name] = value


def _label(article: Article, name: str) -> str:
    row = _ROW.fullmatch(name)
    if not row:
        return capfirst(str(Article._meta.get_field(name).verbose_name))
    saved = article.attachments.filter(pk=row[1]).first()
    part = Attachment._meta.get_field(row[2]).verbose_name
    return gettext("Attached document “%(title)s”: %(field)s") % {"title": saved, "field": part}


def _words(article: Article, name: str, value: str) -> str:
    if name == "is_featured":
        return gettext("Yes") if value else gettext("No")
    if name in MOMENTS and value:
        try:
            return format_datetime_12h(timezone.make_aware(datetime.strptime(value, _SECONDS)))
        except ValueError:
            return value
    if name in {"kind", "language"} and value:
        return str(dict(Article._meta.get_field(name).flatchoices).get(value, value))
    if name in PAGES and value:
        known = value.isascii() and value.isdigit() and len(value) < 19
        return str(Article.every_kind.of(article.commune_id).filter(pk=value).first() or "–") if known else "–"
    if name in DAYS and value:
        day = DayField(required=False)
        try:
            return date_format(day.clean(value), "SHORT_DATE_FORMAT")
        except ValidationError:
            return value
    if name.endswith(":document"):
        documents = Document.objects.of(article.commune_id)
        known = value.isascii() and value.isdigit() and len(value) < 19
        return str(documents.filter(pk=value).first() or "–") if known else "–"
    return value or "–"
