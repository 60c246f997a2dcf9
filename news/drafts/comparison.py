"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.text import capfirst

from library.models import Picture
from news.models import CONTENT_FIELDS, Article, Category
from richtext import cleaned, pictures_in, text_blocks

_WORD = re.compile(r"\s+|[^\s]+")
MAX_PAIRS = 1_000_000  # of pieces that are looked at side by side
Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Shown:
    """A picture as a text shows it."""

    address: str
    alt: str


@dataclass(frozen=True)
class FieldChange:
    """One field that differs, with the pieces of its text in order and the pictures that went and came."""

    label: str
    pieces: list[Piece]
    removed_pictures: list[Shown]
    added_pictures: list[Shown]

    @property
    def is_only_formatting(self) -> bool:
        """Whether words and pictures are the same: a heading, bold type or a link differs."""
        pictures = self.removed_pictures or self.added_pictures
        return not pictures and all(piece.kind == "same" for piece in self.pieces)


def compare(old: dict[str, Any], new: dict[str, Any], commune_id: int) -> list[FieldChange]:
    """The fields in which the texts `old` and `new` of an article of a commune differ."""
    changes = []
    for name in CONTENT_FIELDS:
        if old.get(name) == new.get(name):
            continue
        field = Article._meta.get_field(name.removesuffix("_id"))
        values = old.get(name), new.get(name)
        pieces = compare_blocks(*(_readable(name, value, commune_id) for value in values))
        before, after = (_pictures(name, value, commune_id) for value in values)
        old_pictures, new_pictures = set(before), set(after)  # a text may hold thousands
        gone = [picture for picture in before if picture not in new_pictures]
        come = [picture for picture in after if picture not in old_pictures]
        if name == "body" or gone or come or any(piece.kind != "same" for piece in pieces):
            changes.append(FieldChange(capfirst(str(field.verbose_name)), pieces, gone, come))
    return changes


def compare_blocks(old: list[str], new: list[str]) -> list[Piece]:
    """Compare paragraph by paragraph, and changed paragraphs word by word: quick for long texts, too."""
    pieces: list[Piece] = []
    for operation, i1, i2, j1, j2 in opcodes(old, new):
        before, after = "\n".join(old[i1:i2]), "\n".join(new[j1:j2])
        if operation == "equal":
            pieces.append(Piece("same", before + "\n"))
        elif operation == "replace":
            pieces += [*compare_words(before, after), Piece("same", "\n")]
        else:
            pieces.append(Piece("removed" if operation == "delete" else "added", before + after + "\n"))
    return pieces


def compare_words(old: str, new: str) -> list[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for operation, i1, i2, j1, j2 in opcodes(before, after):
        if operation == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("removed", "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("added", "".join(after[j1:j2])))
    return pieces


def opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What SequenceMatcher finds between the first and the last difference; all replaced where that is too much.

    Its time grows with the square of the length, and of words that repeat even faster.
    """
    shortest = min(len(old), len(new))
    begin = next((place for place in range(shortest) if old[place] != new[place]), shortest)
    rest = shortest - begin
    end = next((back for back in range(rest) if old[-1 - back] != new[-1 - back]), rest)
    one, other = old[begin : len(old) - end], new[begin : len(new) - end]
    if len(one) * len(other) > MAX_PAIRS:
        found = [("replace", 0, len(one), 0, len(other))]
    else:
        found = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    written = [("equal", 0, begin, 0, begin)] if begin else []
    written += [(kind, i1 + begin, i2 + begin, j1 + begin, j2 + begin) for kind, i1, i2, j1, j2 in found]
    if end:
        written.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return written


def _pictures(name: str, value: Any, commune_id: int) -> list[Shown]:
    if name == "body":
        return [Shown(address, alt) for address, alt in pictures_in(cleaned(value or ""))]
    if name == "cover_id" and (picture := Picture.objects.of(commune_id).filter(pk=value).first()):
        return [Shown(picture.thumbnail_url, str(picture))]
    return []


def _readable(name: str, value: Any, commune_id: int) -> list[str]:
    if name == "body":
        return text_blocks(cleaned(value or ""))
    if name == "category_id":
        return [str(Category.objects.of(commune_id).filter(pk=value).first() or "")]
    if name == "cover_id":
        return [str(Picture.objects.of(commune_id).filter(pk=value).first() or "")]
    return str(value or "").splitlines() or [""]
