"""One spelling for each word, in the database as in Python."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from demo.articles import load_articles
from search.words import canonical, folded, syllables, written

WORDS = [
    *(
        "hoà",
        "hòa",
        "uỷ ban",
        "ủy ban",
        "thuý",
        "thúy",
        "ký",
        "kí",
        "lý",
        "lí",
        "mỹ",
        "sỹ",
        "sĩ",
        "quý",
        "quí",
        "tỷ",
        "tỉ",
    ),
    *("Đường Nguyễn Huệ", "ĐƯỜNG", "45/QĐ-UBND", "45/qd-ubnd", "30.000 đ", "437,9", "12/11/2026", "a.b@c.vn", "VNeID"),
    *(
        "(một) “hai”; ba – bốn… năm",
        "sáu. bảy, tám: chín! mười?",
        "kết.thúc",
        "tho\u00adi",
        "Thụy",
        "Vy",
        "huy",
        "khuya",
    ),
    *(
        "Müller",
        "façade",
        "Ðức",
        "x" * 50,
        "́",
        "a ̂ b",
        "e\u0323\u0302",
        "漢字",
        "a|b",
        "[x]{y}",
        "\u00a0",
        "",
        "|",
        "đ",
        "D",
    ),
]


def in_database(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_canonical(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [form(word) for word in WORDS for form in (str, lambda w: unicodedata.normalize("NFD", w))]
)
def test_the_database_spells_like_python(text):
    assert in_database(text) == canonical(text)


@pytest.mark.django_db
def test_the_database_spells_the_demonstration_like_python():
    for article in load_articles():
        for text in (article.title, article.summary, article.body):
            assert in_database(text) == canonical(text)


class AnyTextTests(TestCase):
    @given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
    @example("ký\u0301 uỷ")
    def test_the_database_spells_like_python(self, text):
        assert in_database(text) == canonical(text)

    @given(st.text(alphabet="aăâeêoôơuưiyđbcghklmnpqrstvx ̛̣̀́̂̆̃̉|.,()", max_size=80))
    def test_every_text_has_lexemes(self, text):
        with connection.cursor() as cursor:
            cursor.execute("SELECT news_terms(1, 1, 'news', now(), %s, %s, %s)", [text, text, text])


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("uỷ", "ủy"), ("ký", "kí"), ("bác sỹ", "bác sĩ"), ("QUÝ", "quí"), ("Ðức", "Đức")]
)
def test_both_schools_are_one(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("má", "mà"), ("ban", "bàn"), ("thuy", "thui"), ("đa", "da"), ("o", "ơ")])
def test_other_words_are_others(one, other):
    assert canonical(one) != canonical(other)


def test_folded_is_without_accents():
    assert folded(canonical("Đăng ký tại Uỷ ban")) == "dang ki tai uy ban"


SYLLABLES = (
    *("đường", "nghị", "quyết", "giấy", "khai", "sinh", "tiếp", "huyện", "thủy", "hòa", "quý", "ký", "tỷ", "lễ", "giờ"),
    *("gì", "quỹ", "phụ", "ưu", "tuổi", "người", "khuya", "xoài", "thuở"),
)


@pytest.mark.parametrize("word", SYLLABLES)
def test_is_written_as_people_write_it(word):
    (syllable,) = syllables(word)

    assert written(syllable.exact) == word
