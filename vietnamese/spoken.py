"""Text as it is read aloud over a loudspeaker: numbers, dates, times, units and abbreviations in words."""

import re
from collections.abc import Callable

from vietnamese.text import to_nfc

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MILLIARD = 10**9
# A longer number counts nothing: it names something and is read digit by digit.
LONGEST_NUMBER = 12

ABBREVIATIONS = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "BCH": "Ban Chỉ huy",
    "BCĐ": "Ban Chỉ đạo",
    "PCTT": "phòng, chống thiên tai",
    "TKCN": "tìm kiếm cứu nạn",
    "PCCC": "phòng cháy, chữa cháy",
    "CNCH": "cứu nạn, cứu hộ",
    "ANTT": "an ninh trật tự",
    "ATGT": "an toàn giao thông",
    "KTTV": "khí tượng thủy văn",
    "ATNĐ": "áp thấp nhiệt đới",
    "QĐ": "quyết định",
    "QL": "quốc lộ",
    "TL": "tỉnh lộ",
    "ĐT": "đường tỉnh",
    "TTHC": "thủ tục hành chính",
    "TTHCC": "Trung tâm Phục vụ hành chính công",
    "CCCD": "căn cước công dân",
    "BHYT": "bảo hiểm y tế",
    "BHXH": "bảo hiểm xã hội",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TP": "thành phố",
    "TP.": "thành phố",
    "đ/c": "đồng chí",
    "SĐT": "số điện thoại",
    "ĐTDĐ": "điện thoại di động",
    "Covid-19": "Cô-vít mười chín",
}
UNITS = {
    "km/h": "ki-lô-mét một giờ",
    "m/s": "mét một giây",
    "km²": "ki-lô-mét vuông",
    "km2": "ki-lô-mét vuông",
    "m²": "mét vuông",
    "m2": "mét vuông",
    "m³": "mét khối",
    "m3": "mét khối",
    "km": "ki-lô-mét",
    "cm": "xen-ti-mét",
    "mm": "mi-li-mét",
    "m": "mét",
    "kg": "ki-lô-gam",
    "g": "gam",
    "ha": "héc-ta",
    "kV": "ki-lô-vôn",
    "kW": "ki-lô-oát",
    "°C": "độ C",
    "%": "phần trăm",
    "đ": "đồng",
}

# (?<!\d[.,]) and the like: a part of a longer number is no number of its own.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DATE = re.compile(
    r"(?P<said>\bngày\s+)?(?<![\d/])(?P<day>0?[1-9]|[12]\d|3[01])\s?[/-]\s?(?P<month>0?[1-9]|1[0-2])"
    r"\s?[/-]\s?(?P<year>[12]\d{3})(?![\d/])",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?P<said>\bngày\s+)(?P<day>0?[1-9]|[12]\d|3[01])/(?P<month>0?[1-9]|1[0-2])(?![\d/])", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d.,:/])(?P<hour>[01]?\d|2[0-4])(?:\s?(?:giờ|h|g)\s?(?P<minute>[0-5]\d)(?:\s?(?:phút|ph|p)\b)?|"
    r":(?P<colon>[0-5]\d)|\s?(?:h|giờ)\b)(?![\d:])",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<![\d.,])(?:\+84|0|1[89]00)(?:[ .-]?\d){4,10}(?![\d])")
# The numbers everybody calls stand behind a word that says so: 114 households are no number to call.
_HOTLINE = re.compile(
    r"(?P<said>\b(?:gọi|số|máy|thoại|nóng)\s+)(?P<number>11[1-5])(?!\d)"
    r"|(?P<and>\b(?:hoặc|và)\s+|,\s)(?P<other>11[1-5])(?=\s*(?:[,.;:!?)]|hoặc\b|và\b|$))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<=\d)\s?[–-]\s?(?=\d)")
_SLASH = re.compile(r"(?<=\d)/(?=\d)")
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<part>\d+))?"
    rf"(?:\s?(?P<unit>{'|'.join(map(re.escape, sorted(UNITS, key=len, reverse=True)))})(?!\w))?(?!\w)"
)
_LEFT = re.compile(r"\d+")
_ABBREVIATION = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(ABBREVIATIONS, key=len, reverse=True)))})(?![^\W\d])"
)


def number_words(number: int) -> str:
    """A whole number in words: 2026 → "hai nghìn không trăm hai mươi sáu". Raises ValueError below 0."""
    if number < 0:
        raise ValueError(f"no number to count with: {number}")
    if number >= _MILLIARD:
        rest = number % _MILLIARD
        head = f"{number_words(number // _MILLIARD)} tỷ"
        return f"{head} {_below_milliard(rest, is_head=False)}" if rest else head
    return _below_milliard(number, is_head=True) or DIGITS[0]


def _below_milliard(number: int, *, is_head: bool) -> str:
    words: list[str] = []
    for size, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        part, number = divmod(number, size)
        if part:
            words.append(f"{_below_thousand(part, is_head=is_head and not words)} {name}".strip())
    return " ".join(words)


def _below_thousand(number: int, *, is_head: bool) -> str:
    """Behind a larger part the hundreds are said even when there are none: không trăm lẻ năm."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [DIGITS[hundreds], "trăm"] if hundreds or not is_head else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens:
        words.append("mười")
    elif ones and words:
        words.append("lẻ")
    if ones:
        words.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 and tens else DIGITS[ones])
    return " ".join(words)


def digit_words(text: str) -> str:
    """The digits of a text one by one: 0237 → "không hai ba bảy"."""
    return " ".join(DIGITS[int(digit)] for digit in re.findall("[0-9]", text))


def spoken(text: str) -> str:
    """`text` as a speaker reads it: no digit, no abbreviation that is known, no address of the web."""
    text = _ADDRESS.sub("", to_nfc(text))
    rules: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_ABBREVIATION, lambda found: ABBREVIATIONS[found[0]]),
        (_DATE, _date_words),
        (_DAY, _date_words),
        (_TIME, _time_words),
        (_TELEPHONE, lambda found: digit_words(found[0].replace("+84", "0"))),
        (_HOTLINE, lambda found: (found["said"] or found["and"]) + digit_words(found["number"] or found["other"])),
        (_RANGE, lambda found: " đến "),
        (_SLASH, lambda found: " trên "),
        (_NUMBER, _number_words),
        # What is left stands inside a word: 10A, QL1.
        (_LEFT, lambda found: f" {_whole(found[0])} "),
    )
    for pattern, words in rules:
        text = pattern.sub(words, text)
    return re.sub(r" +([,.;:!?])", r"\1", " ".join(text.split()))


def _date_words(found: re.Match[str]) -> str:
    day, month = number_words(int(found["day"])), number_words(int(found["month"]))
    said = found["said"] or "ngày "
    # The fourth month has a name of its own.
    text = f"{said}{day} tháng {'tư' if month == DIGITS[4] else month}"
    year = found.groupdict().get("year")
    return f"{text} năm {number_words(int(year))}" if year else text


def _time_words(found: re.Match[str]) -> str:
    hour, minute = number_words(int(found["hour"])), int(found["minute"] or found["colon"] or 0)
    return f"{hour} giờ {number_words(minute)} phút" if minute else f"{hour} giờ"


def _number_words(found: re.Match[str]) -> str:
    words = _whole(found["whole"])
    if part := found["part"]:
        words += f" phẩy {digit_words(part) if part.startswith('0') or len(part) > 2 else number_words(int(part))}"
    return f"{words} {UNITS[found['unit']]}" if found["unit"] else words


def _whole(digits: str) -> str:
    """A number that is counted with; one with a zero in front, or too long, digit by digit."""
    plain = digits.replace(".", "")
    is_name = len(plain) > LONGEST_NUMBER or (len(plain) > 2 and plain.startswith("0"))
    return digit_words(plain) if is_name else number_words(int(plain))
