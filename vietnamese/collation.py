"""Vietnamese order for lists sorted in Python."""

import re
import unicodedata

from vietnamese.letters import ALPHABET, split_tone
from vietnamese.text import to_nfc

_NUMBER, _WORD = 0, 1
_TOKEN = re.compile(r"\d+|(?:[^\W\d_][\u0300-\u036f]*)+")
_LETTERS_FROM = ord("@")
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


def sort_text(text: str) -> str:
    """The order of `sort_key` as a text, for a column that the database sorts by code point (COLLATE "C").

    Texts that `sort_key` tells apart by nothing but small and capital letters are equal here.
    """
    return "".join(_written(token) for token in sort_key(text)[0])


def name_sort_text(given_name: str, family_name: str) -> str:
    """The order of `name_sort_key` as a text, as in `sort_text`."""
    return f"{sort_text(given_name)},{sort_text(family_name)}"


def _written(token: SortToken) -> str:
    """What ends a part of it stands before all that may continue it: space and comma, digits, letters."""
    kind, letters, tone = token
    if kind == _NUMBER:
        return f"{kind}{''.join(chr(_LETTERS_FROM + digit) for digit in letters)} "
    return f"{kind}{''.join(_written_letter(rank) for rank in letters)} {tone}"


def _written_letter(rank: int) -> str:
    if rank < len(ALPHABET):
        return chr(_LETTERS_FROM + rank)
    return "\x7f" + chr(rank - len(ALPHABET))


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
