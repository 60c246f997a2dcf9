"""Attributes worth keeping: what other programs say of lists, alignment, places and pictures, in our words."""

from __future__ import annotations

import re
from collections import Counter

from django.conf import settings

from richtext.markup import START, Token
from richtext.sanitiser.removed import Removed
from richtext.video import player_sources
from richtext.vocabulary import (
    ALIGNED,
    ALIGNMENTS,
    ATTRIBUTES,
    CLASSES,
    LIST_STYLES,
    LIST_TYPES,
    TARGETS,
    URL_SCHEMES,
)
from vietnamese import slugify, to_nfc

ID_PREFIX = "muc-"  # no place in a text can take the name of a part of the page around it
MAX_ADDRESS = 4_000  # characters
MAX_WORDS = 2_000  # characters of a title or a text alternative
_ID = re.compile(rf"{ID_PREFIX}[a-z0-9-]{{1,80}}")
_DIGITS = re.compile(r"[0-9]{1,5}")
_NUMBER = re.compile(r"-?[0-9]{1,5}")
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SPACE = re.compile(r"\s+")
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}
_SCOPES = {"col", "row", "colgroup", "rowgroup"}

Kept = list[tuple[str, str]]


def style_of(attributes: dict[str, str]) -> dict[str, str]:
    """The declarations of a style attribute, in small letters."""
    declarations = (part.partition(":") for part in attributes.get("style", "").lower().split(";"))
    return {name.strip(): value.strip() for name, _colon, value in declarations}


def marks_of(attributes: dict[str, str]) -> list[str]:
    """The elements that mean what the style of a <span> shows: bold, italic, underlined, struck out, raised, lowered."""
    if "style" not in attributes:
        return []
    style = style_of(attributes)
    line = style.get("text-decoration", "") + " " + style.get("text-decoration-line", "")
    shown = {
        "strong": style.get("font-weight") in _BOLD,
        "em": style.get("font-style") == "italic",
        "u": "underline" in line,
        "s": "line-through" in line,
        "sup": style.get("vertical-align") == "super",
        "sub": style.get("vertical-align") == "sub",
    }
    return [mark for mark, is_shown in shown.items() if is_shown]


def list_type_of(attributes: dict[str, str]) -> str:
    """ "a", "A", "i", "I", or "" for numbers and for what is said nowhere."""
    kind = attributes.get("type", "")
    if kind in LIST_TYPES:
        return kind
    style = style_of(attributes)
    for word in f"{style.get('list-style-type', '')} {style.get('list-style', '')}".split():
        if word in LIST_STYLES:
            return LIST_STYLES[word]
    return ""


def is_own_picture(address: str) -> bool:
    """Whether the address is one of this portal's media: a page makes no request to a third party."""
    return address.startswith(settings.MEDIA_URL) and ".." not in address and len(address) <= MAX_ADDRESS


def is_kept(tag: str, name: str, value: str) -> bool:
    """Whether the sanitiser lets an attribute stay that it knows by name."""
    match name:
        case "src":
            return is_own_picture(value)
        case "width" | "height" | "colspan" | "rowspan":
            return bool(_DIGITS.fullmatch(value))
        case "start" | "value":
            return bool(_NUMBER.fullmatch(value))
        case "type":
            return value in LIST_TYPES
        case "scope":
            return value in _SCOPES
        case "id":
            return bool(_ID.fullmatch(value))
        case "loading":
            return value == "lazy"
        case "data-player":
            # A player that nobody chose for the portal would be a foreign page in its frame.
            return any(value.startswith(f"{source}/") for source in player_sources())
        case "href":
            return len(value) <= MAX_ADDRESS
    return True


class Attributes:
    """Chooses and rewrites the attributes of one text's elements."""

    def __init__(self, source: list[Token], removed: Counter[Removed]) -> None:
        self._removed = removed
        self._named: set[str] = set()  # places that links within the text lead to
        for token in source:
            if token.type is START and token.attributes:
                href = token.attributes.get("href", "")
                if token.value == "a" and len(href) > 1 and href.startswith("#"):
                    self._named.add(_place(href[1:]))
        self._taken: set[str] = set()
        self._asked: list[str] = []
        self._has_picture = False

    def of(self, tag: str, name: str, attributes: dict[str, str]) -> Kept:
        """What stays of the `attributes` of an element that is written as `tag` and was `name` in the source."""
        if not attributes and name != "center":
            return []
        kept: Kept = []
        allowed = ATTRIBUTES.get(tag, set())
        for key, value in attributes.items():
            if key == "class" and tag in CLASSES:
                classes = [word for word in dict.fromkeys(value.split()) if word in CLASSES[tag]]
                if classes:
                    kept.append(("class", " ".join(classes)))
            elif key == "href" and tag == "a":
                kept += self._link(value)
            elif key == "title" and tag == "a":
                kept.append(("title", to_nfc(_SPACE.sub(" ", value).strip())[:MAX_WORDS]))
            elif key in allowed and key not in {"id", "type", "data-player"}:
                if key == "reversed":
                    kept.append(("reversed", ""))
                elif is_kept(tag, key, value):
                    kept.append((key, value))
        if tag == "ol" and (kind := list_type_of(attributes)):
            kept.append(("type", kind))
        if tag in ALIGNED:
            self._align(kept, name, attributes)
        if tag in TARGETS and (place := self._place_of(tag, attributes)):
            kept.append(("id", place))
        return kept

    def of_picture(self, attributes: dict[str, str]) -> Kept | None:
        """The attributes of a picture of this portal; None, counted, for any other."""
        source = attributes.get("src", "").strip()
        if not is_own_picture(source):
            self._removed[_kind_of_picture(source)] += 1
            return None
        kept = [("src", source), ("alt", to_nfc(_SPACE.sub(" ", attributes.get("alt", "")).strip())[:MAX_WORDS])]
        kept += [
            (key, value) for key, value in attributes.items() if key in {"width", "height"} and _DIGITS.fullmatch(value)
        ]
        order = {key: place for place, key in enumerate(attributes)}
        kept.sort(key=lambda pair: order.get(pair[0], len(order)))
        if self._has_picture:
            kept.append(("loading", "lazy"))
        self._has_picture = True
        return kept

    def count_lost_targets(self) -> None:
        """Count the links within the text whose place it does not have; called at its end."""
        if lost := sum(place not in self._taken for place in self._asked):
            self._removed[Removed.LOST_TARGET] += lost

    def _link(self, href: str) -> Kept:
        href = href.strip()
        if href.startswith("#"):
            if len(href) == 1:
                return []
            place = _place(href[1:])
            self._asked.append(place)
            return [("href", f"#{place}")]
        scheme = _SCHEME.match(href)
        if len(href) > MAX_ADDRESS or (scheme and scheme[1].lower() not in URL_SCHEMES):
            self._removed[Removed.UNUSABLE_LINK] += 1
            return []
        return [("href", href)]

    def _place_of(self, tag: str, attributes: dict[str, str]) -> str | None:
        """The name of an element that a link leads to; of an anchor also without one: other pages may."""
        name = attributes.get("id") or (attributes.get("name") if tag == "a" else "")
        if not name:
            return None
        place = _place(name)
        is_anchor = tag == "a" and "href" not in attributes and not name.startswith(("_", "OLE_LINK", "docs-internal"))
        if place in self._taken or not (place in self._named or is_anchor or name == place):
            return None
        self._taken.add(place)
        return place

    def _align(self, kept: Kept, name: str, attributes: dict[str, str]) -> None:
        side = attributes.get("align", "").lower()
        if "style" in attributes:
            side = style_of(attributes).get("text-align", side)
        side = "center" if name == "center" else {"end": "right"}.get(side, side)
        if side not in {"center", "right", "justify"}:
            return
        classes = next((place for place, (key, _value) in enumerate(kept) if key == "class"), None)
        if classes is None:
            kept.insert(0, ("class", f"align-{side}"))
        elif not any(word in ALIGNMENTS for word in kept[classes][1].split()):
            kept[classes] = ("class", f"{kept[classes][1]} align-{side}")


def _place(name: str) -> str:
    name = name[:200]
    return name if _ID.fullmatch(name) else ID_PREFIX + slugify(name, 80)


def _kind_of_picture(source: str) -> Removed:
    scheme = _SCHEME.match(source[:40])
    if scheme and scheme[1].lower() == "data":
        return Removed.UNUSABLE_PICTURE
    if scheme and scheme[1].lower() in {"http", "https"}:
        return Removed.FOREIGN_PICTURE
    if source.startswith("//"):
        return Removed.FOREIGN_PICTURE
    return Removed.LOCAL_PICTURE
