"""The safe part of what somebody wrote or pasted."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

import nh3

from richtext.markup import Text, escape_text, tokens
from richtext.normal import normal_text
from richtext.sanitiser.attributes import is_kept
from richtext.sanitiser.building import Builder
from richtext.sanitiser.removed import Removed
from richtext.vocabulary import ATTRIBUTES, CLASSES, INLINE_TAGS, TAGS, URL_SCHEMES
from vietnamese import detect_legacy_encoding, to_nfc

_UNICODE_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_SOFT_HYPHEN = "\u00ad"
# The sanitiser's parser copies a text anew for each special letter in it: no text is given to it longer than
# this. The mark between the parts cannot occur otherwise, because a "<" of a text is written as &lt;.
MOST_OF_A_TEXT = 2_000  # characters
SEAM = "<wbr>"


def clean_html(html: str) -> str:
    """Return the safe part of `html`, in NFC.

    Pictures stay only when they come from this portal's media, so that a page makes no
    third-party request; all but the first load lazily. Cleaning twice changes nothing. The time
    grows with the length of `html`, whatever it holds.
    """
    return clean_and_count(html)[0]


def clean_and_count(html: str) -> tuple[str, Counter[Removed]]:
    """The safe part of `html`, and how much of which kind was taken away."""
    builder = Builder(list(tokens(html)))
    return sanitised("".join(_written(builder.build())).strip()), builder.removed


def taken_away(html: str) -> Counter[Removed]:
    """How much of which kind `clean_html` would take away."""
    builder = Builder(list(tokens(html)))
    builder.build()
    return builder.removed


def sanitised(html: str) -> str:
    """What an independent sanitiser lets pass of it: normally all of it, as `Builder` is as strict."""
    return _SANITISER.clean(html).replace(SEAM, "")


_SANITISER = nh3.Cleaner(
    tags=TAGS | {"wbr"},
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    attribute_filter=lambda tag, name, value: value if is_kept(tag, name, value) else None,
    clean_content_tags={"script", "style", "title", "xml"},
    url_schemes=URL_SCHEMES,
    link_rel=None,
)


def _written(result: list[str]) -> list[str]:
    """Tags and texts as one string each, the texts in their normal form."""
    written: list[str] = []
    line: list[str] = []
    for is_text, run in groupby(result, key=lambda part: type(part) is Text):
        if is_text:
            line.append(Text("".join(run)))
            continue
        for tag in run:
            if not tag.startswith(INLINE_TAGS):
                written += _written_line(line)
                line = []
            line.append(tag)
    return written + _written_line(line)


def _written_line(line: list[str]) -> list[str]:
    texts = [part for part in line if type(part) is Text]
    # PDF files leave soft hyphens in the middle of words. In TCVN3 they are the letter ư.
    is_hyphened = any(_SOFT_HYPHEN in text for text in texts) and _is_unicode(" ".join(texts))
    return [
        _written_text(part.replace(_SOFT_HYPHEN, "") if is_hyphened else part) if type(part) is Text else part
        for part in line
    ]


def _is_unicode(text: str) -> bool:
    text = to_nfc(text)
    return _UNICODE_VIETNAMESE.search(text) is not None and detect_legacy_encoding(text) is None


def _written_text(text: str) -> str:
    text = normal_text(text)
    if len(text) <= MOST_OF_A_TEXT:
        return escape_text(text)
    return SEAM.join(escape_text(text[start : start + MOST_OF_A_TEXT]) for start in range(0, len(text), MOST_OF_A_TEXT))
