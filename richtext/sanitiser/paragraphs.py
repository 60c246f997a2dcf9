"""What a whole paragraph tells: lines broken by a PDF file, the address of a video on a line of its own."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from math import inf

from richtext.markup import Text, start_tag
from richtext.normal import normal_text
from richtext.video import video_at
from richtext.vocabulary import INLINE_TAGS, VIDEO_CLASS

MAX_WORDS = 2_000  # characters of the line that holds a video
LONG_LINE = 45  # characters; a line that ends because the paper does
WIDEST_LINE = 140  # characters; more than that is a paragraph, not a line of paper
_MARKER = re.compile(r"\s*(?:[-–—+•*▪]|\(?(?:[a-zđ]{1,2}|[ivx]{1,4}|\d{1,3})[).])\s")
_SENTENCE_ENDS = (".", ":", ";", "!", "?", "…", "”")


def mark_video(result: list[str], place: int, kept: dict[str, str], link: dict[str, str], *, is_in_link: bool) -> None:
    """Make the paragraph that begins at `result[place]` a video to play when it holds nothing but one.

    That is the bare address of a video, with or without a link, or a link in a paragraph that was marked
    before. `kept` are the paragraph's attributes, `link` those of the last link before its end. A paragraph
    that lies in a link cannot hold another.
    """
    content = _without_blanks(result[place + 1 : place + 8]) if len(result) <= place + 8 else []
    is_marked = VIDEO_CLASS in kept.get("class", "").split()
    words, href = "", ""
    if len(content) == 1 and type(content[0]) is Text:
        words = href = content[0]
    elif len(content) == 3 and content[0].startswith("<a ") and type(content[1]) is Text and content[2] == "</a>":
        words, href = content[1], link.get("href", "")
    is_address = words.startswith(("https://", "http://"))
    video = video_at(href) if (is_address or is_marked) and not is_in_link else None
    if video is None:
        if is_marked:
            classes = [word for word in kept["class"].split() if word != VIDEO_CLASS]
            result[place] = start_tag("p", [("class", " ".join(classes))] if classes else [])
        return
    others = [(key, value) for key, value in kept.items() if key != "class"]
    title = [(key, value) for key, value in link.items() if key == "title" and len(content) == 3]
    result[place:] = [
        start_tag("p", [("class", VIDEO_CLASS), *others]),
        start_tag("a", [("href", video[0]), *title, ("data-player", video[1])]),
        Text(str(words)),
        "</a>",
    ]


def _without_blanks(content: list[str]) -> list[str]:
    """Tags and texts, the texts joined and in their normal form; long ones are no address and stay as they are."""
    joined: list[str] = []
    for is_text, run in groupby(content, key=lambda part: type(part) is Text):
        if not is_text:
            joined += run
        elif text := "".join(run):
            words = normal_text(text).strip() if len(text) <= MAX_WORDS else text
            if words:
                joined.append(Text(words))
    return joined


def join_lines(result: list[str], place: int) -> None:
    """Put a space where a PDF file broke the lines of the paragraph that begins at `result[place]`.

    Such lines are long, and the next goes on in small letters; two of them in a paragraph are no chance. Its
    other long lines are then joined, too, unless a sentence ends or a marker such as "a)" begins.
    """
    breaks = [index for index in range(place + 1, len(result)) if result[index] == "<br>"]
    if len(breaks) < 2:
        return
    lines = _lines(result, place + 1, breaks)
    if len(_joints(lines, is_sure=False)) >= 2:
        for number in _joints(lines, is_sure=True):
            result[breaks[number]] = Text(" ")


def join_paragraphs(result: list[str]) -> list[str]:
    """`result` with the paragraphs joined that are lines of a PDF file: some readers copy each as a paragraph.

    The rule is that of `join_lines`, for paragraphs that follow each other and hold words alone.
    """
    joined: set[int] = set()  # indices of </p>
    run: list[tuple[int, str]] = []  # of each paragraph the index of its end, and its words
    begin = -1
    for index, part in enumerate(result):
        if part == "<p>":
            begin = index
        elif part == "</p>" and begin >= 0:
            run.append((index, "".join(piece for piece in result[begin + 1 : index] if type(piece) is Text).strip()))
            begin = -1
        elif begin < 0 and not (type(part) is Text and not part.strip()):
            joined |= _joined(run)
            run = []
        elif begin >= 0 and type(part) is not Text and not part.startswith(INLINE_TAGS):
            begin = -1
            joined |= _joined(run)
            run = []
    joined |= _joined(run)
    if not joined:
        return result
    written: list[str] = []
    is_open = False
    for index, part in enumerate(result):
        if index in joined:
            written.append(Text(" "))
            is_open = True
        elif is_open and part == "<p>":
            is_open = False
        elif not is_open:
            written.append(part)
    return written


def _joined(run: list[tuple[int, str]]) -> set[int]:
    """The ends of the paragraphs that go on in the next one."""
    if len(run) < 3:
        return set()
    lines = [words for _end, words in run]
    if len(_joints(lines, is_sure=False, widest=WIDEST_LINE)) < 2:
        return set()
    return {run[number][0] for number in _joints(lines, is_sure=True, widest=WIDEST_LINE)}


def _lines(result: list[str], begin: int, breaks: list[int]) -> list[str]:
    lines = []
    for end in [*breaks, len(result)]:
        lines.append("".join(part for part in result[begin:end] if type(part) is Text).strip())
        begin = end + 1
    return lines


def _joints(lines: list[str], *, is_sure: bool, widest: float = inf) -> list[int]:
    """Numbers of the breaks to join, after lines no wider than `widest`.

    A line that was joined counts as one with what it was joined to.
    """
    joints = []
    length = 0
    for number, (line, following) in enumerate(pairwise(lines)):
        length += len(line)
        goes_on = following[:1].islower() or (is_sure and following[:1].isalnum())
        if (
            length >= LONG_LINE
            and len(line) <= widest
            and goes_on
            and not line.endswith(_SENTENCE_ENDS)
            and not _MARKER.match(following[:10] + " ")
        ):
            joints.append(number)
        else:
            length = 0
    return joints
