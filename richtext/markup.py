"""Reading and writing HTML: the tokens of a text, and tags as this portal writes them.

No markup is searched with regular expressions: one pass of a tokenizer made to the HTML standard takes
time in proportion to any input, however broken.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from turbohtml import Tokenizer, TokenType, tokenize

TEXT, START, END = TokenType.TEXT, TokenType.START_TAG, TokenType.END_TAG
# At the tags of these one line of text ends and another begins.
LINE_ENDS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "figcaption", "caption", "td", "th", "tr",
    "table", "blockquote", "br", "hr", "div",
}  # fmt: skip


class Text(str):
    """A text of a result, decoded and not yet in its normal form; any other string of a result is a tag."""

    __slots__ = ()


class Token(NamedTuple):
    """A piece of HTML: text, decoded; or a tag by its name, with its attributes."""

    type: TokenType
    value: str
    attributes: dict[str, str]


class Piece(NamedTuple):
    """A piece of HTML as it was written; `tag` is its name when it is a tag, else ""."""

    source: str
    tag: str


def tokens(html: str) -> Iterator[Token]:
    """The text and the tags of `html` in order; comments and declarations are left out."""
    for token in tokenize(html):
        if token.type is TEXT:
            yield Token(TEXT, token.data or "", {})
        elif token.type is START:
            yield Token(START, token.tag or "", dict(token.attrs) if token.attrs else {})
        elif token.type is END:
            yield Token(END, token.tag or "", {})


def pieces(html: str) -> Iterator[Piece]:
    """`html` cut into text and tags as they were written. Comments are pieces without text: `tag` is "!"."""
    reader = Tokenizer(resolve_references=False, capture_source=True)
    for part in (reader.feed(html), reader.close()):
        for token in part:
            if token.type is TEXT:
                yield Piece(token.data or "", "")
            elif token.type in (START, END):
                yield Piece(token.source or "", token.tag or "")
            elif token.type is TokenType.CHARACTER_REFERENCE:
                yield Piece(token.source or "", "")
            else:
                yield Piece(token.source or "", "!")


def start_tag(name: str, attributes: Iterable[tuple[str, str]] = ()) -> str:
    """`<name attribute="value">`, as the sanitiser writes it."""
    written = "".join(f' {key}="{escape_attribute(value)}"' for key, value in attributes)
    return f"<{name}{written}>"


def escape_text(text: str) -> str:
    return entities.escape(text, quote=False).replace("\u00a0", "&nbsp;")


def escape_attribute(value: str) -> str:
    return escape_text(value).replace('"', "&quot;")
