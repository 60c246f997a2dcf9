"""What to look at before publication: a few things that block, more that are advice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from news.links import addresses as links
from news.models import Kind
from richtext import Parts, Removed, explain, parts_of, plain_text

TITLE_LENGTH = 93  # characters; lists cut longer titles
SUMMARY_LENGTH = 400
MOST_LINKS = 200  # different addresses; whether a page of the portal is there takes a question to the database each
LINK_WORDS = {
    "tại đây",
    "xem thêm",
    "ở đây",
    "đây",
    "click",
    "click here",
    "here",
    "link",
    "xem tại đây",
    "bấm vào đây",
}
# Also in groups of three; with dots it would be an amount of money.
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{3}([ \u00a0]?)\d{3}\1\d{3}\1\d{3}(?!\d)")
# What a template leaves to those who use it: "[điền: số dân]".
_TO_FILL_IN = re.compile(r"\[(?:điền|fill in):[^\]]*\]")
_PHONE = re.compile(r"(?<!\d)(?:\+84|0)(?:[ .-]?\d){9}(?!\d)")


@dataclass(frozen=True)
class Finding:
    """One thing to look at. `is_blocking` keeps the article from review and publication."""

    field: str
    text: str
    is_blocking: bool = False


def check(content: dict[str, Any], commune_id: int, hosts: tuple[str, ...] = ()) -> list[Finding]:
    """Look at the text `content` (CONTENT_FIELDS, and the `kind`) of a commune; `hosts` are names of its portal, with their ports."""
    title, summary, body = (str(content.get(name) or "").strip() for name in ("title", "summary", "body"))
    parts = parts_of(body)
    words = plain_text(body)
    return [
        *_check_presence(content, title, summary, words),
        *_check_pictures(content, parts),
        *_check_structure(parts),
        *_check_links(parts, commune_id, hosts),
        *_check_words(f"{title} {summary} {words}"),
    ]


def removed_findings(removed: Counter[Removed]) -> list[Finding]:
    """What cleaning takes away from the text, and what to do about it."""
    named, advice = explain(removed)
    return [Finding("body", " ".join([named, *advice]))] if named else []


def blocking(content: dict[str, Any], commune_id: int) -> list[Finding]:
    return [finding for finding in check(content, commune_id) if finding.is_blocking]


def _check_presence(content: dict[str, Any], title: str, summary: str, words: str) -> list[Finding]:
    found = []
    if not title:
        found.append(Finding("title", _("The title is missing."), is_blocking=True))
    elif len(title) > TITLE_LENGTH:
        found.append(
            Finding("title", _("The title is longer than %(count)d letters: lists cut it.") % {"count": TITLE_LENGTH})
        )
    if not words:
        found.append(Finding("body", _("The article has no text yet."), is_blocking=True))
    is_page = content.get("kind") == Kind.PAGE
    if not content.get("category_id") and not is_page:
        found.append(Finding("category", _("The category is missing."), is_blocking=True))
    if not summary:
        found.append(Finding("summary", _("The summary is missing: lists and search engines show it.")))
    elif len(summary) > SUMMARY_LENGTH:
        found.append(Finding("summary", _("The summary is long. Two or three sentences read best.")))
    if not content.get("source") and not content.get("byline") and not is_page:
        found.append(Finding("source", _("Neither the author nor the source is named.")))
    return found


def _check_pictures(content: dict[str, Any], parts: Parts) -> list[Finding]:
    found = []
    if content.get("cover_id") and not str(content.get("cover_alt") or "").strip():
        found.append(
            Finding("cover_alt", _("Say in the text alternative what the cover picture shows."), is_blocking=True)
        )
    missing = sum(not alt for alt in parts.pictures)
    if missing:
        text = _("%(count)d pictures in the text do not say what they show.")
        found.append(Finding("body", text % {"count": missing}, is_blocking=True))
    if not content.get("cover_id") and not parts.pictures and content.get("kind") != Kind.PAGE:
        found.append(Finding("cover", _("There is no picture.")))
    return found


def _check_structure(parts: Parts) -> list[Finding]:
    level = 1
    for heading in parts.headings:
        if heading > level + 1:
            return [Finding("body", _("A heading skips a level: after a title comes heading 2, then 3."))]
        level = heading
    return []


def _check_links(parts: Parts, commune_id: int, hosts: tuple[str, ...]) -> list[Finding]:
    found = []
    dead: dict[str, bool] = {}
    is_cut = False
    for address, words in parts.links:
        if words.lower().strip(" .:") in LINK_WORDS or not words:
            text = _("A link reads “%(words)s”. Let its words say where it leads.")
            found.append(Finding("body", text % {"words": words or "…"}))
        if address not in dead:
            if len(dead) == MOST_LINKS:
                is_cut = True
                continue
            dead[address] = _is_dead(address, commune_id, hosts)
        if dead[address]:
            text = _("A link leads nowhere: %(address)s")
            found.append(Finding("body", text % {"address": address}))
    if is_cut:
        text = _("The text has many links: only the first %(count)d were followed.")
        found.append(Finding("body", text % {"count": MOST_LINKS}))
    return list(dict.fromkeys(found))  # each said once


def _is_dead(address: str, commune_id: int, hosts: tuple[str, ...]) -> bool:
    """Whether `address` is one of this portal that does not exist."""
    try:
        scheme = urlsplit(address).scheme
        return (
            scheme not in {"mailto", "tel"}
            and links.is_own(address, commune_id, hosts)
            and not links.has_page(links.path_of(address), commune_id)
        )
    except ValueError:
        return True


def _check_words(words: str) -> list[Finding]:
    found = []
    if match := _TO_FILL_IN.search(words):
        text = _("Something is still to be filled in: %(place)s")
        found.append(Finding("body", text % {"place": match[0]}, is_blocking=True))
    if _IDENTITY_NUMBER.search(words):
        found.append(Finding("body", _("The text holds a number of 12 digits. Is it somebody's identity number?")))
    if _PHONE.search(words):
        found.append(Finding("body", _("The text holds a telephone number. May it be public?")))
    return found
