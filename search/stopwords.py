"""What a question is made of beside its telling words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.words import Syllable, key_of, syllables

# The longest that fits is left out; so "cần những giấy tờ gì" goes and "giấy tờ" alone stays.
QUESTIONS = """
làm thế nào để; làm thế nào; làm như thế nào; làm sao để; làm sao; phải làm sao; phải làm gì; cần làm gì; như thế nào; thế nào; ra sao
cần những giấy tờ gì; cần giấy tờ gì; cần các giấy tờ gì; cần những gì; cần gì; cần mang gì; cần chuẩn bị gì; cần chuẩn bị những gì
cần mang theo những gì; cần mang theo giấy tờ gì; gồm những giấy tờ gì; gồm những gì; gồm giấy tờ gì; những giấy tờ gì; giấy tờ gì; những gì
ở đâu; nộp ở đâu; làm ở đâu; nộp hồ sơ ở đâu; tại đâu; chỗ nào; nơi nào; ở chỗ nào; đi đâu
bao giờ; khi nào; lúc nào; ngày nào; từ bao giờ; đến bao giờ; mấy giờ; bao nhiêu; bao nhiêu tiền; hết bao nhiêu tiền; hết bao nhiêu
mất bao nhiêu tiền; mất bao lâu; bao lâu; trong bao lâu; bao nhiêu ngày; mấy ngày; trong mấy ngày
là gì; là ai; là như thế nào; nghĩa là gì; có được không; được không; có phải không; phải không; có không; hay không; hay chưa; chưa
xin hỏi; cho hỏi; cho tôi hỏi; cho em hỏi; xin cho hỏi; xin cho tôi hỏi; cho mình hỏi; em muốn hỏi; tôi muốn hỏi; tôi muốn; em muốn
tôi cần; em cần; muốn biết; tôi muốn biết; tôi muốn làm; tôi muốn xin; muốn xin; muốn làm; cho biết; xin cho biết; nhờ tư vấn; xin tư vấn
thông tin về; tin về; tin tức về; tìm hiểu về; những điều cần biết về; cách để; cách thức; cách làm; có cách nào; hướng dẫn cách
vì sao; tại sao; những ai; ai được; ai là; có những; gồm có; bao gồm; trong trường hợp; thì làm; thì phải
quy trình làm; ở xã mình; xã mình; xã ta; quê mình; nhà tôi; nhà em; nhà mình; của tôi; của em; của mình
"""
WORDS = """
của và là có được cho các những này thì mà để với trong tại ở về khi như nào gì đâu sao ai hay hoặc bị bởi do vì nên cũng đã đang sẽ rồi
ạ nhé tôi em mình xin hỏi muốn cần phải làm việc từ đến
"""
# Typed without accents these may be words that tell: chợ, lúa mạ, tư, bể, đen …
AMBIGUOUS = {
    "cho",
    "do",
    "ma",
    "den",
    "tu",
    "ve",
    "ai",
    "em",
    "da",
    "se",
    "bi",
    "vi",
    "nen",
    "sao",
    "dau",
    "o",
    "hay",
    "co",
}


def _listed(text: str) -> dict[str, list[tuple[Syllable, ...]]]:
    found: dict[str, list[tuple[Syllable, ...]]] = {}
    for phrase in text.replace("\n", ";").split(";"):
        if words := tuple(syllables(phrase)):
            found.setdefault(key_of(words), []).append(words)
    return found


_QUESTIONS = _listed(QUESTIONS)
_LONGEST = max(len(words) for listed in _QUESTIONS.values() for words in listed)
_WORDS = _listed(";".join(WORDS.split()))


def question_at(typed: Sequence[Syllable], start: int) -> int:
    """How many words from `start` on only ask; 0 for none."""
    for length in range(min(_LONGEST, len(typed) - start), 1, -1):
        said = typed[start : start + length]
        if any(_agree(said, listed) for listed in _QUESTIONS.get(key_of(said), ())):
            return length
    return 0


def is_filling(word: Syllable) -> bool:
    """Whether a word that stands alone tells nothing."""
    if not word.has_marks and word.folded in AMBIGUOUS:
        return False
    return any(_agree([word], listed) for listed in _WORDS.get(word.folded, ()))


def _agree(said: Iterable[Syllable], listed: Iterable[Syllable]) -> bool:
    return all(word.agrees_with(other) for word, other in zip(said, listed, strict=True))
