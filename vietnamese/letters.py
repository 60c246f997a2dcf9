"""The Vietnamese alphabet: letters, tones, and what a written syllable may look like.

Sources: the alphabet and tone order of the Hoàng Phê dictionary (Trung tâm Từ điển học);
the syllable structure onset + rime + tone as school grammars describe it.
"""

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Lower-case letters in dictionary order; f, j, w, z stand where the Latin alphabet has them."""

VOWELS = "aăâeêioôơuưy"

TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Combining marks of huyền, hỏi, ngã, sắc, nặng: dictionary order after ngang (no mark)."""


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_lower_marked = "".join(
    letter
    for vowel in VOWELS
    for letter in (vowel, *(_compose(vowel + tone) for tone in TONES))
    if not letter.isascii()
)
MARKED_LETTERS = _lower_marked + "đ" + _lower_marked.upper() + "Đ"
"""Every precomposed Vietnamese letter outside ASCII, 67 small ones, then 67 capitals."""

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu "
    "i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo "
    "oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôp uôt uơ up ut "
    "uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ươc ươi ươm ươn ương ươp ươt ươu "
    "ưm ưn ưng ưt ưu y yêm yên yêng yêt yêu"
)
_RIMES_AFTER_QU = "ych ynh yên yêt yn yt"
_SYLLABLE = re.compile(
    "(?:{})?(?:{})|qu(?:{})".format(*(spellings.replace(" ", "|") for spellings in (_ONSETS, _RIMES, _RIMES_AFTER_QU)))
)
_STOPPED = re.compile(r"(?:c|ch|p|t)\Z")
_SHARP, _HEAVY = 4, 5


def split_tone(syllable: str) -> tuple[str, int]:
    """Return the syllable without tone marks, and its tone: 0 ngang, 1 huyền … 5 nặng.

    The place of the mark does not matter: "hòa" and "hoà" both give ("hoa", 1). With several
    tone marks, which no Vietnamese syllable has, the last one counts.
    """
    tone = 0
    kept = []
    for character in unicodedata.normalize("NFD", syllable):
        found = TONES.find(character)
        if found < 0:
            kept.append(character)
        else:
            tone = found + 1
    return _compose("".join(kept)), tone


def is_syllable(word: str) -> bool:
    """Whether `word` is built like one Vietnamese syllable ("nghĩa", "Quyết", "an").

    A check of spelling, not of a dictionary: "thộ" passes although no such word is in use. A
    syllable closed by c, ch, p or t carries sắc or nặng and no other tone, as in every
    Vietnamese word.
    """
    letters = word.lower()
    toneless, tone = split_tone(letters)
    if sum(mark in TONES for mark in unicodedata.normalize("NFD", letters)) > 1:
        return False
    if not _SYLLABLE.fullmatch(toneless):
        return False
    return not _STOPPED.search(toneless) or tone in (_SHARP, _HEAVY)
