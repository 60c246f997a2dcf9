"""From the tags of any program to the few this portal keeps: one pass over the tokens of a text.

What comes out is balanced, nested the way the HTML standard asks and never deeply. The sanitiser that follows
is a whole parser, whose time grows with the square of depth and of broken nesting: it finds neither.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from richtext.markup import END, TEXT, Text, Token, start_tag
from richtext.sanitiser.attributes import Attributes, list_type_of, marks_of, style_of
from richtext.sanitiser.paragraphs import join_lines, join_paragraphs, mark_video
from richtext.sanitiser.removed import Removed
from richtext.video import video_at
from richtext.vocabulary import (
    BLOCKS,
    CELLS,
    HEADINGS,
    INLINE,
    LISTS,
    ONE_LEVEL_DOWN,
    RAW_TEXT,
    ROW_GROUPS,
    SYNONYMS,
    TABLE_PARTS,
    TAGS,
    VIDEO_CLASS,
    VOID,
    WITHOUT_CONTENT,
)

MAX_DEPTH = 50  # elements inside one another
MAX_OPEN = 300  # the same, with those that are not written, such as most of <span>
BETWEEN_CELLS = {"table", "tr"} | ROW_GROUPS
# Where a part of a table may stand; what is open above is closed first.
PLACES = {part: {"table"} for part in ROW_GROUPS | {"caption"}}
PLACES |= {"tr": {"table"} | ROW_GROUPS} | dict.fromkeys(CELLS, BETWEEN_CELLS)
ENDS_NO_ITEM = LISTS | CELLS | {"table", "caption", "blockquote", "figure", "figcaption", *HEADINGS}
REOPENED = INLINE | {"p", *HEADINGS}
# Removed when nothing is in them; inline ones leave the space that was.
NOTHING_WHEN_EMPTY = INLINE | LISTS | {"p", *HEADINGS, "li", "blockquote", "figure", "figcaption"}
COUNTED = {
    "video": Removed.VIDEO,
    "audio": Removed.AUDIO,
    "object": Removed.FRAME,
    "embed": Removed.FRAME,
    "svg": Removed.DRAWING,
    "math": Removed.DRAWING,
    "canvas": Removed.DRAWING,
    "script": Removed.SCRIPT,
    "input": Removed.FORM,
    "select": Removed.FORM,
    "textarea": Removed.FORM,
    "button": Removed.FORM,
}
_NOT_BLANK = re.compile("[^\\s\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0338\x00-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Open:
    """An element that is not closed yet."""

    name: str  # in the source
    written: str  # "" for one that is not
    place: int  # index of its tag in the result
    kept: dict[str, str] = field(default_factory=dict)
    is_filled: bool = False


class Builder:
    """Builds the tags and texts to keep, and counts what is taken away."""

    def __init__(self, source: list[Token]) -> None:
        self.removed: Counter[Removed] = Counter()
        self._source = source
        self._result: list[str] = []
        self._stack: list[Open] = []
        self._named: Counter[str] = Counter()  # open elements by their name in the source
        self._written: Counter[str] = Counter()  # open elements by what is written
        self._line: list[str] = []  # the same in order, the innermost last
        self._last_end = {token.value: place for place, token in enumerate(source) if token.type is END}
        has_title = any(token.value == "h1" for token in source if token.type is not TEXT)
        self._names = SYNONYMS | ONE_LEVEL_DOWN if has_title else SYNONYMS
        self._attributes = Attributes(source, self.removed)
        self._link: dict[str, str] = {}  # the last one closed

    def build(self) -> list[str]:
        """The tags as they will be written, and the texts (Text)."""
        place = 0
        while place < len(self._source):
            token = self._source[place]
            if token.type is TEXT:
                self._text(token.value)
            elif token.type is END:
                self._end(token.value)
            elif token.value in WITHOUT_CONTENT:
                place = self._leave_out(token, place)
            else:
                self._start(token)
            place += 1
        self._pop_to(0)
        self._attributes.count_lost_targets()
        return join_paragraphs(self._result)

    # --- What comes ---

    def _text(self, text: str) -> None:
        is_filling = _NOT_BLANK.search(text) is not None
        if self._top() in BETWEEN_CELLS:
            if not is_filling:
                return
            self._make_room("")
        self._result.append(Text(text))
        if is_filling:
            self._fill()

    def _leave_out(self, token: Token, place: int) -> int:
        """Pass over an element whose content is not text; the index of its end."""
        name = token.value
        if name == "iframe":
            self._frame(token.attributes)
        elif name in COUNTED:
            self.removed[COUNTED[name]] += 1
        if self._last_end.get(name, -1) < place:
            follows = self._source[place + 1 : place + 2]
            return place + 1 if name in RAW_TEXT and follows and follows[0].type is TEXT else place
        while True:
            place += 1
            if self._source[place].type is END and self._source[place].value == name:
                return place

    def _frame(self, attributes: dict[str, str]) -> None:
        """A frame that plays a video becomes a link to the video, in a paragraph of its own."""
        found = video_at(attributes.get("src", "").strip())
        if found is None:
            self.removed[Removed.FRAME] += 1
            return
        self._open("p", "p", {"class": VIDEO_CLASS})
        self._open("a", "a", {"href": found[0]})
        self._text(" ".join(attributes.get("title", "").split())[:200] or found[0])
        self._close("p")

    def _start(self, token: Token) -> None:
        name, attributes = token.value, token.attributes
        written = self._names.get(name, name)
        if name in COUNTED:
            self.removed[COUNTED[name]] += 1
        if name == "img":
            if (kept := self._attributes.of_picture(attributes)) is not None:
                self._void("img", start_tag("img", kept))
                self._fill()
        elif name in VOID:
            self._void(name, f"<{name}>")
        elif name == "span":
            self._span(attributes)
        elif name == "b" and style_of(attributes).get("font-weight") in {"normal", "400"}:
            self._push(Open(name, "", len(self._result)))  # Google Docs wraps whatever is copied in it
        elif written in TAGS:
            self._open(name, written, attributes)

    def _span(self, attributes: dict[str, str]) -> None:
        self._push(Open("span", "", len(self._result)))
        for mark in marks_of(attributes):
            if not (self._written[mark] or (mark == "u" and self._written["a"])):
                self._open("", mark, {})

    def _void(self, name: str, tag: str) -> None:
        if name == "hr":
            self._close("p")
        self._make_room("")
        self._result.append(tag)
        if name == "hr":
            self._fill()

    def _end(self, name: str) -> None:
        if not self._named[name]:
            return
        written = self._names.get(name, name)
        is_inline = written in INLINE or name == "span"
        crossed: list[Open] = []
        for place in range(len(self._stack) - 1, -1, -1):
            element = self._stack[place]
            if element.name == name:
                self._pop_to(place)
                for one in crossed:
                    self._open(one.name, one.written, one.kept)
                return
            if element.written in CELLS | {"caption", "table"} and not (
                written in TABLE_PARTS | {"table"} and (element.written != "table" or written == "table")
            ):
                return
            if written == "li" and element.written in LISTS:
                return
            if is_inline and element.written:
                if element.written not in REOPENED:
                    return
                if element.name:
                    crossed.insert(0, element)

    # --- Elements ---

    def _open(self, name: str, written: str, attributes: dict[str, str]) -> None:
        if written in TABLE_PARTS and not self._written["table"]:
            return  # a cell without its table: its words stay
        if written in INLINE and written != "a" and self._written[written]:
            self._push(Open(name, "", len(self._result)))  # bold in bold
            return
        self._end_before(written)
        self._make_room(written)
        if written not in TABLE_PARTS and (len(self._line) >= MAX_DEPTH or len(self._stack) >= MAX_OPEN):
            self.removed[Removed.NESTING] += 1
            self._push(Open(name, "", len(self._result)))
            return
        if written == "li":
            self._take_list_type(attributes)
        kept = self._attributes.of(written, name, attributes)
        if written == "a" and not kept:
            self._push(Open(name, "", len(self._result)))
            return
        self._write(Open(name, written, len(self._result), dict(kept)))

    def _end_before(self, written: str) -> None:
        """Close what the standard lets end where `written` begins."""
        if written in BLOCKS or written == "li":
            self._close("p")
        if written == "a":
            self._close("a")
        if written in HEADINGS and self._top() in HEADINGS:
            self._close(self._top())
        if written == "li":
            for place in range(len(self._stack) - 1, -1, -1):
                if self._stack[place].written == "li":
                    self._pop_to(place)
                    return
                if self._stack[place].written in ENDS_NO_ITEM:
                    return

    def _make_room(self, written: str) -> None:
        """Close and open parts of a table, so that `written` ("": no part of a table) stands where it may."""
        if not self._written["table"]:
            return
        if written not in TABLE_PARTS:
            if self._top() in BETWEEN_CELLS:
                self._make_room("td")
                self._write(Open("", "td", len(self._result)))
            return
        while self._stack[-1].written not in PLACES[written]:
            self._pop()
        if written in CELLS | {"tr"} and self._top() == "table":
            self._write(Open("", "tbody", len(self._result)))
        if written in CELLS and self._top() != "tr":
            self._write(Open("", "tr", len(self._result)))

    def _take_list_type(self, attributes: dict[str, str]) -> None:
        """Some programs tell the kind of a list's numbers at its items."""
        around = self._stack[-1] if self._stack else None
        if around and around.written == "ol" and "type" not in around.kept:
            kind = list_type_of({"style": attributes.get("style", "")})
            if kind:
                around.kept["type"] = kind
                self._result[around.place] = start_tag("ol", around.kept.items())

    def _write(self, element: Open) -> None:
        self._result.append(start_tag(element.written, element.kept.items()))
        self._push(element)

    def _push(self, element: Open) -> None:
        if not element.written and len(self._stack) >= MAX_OPEN:
            return
        self._stack.append(element)
        self._named[element.name] += 1
        if element.written:
            self._written[element.written] += 1
            self._line.append(element.written)

    def _top(self) -> str:
        """What the innermost element is written as, of those that are; "" for none."""
        return self._line[-1] if self._line else ""

    def _close(self, written: str) -> None:
        """Close the innermost element written so, and all in it, if there is one in this cell."""
        if not self._written[written]:
            return
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place].written == written:
                self._pop_to(place)
                return
            if self._stack[place].written == "table":
                return

    def _pop_to(self, place: int) -> None:
        while len(self._stack) > place:
            self._pop()

    def _pop(self) -> None:
        element = self._stack.pop()
        self._named[element.name] -= 1
        if element.written:
            self._written[element.written] -= 1
            self._line.pop()
            if element.written in NOTHING_WHEN_EMPTY and not element.is_filled and "id" not in element.kept:
                if element.written in INLINE:
                    del self._result[element.place]
                else:
                    del self._result[element.place :]
                return
            if element.written == "p":
                is_in_link = self._written["a"] > 0
                mark_video(self._result, element.place, element.kept, self._link, is_in_link=is_in_link)
                join_lines(self._result, element.place)
            elif element.written == "a":
                self._link = element.kept
            self._result.append(f"</{element.written}>")
            self._fill()
        elif element.is_filled:
            self._fill()

    def _fill(self) -> None:
        if self._stack:
            self._stack[-1].is_filled = True
