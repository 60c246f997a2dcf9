"""What rich text may consist of: the allow-list, matched to the editor's toolbar."""

from __future__ import annotations

VOID = {"br", "hr", "img"}
INLINE = {"strong", "em", "u", "s", "sub", "sup", "a"}
HEADINGS = ("h2", "h3", "h4")
LISTS = {"ul", "ol"}
ROW_GROUPS = {"thead", "tbody", "tfoot"}
CELLS = {"td", "th"}
TABLE_PARTS = ROW_GROUPS | CELLS | {"tr", "caption"}
# A new one of these ends an open paragraph.
BLOCKS = {"p", *HEADINGS, *LISTS, "blockquote", "hr", "table", "figure", "figcaption"}
TAGS = VOID | INLINE | BLOCKS | TABLE_PARTS | {"li"}

ALIGNMENTS = ("align-left", "align-center", "align-right", "align-justify")
VIDEO_CLASS = "video"
RECORDING_CLASS = "recording"  # a paragraph with a link to own video or sound alone
ALBUM_CLASS = "album"  # a figure of figures: pictures side by side
ALIGNED = {"p", *HEADINGS, "figure", *CELLS}
CLASSES: dict[str, set[str]] = {tag: set(ALIGNMENTS) for tag in ALIGNED}
CLASSES["figure"] |= {"image", ALBUM_CLASS}
CLASSES["p"] |= {VIDEO_CLASS, RECORDING_CLASS}

# Elements a link within the page may lead to.
TARGETS = {"a", "p", *HEADINGS, "li", "blockquote", "figure", "table", "tr", "td", "th"}
ATTRIBUTES: dict[str, set[str]] = {tag: {"id"} for tag in TARGETS}
for _tag, _names in {
    "a": {"href", "title", "data-player"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}.items():
    ATTRIBUTES.setdefault(_tag, set()).update(_names)
URL_SCHEMES = {"http", "https", "mailto", "tel"}

# What other programs write for the same meaning. The page's own title is its only <h1>.
# A <div> is how mail and chat programs write a paragraph.
SYNONYMS = {
    "div": "p",
    "center": "p",
    "address": "p",
    "pre": "p",
    "dt": "p",
    "dd": "p",
    "b": "strong",
    "i": "em",
    "strike": "s",
    "del": "s",
    "ins": "u",
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
}
# Where a text holds an h1, all its headings go down one level.
ONE_LEVEL_DOWN = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
LIST_STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
LIST_TYPES = {"a", "A", "i", "I"}
# Their content is not text of the page.
WITHOUT_CONTENT = {
    "script", "style", "title", "xml", "iframe", "noscript", "noframes", "noembed", "template",
    "video", "audio", "object", "canvas",
}  # fmt: skip
# Of these, those whose content has no tags: without an end it is all that follows.
RAW_TEXT = {"script", "style", "title", "iframe", "noscript", "noframes", "noembed"}
# How the tags begin that stand inside a line of text.
INLINE_TAGS = ("<s", "</s", "<em", "</em", "<u>", "</u>", "<a", "</a", "<img")
