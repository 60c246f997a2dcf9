"""The Vietnamese of Django, with the portal's catalogue over its own."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest
from django.conf import global_settings
from django.test import RequestFactory
from django.utils import dateformat, translation
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from django.views.i18n import JSONCatalog

FOLDER = Path(__file__).resolve().parents[2] / "locale" / "django" / "vi" / "LC_MESSAGES"
CATALOGUES = {domain: polib.pofile(str(FOLDER / f"{domain}.po")) for domain in ("django", "djangojs")}


def package_folder(package: str) -> Path:
    return Path(find_spec(package).origin).parent


# Postgres is not an installed app, but its range and array fields bring their messages along.
DJANGO_PARTS = [
    "conf",
    "contrib/admin",
    "contrib/auth",
    "contrib/contenttypes",
    "contrib/postgres",
    "contrib/sessions",
]

# The portal speaks Vietnamese only and shows no list of languages.
LANGUAGE_NAMES = {name for _, name in global_settings.LANGUAGES} - {"Vietnamese"}

SAME_IN_BOTH = {
    # Punctuation and patterns without a word.
    "…",
    ", ",
    ":",
    ":?.!",
    "%(truncated_text)s…",
    "%(class_name)s %(instance)s",
    # Units of data and names of protocols.
    "%(size)d byte",
    "%s KB",
    "%s MB",
    "%s GB",
    "%s TB",
    "%s PB",
    "IPv4",
    "IPv6",
}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|{\w*}")
TAG = re.compile(r"</?[a-z]+")
# "hoà", "khoẻ", "thuỷ": in an open syllable the tone belongs on the first of the two vowels ("hòa"),
# except after q, where u is a part of the consonant ("quý").
TONE_ON_THE_SECOND_VOWEL = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def english(part: str, domain: str = "django") -> list[polib.POEntry]:
    """The messages of one part of the installed Django."""
    folder = package_folder("django") / part / "locale" / "en" / "LC_MESSAGES"
    return list(polib.pofile(str(folder / f"{domain}.po")))


def shown(entry: polib.POEntry) -> str:
    """What the portal shows for a message; a plural is asked for with a number above one."""
    if entry.msgid_plural:
        if entry.msgctxt:
            return npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 2)
        return ngettext(entry.msgid, entry.msgid_plural, 2)
    return pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else gettext(entry.msgid)


def shown_by_scripts(entry: polib.POEntry) -> str:
    """What the admin's scripts show for a message."""
    answer = JSONCatalog.as_view(packages=["django.contrib.admin"])(RequestFactory().get("/"))
    key = f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid
    text = json.loads(answer.content)["catalog"].get(key, entry.msgid)
    return text[0] if isinstance(text, list) else text


def translations() -> list[tuple[polib.POEntry, str]]:
    """Every message of the portal's two catalogues with its Vietnamese."""
    return [
        (entry, text)
        for catalogue in CATALOGUES.values()
        for entry in catalogue
        for text in (entry.msgstr_plural.values() or [entry.msgstr])
    ]


@pytest.mark.parametrize("part", DJANGO_PARTS)
def test_django_speaks_vietnamese(part):
    entries = [entry for entry in english(part) if entry.msgid not in SAME_IN_BOTH | LANGUAGE_NAMES]

    left_in_english = [entry.msgid for entry in entries if shown(entry) in {"", entry.msgid, entry.msgid_plural}]

    assert entries
    assert left_in_english == []


def test_scripts_of_the_admin_speak_vietnamese():
    entries = english("contrib/admin", "djangojs")

    left_in_english = [entry.msgid for entry in entries if shown_by_scripts(entry) in {"", entry.msgid}]

    assert entries
    assert left_in_english == []


def test_allow_list_names_only_messages_of_django():
    known = {entry.msgid for part in DJANGO_PARTS for entry in english(part)}

    assert known >= SAME_IN_BOTH


def test_catalogue_holds_no_message_its_package_has_lost():
    known = {(entry.msgctxt, entry.msgid) for part in DJANGO_PARTS for entry in english(part)}
    known_to_scripts = {(entry.msgctxt, entry.msgid) for entry in english("contrib/admin", "djangojs")}

    stale = {(entry.msgctxt, entry.msgid) for entry in CATALOGUES["django"]} - known
    stale |= {(entry.msgctxt, entry.msgid) for entry in CATALOGUES["djangojs"]} - known_to_scripts

    assert stale == set()


@pytest.mark.parametrize("domain", CATALOGUES)
def test_header_and_entries_name_no_machine(domain):
    catalogue = CATALOGUES[domain]

    assert catalogue.metadata["Language"] == "vi"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert catalogue.metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert [entry.msgid for entry in catalogue if entry.occurrences] == []


def test_placeholders_and_tags_agree():
    differing = []
    for entry, text in translations():
        source = entry.msgid_plural or entry.msgid
        wanted, found = PLACEHOLDER.findall(source), PLACEHOLDER.findall(text)
        # A named value may be repeated or said once; an unnamed one is taken by its position.
        unnamed = [item for item in wanted if len(item) == 2]
        if (
            set(wanted) != set(found)
            or unnamed != [item for item in found if len(item) == 2]
            or sorted(TAG.findall(source)) != sorted(TAG.findall(text))
        ):
            differing.append(entry.msgid)

    assert differing == []


def test_text_is_composed_and_tidy():
    untidy = [
        text
        for entry, text in translations()
        if not unicodedata.is_normalized("NFC", text)
        or re.search(r"  | [.,:;?!](?!\w)", text)
        or (text != text.strip(" ") and entry.msgid == entry.msgid.strip(" "))
    ]

    assert untidy == []


def test_tone_stands_on_the_first_vowel():
    shown_by_django = [shown(entry) for part in DJANGO_PARTS for entry in english(part)]

    misplaced = [
        text
        for text in [*shown_by_django, *(text for _, text in translations())]
        if TONE_ON_THE_SECOND_VOWEL.search(text)
    ]

    assert misplaced == []


@pytest.mark.parametrize("text", ["hoà bình", "sức khoẻ", "huỷ bỏ", "Thuỷ"])
def test_tone_on_the_second_vowel_is_recognised(text):
    assert TONE_ON_THE_SECOND_VOWEL.search(text)


@pytest.mark.parametrize("text", ["hòa bình", "sức khỏe", "hủy bỏ", "quý", "hoạt động", "toàn quyền", "Thủy"])
def test_tone_on_the_first_vowel_is_accepted(text):
    assert not TONE_ON_THE_SECOND_VOWEL.search(text)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("user", "người dùng"),
        ("users", "người dùng"),
        ("group", "nhóm"),
        ("permission", "quyền"),
        ("password", "mật khẩu"),
        ("staff status", "là cán bộ quản trị"),
        ("superuser status", "toàn quyền"),
        ("Delete", "Xóa"),
        ("History", "Lịch sử"),
        ("Log out", "Đăng xuất"),
        ("View site", "Xem trang"),
        ("Password reset unsuccessful", "Không đặt lại được mật khẩu"),
    ],
)
def test_admin_uses_the_words_of_the_office(message, text):
    assert gettext(message) == text


def test_timesince_counts_in_vietnamese():
    start = datetime(2026, 11, 23, 10, 0)

    assert timesince(start, start + timedelta(hours=2, minutes=5)) == "2\xa0giờ, 5\xa0phút"
    assert timesince(start, start + timedelta(weeks=1, days=1)) == "1\xa0tuần, 1\xa0ngày"


def test_names_of_days_and_halves_of_the_day():
    assert dateformat.format(date(2026, 11, 23), "l, j F") == "Thứ Hai, 23 tháng 11"
    assert dateformat.format(date(2026, 11, 22), "l (D)") == "Chủ nhật (CN)"
    assert dateformat.time_format(time(0, 5), "g:i A") == "12:05 SA"
    assert dateformat.time_format(time(23, 5), "g:i A") == "11:05 CH"
