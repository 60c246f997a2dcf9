"""Two texts that grew out of one: what each changed, and both put together without losing a sentence silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.text import capfirst

from news.drafts.comparison import opcodes
from news.models import CONTENT_FIELDS, Article
from richtext import cleaned, pictures_in, text_blocks, without_breaks
from richtext.markup import pieces

Choice = Literal["theirs", "mine", "both"]
CHOICES: tuple[Choice, ...] = ("theirs", "mine", "both")

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_VOID = {"br", "hr", "img"}
_BODY = "body"
_MANY_LINES = {"summary"}


@dataclass(frozen=True)
class Hunk:
    """One place where the saved text and the own one differ. `theirs` and `mine` are blocks of HTML, or a value."""

    name: str  # of its choice in the form
    label: str
    theirs: str
    mine: str
    default: Choice
    has_both: bool  # a title, a category or a picture is one or the other


@dataclass(frozen=True)
class Merged:
    """The text that was put together, and what of the saved one is not in it."""

    content: dict[str, Any]
    # Sentences and pictures of the saved text that stand nowhere in `content`: those the colleague wrote, and
    # those that stood in the text both began from.
    dropped: list[str]
    replaced: list[str]


def hunks(base: dict[str, Any] | None, theirs: dict[str, Any], mine: dict[str, Any]) -> list[Hunk]:
    """The places where `theirs`, the text saved meanwhile, and `mine` differ, in the order of the form.

    What one of them alone changed since `base` is proposed as changed; where both did, both. Without a
    base, which imported articles may lack, a place that differs counts as changed by both.
    """
    return [part for parts in _parts(base, theirs, mine).values() for part in parts if isinstance(part, Hunk)]


def merge(
    base: dict[str, Any] | None, theirs: dict[str, Any], mine: dict[str, Any], choices: dict[str, Choice] | None = None
) -> Merged:
    """Put the two texts together: `choices` by the name of a hunk; where none is made, what `hunks` proposes."""
    choices = choices or {}
    content = mine | {}
    for field, parts in _parts(base, theirs, mine).items():
        if _is_relation(field):
            hunk = parts[0]
            if isinstance(hunk, Hunk):
                content[field] = (theirs if choices.get(hunk.name, hunk.default) == "theirs" else mine).get(field)
            continue
        values = [_chosen(part, choices) if isinstance(part, Hunk) else part for part in parts]
        content[field] = "\n".join(value for value in values if value) if field == _BODY else values[0]
    gone = _gone(theirs, content)
    begun = {key for key, _words in _sentences(base)} if base else set()
    return Merged(
        content,
        dropped=[words for key, words in gone if key not in begun],
        replaced=[words for key, words in gone if key in begun],
    )


def blocks(html: str) -> list[str]:
    """The paragraphs, headings, lists, tables and pictures of cleaned `html`; together they are all of it."""
    found: list[list[str]] = [[]]
    depth = 0
    for source, tag in pieces(html):
        is_end = source.startswith("</")
        if tag and is_end:
            depth = max(0, depth - 1)
        elif depth == 0 and tag in _OUTER:
            found.append([])
        found[-1].append(source)
        if tag and not is_end and tag not in _VOID:
            depth += 1
        elif depth == 0 and tag in _OUTER:
            found.append([])
    written = ("".join(block) for block in found)
    return [block for block in written if block.strip()]


def _parts(base: dict[str, Any] | None, theirs: dict[str, Any], mine: dict[str, Any]) -> dict[str, list[Any]]:
    """By field, what both texts agree on and the hunks between."""
    found: dict[str, list[Any]] = {}
    for field in CONTENT_FIELDS:
        if field == _BODY:
            found[field] = _body_parts(base and base.get(_BODY), theirs.get(_BODY), mine.get(_BODY))
            continue
        first, second = theirs.get(field), mine.get(field)
        before = base.get(field) if base else None
        if _plain(first) == _plain(second):
            found[field] = [second]
        else:
            default = _default(_plain(before) if base else None, _plain(first), _plain(second))
            has_both = field in _MANY_LINES and bool(first) and bool(second)
            if default == "both" and not has_both:
                # One line holds one of them. The saved one is named and in the history; the own is nowhere else.
                default = "mine" if second else "theirs"
            found[field] = [Hunk(field, _label(field), first or "", second or "", default, has_both)]
    return found


def _body_parts(base: str | None, theirs: str | None, mine: str | None) -> list[Any]:
    first, second = _paragraphs(theirs), _paragraphs(mine)
    keys, others = [without_breaks(block) for block in first], [without_breaks(block) for block in second]
    begun = {without_breaks(block) for block in _paragraphs(base)} if base is not None else None
    parts: list[Any] = []
    number = 0
    for operation, i1, i2, j1, j2 in opcodes(keys, others):
        if operation == "equal":
            parts += first[i1:i2]
            continue
        default = _default_of_blocks(begun, keys[i1:i2], others[j1:j2])
        parts.append(
            Hunk(
                f"{_BODY}-{number}",
                _label(_BODY),
                "\n".join(first[i1:i2]),
                "\n".join(second[j1:j2]),
                default,
                has_both=i2 > i1 and j2 > j1,
            )
        )
        number += 1
    return parts


def _default_of_blocks(begun: set[str] | None, theirs: list[str], mine: list[str]) -> Choice:
    """Who changed this place alone has it; where both did, or nobody knows, both stay."""
    if begun is None:
        return "both" if theirs and mine else "theirs" if theirs else "mine"
    is_theirs_old, is_mine_old = begun.issuperset(theirs), begun.issuperset(mine)
    if theirs and mine:
        return (
            "mine" if is_theirs_old and not is_mine_old else "theirs" if is_mine_old and not is_theirs_old else "both"
        )
    # One side has nothing here: the other wrote it, or this one deleted it.
    if theirs:
        return "mine" if is_theirs_old else "theirs"
    return "theirs" if is_mine_old else "mine"


def _default(before: str | None, theirs: str, mine: str) -> Choice:
    return "mine" if theirs == before else "theirs" if mine == before else "both"


def _paragraphs(html: str | None) -> list[str]:
    """The blocks of a text. Loose words become a paragraph: beside others they would run into one sentence."""
    return [block if _STANDS_ALONE.match(block) else f"<p>{block.strip()}</p>" for block in blocks(cleaned(html or ""))]


def _chosen(hunk: Hunk, choices: dict[str, Choice]) -> str:
    choice = choices.get(hunk.name, hunk.default)
    if choice == "theirs":
        return hunk.theirs
    if choice == "mine" or not hunk.has_both:
        return hunk.mine
    return f"{hunk.theirs}\n{hunk.mine}"


def _gone(theirs: dict[str, Any], content: dict[str, Any]) -> list[tuple[str, str]]:
    present = {key for key, _words in _sentences(content)}
    return [(key, words) for key, words in _sentences(theirs) if key not in present]


def _sentences(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(what a sentence or picture is known by, its words), each once."""
    seen: set[str] = set()
    for key, words in _all_sentences(content):
        if key and key not in seen:
            seen.add(key)
            yield key, words


def _all_sentences(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in CONTENT_FIELDS:
        value = content.get(field)
        if field == _BODY:
            html = cleaned(value or "")
            for address, alt in pictures_in(html):
                yield f"picture {address}", f"[{alt or address}]"
            lines: Iterable[str] = [line for block in blocks(html) for line in text_blocks(block)]
        elif _is_relation(field):
            continue
        else:
            lines = str(value or "").splitlines()
        for line in lines:
            for sentence in _SENTENCE_END.split(line):
                words = " ".join(sentence.split())
                yield words, words


def _plain(value: Any) -> str:
    return " ".join(str(value or "").split())


def _is_relation(field: str) -> bool:
    return field.endswith("_id")


def _label(field: str) -> str:
    return capfirst(str(Article._meta.get_field(field.removesuffix("_id")).verbose_name))


# Elements that stand by themselves; loose words and inline elements between them are one block.
_OUTER = {"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "figure", "hr"}
_STANDS_ALONE = re.compile(rf"\s*<(?:{'|'.join(sorted(_OUTER))})[\s>]")
