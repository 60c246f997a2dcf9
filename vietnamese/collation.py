"""Vietnamese order for lists sorted in Python."""

import re
import unicodedata

from vietnamese.letters import ALPHABET, split_tone
from vietnamese.text import to_nfc

_NUMBER, _WORD = 0, 1
_TOKEN = re.compile(r"\d+|(?:[^\W\d_][\u0300-\u036f]*)+")
_RANK = {letter: rank for rank, letter in enumerate(ALPHABET)}

SortToken = tuple[int, tuple[int, ...], int]
SortKey = tuple[tuple[SortToken, ...], str]


def sort_key(text: str) -> SortKey:
    """Key for `sorted(…, key=sort_key)` in the order of a Vietnamese dictionary.

    Syllable by syllable: first the letters (a ă â … d đ e ê … o ô ơ … u ư … z), then the tone
    (ngang, huyền, hỏi, ngã, sắc, nặng), so "ba" < "bà" < "bả" < "ban" < "băn" and all that
    begins with the syllable "ba" stands before all that begins with "bà". Punctuation only
    separates; numbers count by value and stand before letters ("Thôn 2" < "Thôn 10"). Texts
    that agree in all this ("hòa", "hoà", "HÒA") follow each other, small letters first. Letters
    of other scripts stand after z.
    """
    text = to_nfc(text)
    tokens = tuple(_token_key(token) for token in _TOKEN.findall(text))
    return tokens, text.swapcase()


def name_sort_key(full_name: str) -> tuple[SortKey, SortKey]:
    """Key that sorts people as Vietnamese lists do: by the last word, then by the rest.

    "Trần Văn An" < "Lê Thị Bình" < "Nguyễn Văn Bình".
    """
    *rest, given = full_name.split() or [""]
    return sort_key(given), sort_key(" ".join(rest))


def _token_key(token: str) -> SortToken:
    if token[0].isdecimal():
        digits = tuple(unicodedata.decimal(digit) for digit in token)
        significant = digits[next((i for i, d in enumerate(digits) if d), len(digits)) :]
        return _NUMBER, (len(significant), *significant), 0
    toneless, tone = split_tone(token.lower())
    return _WORD, tuple(_rank(letter) for letter in toneless), tone


def _rank(letter: str) -> int:
    if letter in _RANK:
        return _RANK[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return _RANK.get(base, len(ALPHABET) + ord(base))
