"""Text typed in the fonts of the time before Unicode, seen today as "ViÖt Nam" or "Vieät Nam".

Two encodings cover what offices still paste:

- **TCVN3** (TCVN 5712:1993 VN3, fonts .VnTime, .VnArial …): one byte a letter. Only the small
  marked letters and Ă Â Ê Ô Ơ Ư Đ have a code. A capital such as Ộ is the code of ộ in a font
  whose small letters look like capitals (.VnTimeH), so once the font is lost, a capital with a
  tone looks like a small letter: "CéNG HßA". It is restored where the letters around it are
  capitals; a lone first letter ("ñy ban" for "Ủy ban") stays small, because nothing in the text
  tells, and so does text typed in small letters with a capital font.
- **VNI** for Windows (fonts VNI-Times …): a vowel followed by a letter that stands for its
  marks: "Vieät".

Both are seen through Windows-1252, which agrees with Latin-1 on all codes used here. The maps
were compared with glibc's TCVN5712-1, with xvnkb's VNI table and with the Viet Unicode table.

Recognition decodes every word and asks whether that turns misspelt words into Vietnamese
syllables. It is conservative: French, German or Unicode Vietnamese do not pass; a text too
short to tell gives None, and so does a text half in Unicode (ask paragraph by paragraph).
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import accumulate
from typing import Literal

from vietnamese.letters import TONES, is_syllable
from vietnamese.marks import without_excess_marks

LegacyEncoding = Literal["tcvn3", "vni"]

_TCVN3_CAPITALS = dict(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True))
_TCVN3_SMALL = dict(
    zip(
        "¨©ª«¬\xad®"
        "µ¶·¸¹" "»¼½¾Æ" "ÇÈÉÊË"
        "ÌÎÏÐÑ" "ÒÓÔÕÖ"
        "×ØÜÝÞ"
        "ßáâãä" "åæçèé" "êëìíî"
        "ïñòóô" "õö÷øù"
        "úûüýþ",
        "ăâêôơưđ"
        "àảãáạ" "ằẳẵắặ" "ầẩẫấậ"
        "èẻẽéẹ" "ềểễếệ"
        "ìỉĩíị"
        "òỏõóọ" "ồổỗốộ" "ờởỡớợ"
        "ùủũúụ" "ừửữứự"
        "ỳỷỹýỵ",
        strict=True,
    )
)  # fmt: skip
# U+03BC is the Greek letter some programs make of the micro sign.
_TCVN3 = _TCVN3_CAPITALS | _TCVN3_SMALL | {"\u03bc": "à"}

_VNI_TONES = dict(zip("øûõùï", TONES, strict=True))
_VNI_CIRCUMFLEX = {"â": ""} | dict(zip("àåãáä", TONES, strict=True))
_VNI_BREVE = {"ê": ""} | dict(zip("èúüéë", TONES, strict=True))
_VNI_SINGLE = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))


def _vni_pairs() -> dict[str, str]:
    pairs = {
        base + code: letter + tone
        for bases, letters, marks in (
            ("aeouyôö", "aeouyơư", _VNI_TONES),
            ("aeo", "âêô", _VNI_CIRCUMFLEX),
            ("a", "ă", _VNI_BREVE),
        )
        for base, letter in zip(bases, letters, strict=True)
        for code, tone in marks.items()
    }
    return {pair: unicodedata.normalize("NFC", letter) for pair, letter in pairs.items()}


_VNI = _vni_pairs() | _VNI_SINGLE
_VNI_CODE = re.compile(f"{'|'.join(sorted(_VNI, key=len, reverse=True))}|[a-z]", re.IGNORECASE)

_SYMBOLS = "".join(code for code in _TCVN3 if not code.isalpha())
_TCVN3_WORD = re.compile(rf"(?:[^\W\d_]|[{re.escape(_SYMBOLS)}])+")
_VNI_WORD = re.compile(r"[^\W\d_]+")
# Alone, these are a bullet, a copyright sign, a quotation mark, a fraction, a sum: not a word.
_LONE_SYMBOLS = frozenset("·©»¼½¾×÷")
# Word and browsers show the soft hyphen, TCVN3's ư, as a hyphen: "tr-êng", "Nh- Xu©n".
_HYPHENED = re.compile(rf"(?<![\w{_SYMBOLS}-])([\w{_SYMBOLS}]+)[-\u2212]([\w{_SYMBOLS}]*)(?![\w{_SYMBOLS}-])")
# … or lose it: "trêng". Before c, ng and u Vietnamese has ươ and never ơ alone.
_LOST_U_HORN = re.compile("(?<![ưƯ])([ơờớởỡợƠ])(?=c|ng|u)", re.IGNORECASE)

# What no word of another language has: for TCVN3 a symbol or a capital right after a letter,
# or a small marked letter between capitals; for VNI a vowel followed by the code of a mark
# (without the pairs of où, Thaï, aún, goût).
_TCVN3_EVIDENCE = re.compile(
    rf"[A-Za-z][{re.escape(_SYMBOLS)}]|[a-z][µ\u03bcÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖØÜÝÞß]|[A-Z][ß-þ][A-Z]"
    r"|®[a-z]"
)
_VNI_EVIDENCE = re.compile("[aeo][áàåãä]|a[éèüë]|[aeuyôö]ù|[aeouyôö][øõ]|[ôö][ûï]|öô|[aeo]â|aê", re.IGNORECASE)
_ABBREVIATION = re.compile("[A-Z]{2,}")
_EXPLAINED_SHARE = 0.75


def repair_legacy(text: str, encoding: LegacyEncoding) -> str:
    """Convert plain text from a legacy encoding to Unicode (NFC).

    Words that cannot be of the encoding, such as "Việt" already in Unicode, stay as they are,
    and so do symbols that stand alone. In TCVN3 capitals are restored as far as the text tells
    (see the module), an "ư" that became a hyphen comes back, and one that was lost comes back
    before c, ng and u. For HTML call it on the text of each paragraph, not on the markup.
    Raises ValueError for an unknown encoding.
    """
    if encoding == "vni":
        return _VNI_WORD.sub(lambda match: _decode_vni(match[0]) or match[0], text)
    if encoding == "tcvn3":
        text = _HYPHENED.sub(_hyphen_to_u_horn, text)
        return "".join(_repair_tcvn3_line(line) for line in text.splitlines(keepends=True))
    raise ValueError(f"unknown encoding: {encoding!r}")


def detect_legacy_encoding(text: str) -> LegacyEncoding | None:
    """Say in which legacy encoding a pasted text seems to be, or None.

    Call it before `to_nfc`. None is the answer whenever there is doubt: see the module.
    """
    text = unicodedata.normalize("NFC", without_excess_marks(text))
    if text.isascii():
        return None
    scores: dict[LegacyEncoding, int] = {
        "tcvn3": _score(_TCVN3_WORD.findall(text), _decode_tcvn3, _TCVN3_EVIDENCE),
        "vni": _score(_VNI_WORD.findall(text), _decode_vni, _VNI_EVIDENCE),
    }
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] else None


def _score(words: list[str], decode: Callable[[str], str | None], evidence: re.Pattern[str]) -> int:
    """Number of different words that decoding repairs; 0 if the text does not bear it out."""
    repaired: set[str] = set()
    repaired_count = broken = native = foreign = 0
    for word in words:
        if word.isascii():
            if is_syllable(word) or _ABBREVIATION.fullmatch(word):
                native += 1
            else:
                foreign += len(word) > 1
            continue
        if not any(letter.isascii() for letter in word):
            continue
        decoded = decode(word)
        if decoded is None or not is_syllable(decoded):
            broken += 1
        elif is_syllable(word):
            native += 1
        else:
            repaired.add(word)
            repaired_count += 1
    whole = repaired_count + native
    bears_out = whole >= _EXPLAINED_SHARE * (whole + broken + foreign)
    return len(repaired) if bears_out and any(map(evidence.search, repaired)) else 0


def _decode_vni(word: str) -> str | None:
    decoded = []
    end = 0
    while end < len(word):
        match = _VNI_CODE.match(word, end)
        if match is None:
            return None
        code = match[0]
        letter = _VNI.get(code.lower(), code.lower())
        decoded.append(letter.upper() if code[0].isupper() else letter)
        end = match.end()
    return "".join(decoded)


def _decode_tcvn3(word: str) -> str | None:
    """Decode one word, its marked letters small; None if a character is not of TCVN3."""
    if not all(character in _TCVN3 or character.isascii() for character in word):
        return None
    decoded = "".join(_TCVN3.get(character, character) for character in word)
    return _LOST_U_HORN.sub(_with_u_horn, decoded)


def _with_u_horn(match: re.Match[str]) -> str:
    return ("Ư" if match[1].isupper() else "ư") + match[1]


def _hyphen_to_u_horn(match: re.Match[str]) -> str:
    left, right = match.groups()
    joined = f"{left}\xad{right}"
    decoded = _decode_tcvn3(joined)
    if decoded and is_syllable(decoded) and re.search("[a-z]", joined):
        return joined
    return match[0]


def _repair_tcvn3_line(line: str) -> str:
    words = list(_TCVN3_WORD.finditer(line))
    shouted = _shouted([match[0] for match in words])
    repaired = []
    end = 0
    for match, is_shouted in zip(words, shouted, strict=True):
        word = match[0]
        decoded = None if word in _LONE_SYMBOLS else _decode_tcvn3(word)
        if decoded is None:
            decoded = word
        elif is_shouted:
            decoded = decoded.upper()
        repaired += [line[end : match.start()], decoded]
        end = match.end()
    return "".join(repaired) + line[end:]


def _shouted(words: list[str]) -> list[bool]:
    """For each word of a line: are its marked letters capitals that lost their font?

    "VIÖT" shows it. "Hµ" could be Hà or HÀ, so the nearest words on the line that show
    their case decide; abbreviations such as UBND do not count.
    """
    cases = [_case_of(word) for word in words]
    shown = [
        "" if case == "capital" and not _is_tcvn3_syllable(word) else case
        for word, case in zip(words, cases, strict=True)
    ]
    before = list(accumulate(shown, _latest))
    after = list(accumulate(reversed(shown), _latest))[::-1]
    return [
        case == "capital" or (not case and {left, right} - {""} == {"capital"})
        for case, left, right in zip(cases, before, after, strict=True)
    ]


def _latest(case: str, following: str) -> str:
    return following or case


def _case_of(word: str) -> str:
    """Whether a word is in "small" letters, in "capital" ones, or gives no hint ("")."""
    if re.search("[a-z]", word):
        return "small"
    capitals = sum("A" <= letter <= "Z" or letter in _TCVN3_CAPITALS for letter in word)
    return "capital" if capitals > 1 else ""


def _is_tcvn3_syllable(word: str) -> bool:
    decoded = _decode_tcvn3(word)
    return decoded is not None and is_syllable(decoded)
