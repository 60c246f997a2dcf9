"""What a text says, for lists, search, comparison and checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from richtext.markup import END, LINE_ENDS, START, TEXT, pieces, tokens
from richtext.vocabulary import HEADINGS

_SPACE = re.compile(r"\s+")
_UNSPOKEN = {"script", "style", "title", "xml", "template", "iframe", "noscript"}


def plain_text(html: str) -> str:
    """The words of `html` on one line, for descriptions, search and comparison."""
    return " ".join(_lines(html, picture=None))


def text_blocks(html: str) -> list[str]:
    """The paragraphs, headings, cells and pictures of `html` as lines of text, for comparison."""
    return list(_lines(html, picture="▣"))


def skeleton(html: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """The tags of `html` in order, each with its name and its attributes, and the texts around them: one more than tags."""
    tags: list[tuple[str, ...]] = []
    texts = [""]
    for token in tokens(html):
        if token.type is TEXT:
            texts[-1] += token.value
        else:
            attributes = (f"{name}={value}" for name, value in sorted(token.attributes.items()))
            tags.append(("/" if token.type is END else "", token.value, *attributes))
            texts.append("")
    return tags, texts


def _lines(html: str, picture: str | None) -> Iterator[str]:
    """The lines of `html`, none empty; a picture is [its text alternative] or [`picture`], unless that is None."""
    line: list[str] = []
    silent = ""
    for token in tokens(html):
        if silent:
            silent = "" if token.type is END and token.value == silent else silent
        elif token.type is TEXT:
            line.append(token.value)
        elif token.type is START and token.value in _UNSPOKEN:
            silent = token.value
        elif token.type is START and token.value == "img":
            if picture is not None:
                line.append(f"[{token.attributes.get('alt') or picture}]")
        elif token.value in LINE_ENDS and line:
            if words := _SPACE.sub(" ", "".join(line)).strip():
                yield words
            line = []
    if words := _SPACE.sub(" ", "".join(line)).strip():
        yield words


@dataclass
class Parts:
    """What the checks before publication look at, each in order."""

    pictures: list[str] = field(default_factory=list)  # text alternatives
    headings: list[int] = field(default_factory=list)  # levels
    links: list[tuple[str, str]] = field(default_factory=list)  # address, words


def parts_of(html: str) -> Parts:
    """The pictures, headings and links of cleaned `html`."""
    parts = Parts()
    address: str | None = None
    words: list[str] = []
    for token in tokens(html):
        if token.type is TEXT:
            words.append(token.value)
        elif token.type is END:
            if token.value == "a" and address:
                parts.links.append((address, " ".join("".join(words).split())))
                address = None
        elif token.value == "img":
            parts.pictures.append(token.attributes.get("alt", "").strip())
            words.append(token.attributes.get("alt", ""))
        elif token.value in HEADINGS:
            parts.headings.append(int(token.value[1]))
        elif token.value == "a" and token.attributes.get("href"):
            address, words = token.attributes["href"], []
    return parts


def pictures_in(html: str) -> list[tuple[str, str]]:
    """(address, text alternative) of the pictures in `html`, in order."""
    return [
        (token.attributes["src"], token.attributes.get("alt", ""))
        for token in tokens(html)
        if token.type is START and token.value == "img" and token.attributes.get("src")
    ]


def without_breaks(html: str) -> str:
    """`html` without the line breaks and spaces around its blocks, which no reader sees and editors set anew."""
    written: list[str] = []
    was_edge = True
    for piece in pieces(html):
        if piece.tag in LINE_ENDS:
            if written:
                written[-1] = written[-1].rstrip()
            written.append(piece.source)
            was_edge = True
            continue
        source = piece.source if piece.tag else _SPACE.sub(" ", piece.source)
        if was_edge:
            source = source.lstrip()
        elif written and source.startswith(" ") and written[-1].endswith(" "):
            source = source[1:]
        if source:
            written.append(source)
            was_edge = False
    return "".join(written).strip()
