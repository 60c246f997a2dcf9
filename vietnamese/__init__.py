"""What the portal knows about Vietnamese: text, order, numbers, dates, old encodings.

Pure functions without Django: everything may import them, they import nothing of the portal.
"""

from vietnamese.collation import name_sort_key, name_sort_text, sort_key, sort_text
from vietnamese.dates import (
    CH,
    SA,
    VIETNAM,
    format_article_date,
    format_datetime_12h,
    format_long_date,
    format_near_date,
    format_published_time,
    format_weekday,
    parse_date,
)
from vietnamese.legacy import LegacyEncoding, detect_legacy_encoding, repair_legacy
from vietnamese.numbers import format_file_size, format_number, keep_numbers_whole
from vietnamese.plaintext import one_line, paragraphs
from vietnamese.spoken import number_words, spoken
from vietnamese.text import (
    FOLD_FROM,
    FOLD_TO,
    SLUG_FALLBACK,
    fold,
    slugify,
    to_nfc,
    truncate,
    xml_text,
)

__all__ = [
    "CH",
    "FOLD_FROM",
    "FOLD_TO",
    "SA",
    "SLUG_FALLBACK",
    "VIETNAM",
    "LegacyEncoding",
    "detect_legacy_encoding",
    "fold",
    "format_article_date",
    "format_datetime_12h",
    "format_file_size",
    "format_long_date",
    "format_near_date",
    "format_number",
    "format_published_time",
    "format_weekday",
    "keep_numbers_whole",
    "name_sort_key",
    "name_sort_text",
    "number_words",
    "one_line",
    "paragraphs",
    "parse_date",
    "repair_legacy",
    "slugify",
    "sort_key",
    "sort_text",
    "spoken",
    "to_nfc",
    "truncate",
    "xml_text",
]
