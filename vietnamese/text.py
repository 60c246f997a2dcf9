"""Normal form, search folding, slugs and cutting of Vietnamese text."""

import re
import unicodedata

from vietnamese.letters import MARKED_LETTERS, is_syllable
from vietnamese.marks import without_excess_marks

SLUG_FALLBACK = "bai-viet"
"""The slug of a text that has no Latin letter and no digit ("bài viết": article)."""

ELLIPSIS = "…"

# What XML 1.0 forbids (section 2.2): C0 controls but tab and line ends, halves of surrogate pairs, and
# two codes that are no characters. One of them makes a feed, a sitemap or a workbook unreadable.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Joiners, direction marks and the byte order mark: unseen by the reader, but they split words
# for search and can disguise an address. The soft hyphen U+00AD is not among them: in text
# pasted from TCVN3 fonts it is the letter ư (see vietnamese.legacy).
_ZERO_WIDTH = re.compile("[\u034f\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# The zero-width joiner stays where it builds one emoji out of several.
_STRAY_JOINER = re.compile("(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")
_TONE_BEFORE_SHAPE = re.compile("([àáảãèéẻẽòóỏõÀÁẢÃÈÉẺẼÒÓỎÕ])([\u0302\u0306])")
_STROKED_D = re.compile("([dD])[\u0335\u0336]")
_LETTERS = re.compile(r"[^\W\d_]+")
# Eth (Icelandic) and the African d look like Đ in most fonts; old keyboards produce them.
_FALSE_D = str.maketrans("ÐðƉɖ", "ĐđĐđ")
_LONGEST_ABBREVIATION = 8
# PDF files write two letters as one glyph, and bullets in the private letters of the font Symbol.
_GLYPHS = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\uf0b7": "•", "\uf0a7": "▪", "\uf02d": "-"}
)

FOLD_FROM = MARKED_LETTERS + "ÐðƉɖ"
FOLD_TO = (
    "".join(unicodedata.normalize("NFD", letter)[0] for letter in MARKED_LETTERS.lower().replace("đ", "d")) + "dddd"
)
"""Arguments for PostgreSQL's translate(): see `fold`."""

_D_TO_ASCII = str.maketrans("đĐðÐɖƉ", "dDdDdD")
_SOFT_HYPHEN = "\u00ad"


def xml_text(text: str) -> str:
    """Return `text` with a space for every character that XML 1.0 forbids."""
    return _FORBIDDEN.sub(" ", text)


def to_nfc(text: str) -> str:
    """Bring typed or pasted text into the one form the portal stores.

    - NFC: a Mac or a PDF gives letters and marks apart ("Như Xuân" in 10 code points, not 8).
      Tone and shape in the wrong order (a + sắc + mũ, from some PDF files) become one letter.
    - Characters that XML 1.0 forbids become a space: a title with one would break every feed.
    - Characters of no width are removed (joiners, direction marks, byte order mark); the joiner
      inside an emoji is kept, and so is the soft hyphen, which may be a TCVN3 "ư".
    - Đ typed as the look-alike Ð (U+00D0) or Ɖ (U+0189), or as d with a combining stroke,
      becomes Đ (U+0110), small letters alike; but only where that makes a Vietnamese syllable
      ("Ðức") or the word is an abbreviation in capitals ("HÐND"), so that "Davíð" stays.
    - Ligatures and bullets of PDF files become the letters ("ﬁ": f, i) and the sign meant.
    - Spaces are kept as they are, the no-break space too: an editor may have meant it.

    Text in a legacy encoding should go through `repair_legacy` before this. Idempotent.
    """
    # NFC first: it replaces a few signs, and a joiner is looked at beside the one that is stored.
    text = unicodedata.normalize("NFC", without_excess_marks(_ZERO_WIDTH.sub("", xml_text(text))))
    text = unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text))
    if text.isascii():
        return text
    text = text.translate(_GLYPHS)
    text = _TONE_BEFORE_SHAPE.sub(_shape_before_tone, text)
    text = _STROKED_D.sub(lambda match: "Đ" if match[1] == "D" else "đ", text)
    if any(letter in text for letter in "ÐðƉɖ"):
        text = _LETTERS.sub(_true_d, text)
    return unicodedata.normalize("NFC", text)


def _shape_before_tone(match: re.Match[str]) -> str:
    base, tone = tuple(unicodedata.normalize("NFD", match[1]))
    return unicodedata.normalize("NFC", base + match[2] + tone)


def _true_d(match: re.Match[str]) -> str:
    word = match[0].translate(_FALSE_D)
    abbreviation = word.isupper() and len(word) <= _LONGEST_ABBREVIATION and word.replace("Đ", "D").isascii()
    return word if abbreviation or is_syllable(word) else match[0]


def fold(text: str) -> str:
    """Return the text as the search compares it: NFC, small letters, đ→d, no marks.

    "Như Xuân" → "nhu xuan"; "hoà" and "hòa" agree, and so do "45/QĐ-UBND" and "45/qd-ubnd".
    Marks are taken off letters of every script that has combining marks; soft hyphens go.
    Idempotent.

    For text that consists of ASCII, Vietnamese letters in NFC, and Ð ð Ɖ ɖ, this equals the SQL
    expression `lower(translate(text, FOLD_FROM, FOLD_TO))`, whatever the collation makes of
    capitals outside ASCII: FOLD_TO is in small letters, so that lower() is left with A–Z.
    """
    text = to_nfc(text).replace(_SOFT_HYPHEN, "").lower().translate(_D_TO_ASCII)
    return unicodedata.normalize("NFC", _without_marks(unicodedata.normalize("NFD", text)))


def _without_marks(decomposed: str) -> str:
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slugify(text: str, max_length: int = 80) -> str:
    """Return an address part of [a-z0-9-], at most `max_length` characters, never empty.

    "Đổi mới hoạt động HĐND" → "doi-moi-hoat-dong-hdnd". Django's slugify drops every đ and
    joins what a slash or a long dash separates; here whatever is not a letter or a digit
    separates words. A slug too long is cut after a whole word. Text without a Latin letter or
    digit gives SLUG_FALLBACK. Raises ValueError if `max_length` is below 1.
    """
    if max_length < 1:
        raise ValueError(f"max_length must be at least 1, not {max_length}")
    text = to_nfc(text).replace(_SOFT_HYPHEN, "").translate(_D_TO_ASCII).casefold()
    plain = _without_marks(unicodedata.normalize("NFKD", text)).lower()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-") or SLUG_FALLBACK
    if len(slug) <= max_length:
        return slug
    whole_words = slug[: max_length + 1].rpartition("-")[0]
    return whole_words or slug[:max_length]


def truncate(text: str, limit: int = 93) -> str:
    """Cut plain text to at most `limit` characters plus "…", after a whole word.

    Text that fits is returned without an ellipsis. 93 is where the list of latest news cuts a
    title. A single word longer than the limit is cut inside, but never between a letter and its
    marks. The result is NFC. Raises ValueError if `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    text = to_nfc(text).strip()
    if len(text) <= limit:
        return text
    kept = text[:limit]
    if not (text[limit].isspace() or kept[-1].isspace()):
        pieces = kept.rsplit(None, 1)
        kept = pieces[0] if len(pieces) > 1 else _whole_letters(text, limit)
    return (kept.rstrip(" \t\n\u00a0,;:.–—-") or kept) + ELLIPSIS


def _whole_letters(text: str, limit: int) -> str:
    end = limit
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[: end or limit]
