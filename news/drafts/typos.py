"""Whether a change of a text is a slip of the pen: the difference decides, not the person.

Words are looked at one against one. A number, a date, a name (anything with a capital), an address, a word that turns a
sentence round, or more than a few letters: then somebody else approves it, as any other change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from news.drafts.comparison import opcodes
from news.models import CONTENT_FIELDS, Article
from richtext import cleaned, skeleton

# Letters that may differ, in one word and in the whole text.
MOST_IN_WORD = 2
MOST_IN_ALL = 4
LONGEST_WORD = 30
TEXTS = ("title", "summary", "body", "cover_alt", "cover_caption")

_NUMBERS = frozenset(
    [
        "không",
        "một",
        "mốt",
        "hai",
        "ba",
        "bốn",
        "tư",
        "năm",
        "lăm",
        "nhăm",
        "sáu",
        "bảy",
        "bẩy",
        "tám",
        "chín",
        "mười",
        "mươi",
        "chục",
        "trăm",
        "nghìn",
        "ngàn",
        "vạn",
        "triệu",
        "tỷ",
        "tỉ",
        "rưỡi",
        "nửa",
        "linh",
        "lẻ",
        "tá",
        "giêng",
        "chạp",
        "nhật",
    ]
)
_TURNS = frozenset(["không", "chưa", "chẳng", "chớ", "đừng", "cấm", "trừ", "miễn", "tăng", "giảm"])
_ADDRESS = re.compile(r"[@/:]|\w\.\w")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Change:
    """A word before and after."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class NotMinorError(Exception):
    """The change needs a second person. The message says why, for the editor."""


def minor_changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The words corrected between two texts of an article. Raises NotMinorError where one is more than that."""
    for name in CONTENT_FIELDS:
        if name not in TEXTS and old.get(name) != new.get(name):
            label = Article._meta.get_field(name.removesuffix("_id")).verbose_name
            raise NotMinorError(_("“%(field)s” differs.") % {"field": label})
    changes = [
        change
        for name in TEXTS
        for before, after in _lines_of(name, old.get(name), new.get(name))
        for change in _changes(before.split(), after.split())
    ]
    if not changes:
        raise NotMinorError(_("No word differs."))
    if sum(_distance(change.before, change.after) for change in changes) > MOST_IN_ALL:
        raise NotMinorError(_("More than a few letters differ."))
    return changes


def _lines_of(name: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if name != "body":
        yield str(old or ""), str(new or "")
        return
    (tags, texts), (new_tags, new_texts) = skeleton(cleaned(old or "")), skeleton(cleaned(new or ""))
    if tags != new_tags:
        raise NotMinorError(_("A link, a picture or the layout of the text differs."))
    yield from zip(texts, new_texts, strict=True)


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    for operation, i1, i2, j1, j2 in opcodes(before, after):
        gone, come = before[i1:i2], after[j1:j2]
        if operation == "equal":
            continue
        if len(gone) == len(come):
            yield from (_checked(one, other) for one, other in zip(gone, come, strict=True))
        elif "".join(gone) == "".join(come):  # a space too many or too few
            yield _checked(" ".join(gone), " ".join(come))
        elif not come and i1 and gone == before[i1 - len(gone) : i1]:  # a word written twice
            yield _checked(" ".join(gone * 2), " ".join(gone))
        else:
            words = " ".join(gone or come)
            raise NotMinorError(_("Words came or went: “%(words)s”.") % {"words": words})


def _checked(before: str, after: str) -> Change:
    """The change of a word. Raises NotMinorError."""
    both = before + after
    values = {"before": before, "after": after}
    if any(sign.isnumeric() for sign in both) or {before.lower(), after.lower()} & _NUMBERS:
        raise NotMinorError(_("A number or a date differs: “%(before)s” → “%(after)s”.") % values)
    if _ADDRESS.search(_EDGES.sub("", before)) or _ADDRESS.search(_EDGES.sub("", after)):
        raise NotMinorError(_("An address differs: “%(before)s” → “%(after)s”.") % values)
    if any(sign.isupper() for sign in both):
        raise NotMinorError(_("It may be a name: “%(before)s” → “%(after)s”.") % values)
    if {_EDGES.sub("", before).lower(), _EDGES.sub("", after).lower()} & (_NUMBERS | _TURNS):
        raise NotMinorError(_("The meaning may differ: “%(before)s” → “%(after)s”.") % values)
    is_doubled = before == f"{after} {after}"
    if not is_doubled and _distance(before, after) > MOST_IN_WORD:
        raise NotMinorError(_("It is another word: “%(before)s” → “%(after)s”.") % values)
    return Change(before, after)


def _distance(before: str, after: str) -> int:
    """How many letters have to be put in, taken out or replaced (Levenshtein); a word written twice counts as one."""
    if before == f"{after} {after}":
        return 1
    if max(len(before), len(after)) > LONGEST_WORD:
        return LONGEST_WORD
    row = list(range(len(after) + 1))
    for number, letter in enumerate(before, 1):
        last, row[0] = row[0], number
        for place, other in enumerate(after, 1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (letter != other))
    return row[-1]
