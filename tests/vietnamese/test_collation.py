import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vietnamese.strategies import vietnamese_text
from vietnamese import name_sort_key, name_sort_text, sort_key, sort_text


@pytest.mark.parametrize(
    "ordered",
    [
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "o", "ô", "ơ", "p", "u", "ư", "v", "x", "y", "z"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "man", "măn", "mân"],
        ["ba", "ba hoa", "ba zan", "bà", "bà con", "bả"],
        ["Dân vận", "Đảng bộ", "Em"],
        ["an", "An", "AN", "án"],
        ["an ninh", "ang", "anh"],
        ["An ninh – Quốc phòng", "Kinh tế", "Văn hóa – Xã hội", "Văn hoá, xã luận"],
        ["Thôn 2", "Thôn 10", "Thôn Đông", "Thôn Tây"],
        ["Thanh Hoá", "Thanh Hóa", "Thanh Hoàng"],
        ["Ăn", "Zét", "Жук", "中"],
    ],
)
def test_sorts_as_a_dictionary_does(ordered):
    shuffled = ordered[::-1]

    assert sorted(shuffled, key=sort_key) == ordered


def test_code_point_order_would_be_wrong():
    words = ["Zét", "Đảng", "Ăn"]

    assert sorted(words) == ["Zét", "Ăn", "Đảng"]
    assert sorted(words, key=sort_key) == ["Ăn", "Đảng", "Zét"]


def test_small_letters_before_capitals():
    assert sorted(["AN", "An", "an"], key=sort_key) == ["an", "An", "AN"]


def test_the_place_of_the_tone_mark_does_not_matter():
    assert sort_key("hòa")[0] == sort_key("hoà")[0]
    assert sort_key("thủy")[0] == sort_key("thuỷ")[0]


def test_sorts_people_by_the_last_word():
    people = ["Trần Văn An", "Đặng Thị Ánh", "Lê Thị Bình", "Nguyễn Văn Bình", "Cao Đạt", "Bùi Ý"]
    shuffled = people[::-1]

    assert sorted(shuffled, key=name_sort_key) == people


def test_sorts_an_empty_name_first():
    assert sorted(["An", ""], key=name_sort_key) == ["", "An"]


@given(vietnamese_text)
def test_composed_and_decomposed_text_have_one_place(text):
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@given(st.lists(st.text()))
@example([" ", "\x08"])
def test_any_texts_can_be_sorted(texts):
    """In one order, whatever order they come in; what is one text once it is stored keeps the order it came in."""
    shuffled = texts[::-1]

    # By their keys: what the normal form makes alike (a space, a control character) has one place.
    assert [sort_key(text) for text in sorted(shuffled, key=sort_key)] == sorted(map(sort_key, texts))
    assert len(sorted(texts, key=name_sort_key)) == len(texts)


@given(st.lists(st.one_of(vietnamese_text, st.text())))
def test_the_order_can_be_stored_as_text(texts):
    # Code point by code point, as PostgreSQL compares UTF-8 by the collation "C".
    assert [sort_key(text)[0] for text in sorted(texts, key=sort_text)] == sorted(sort_key(text)[0] for text in texts)


def test_the_order_of_people_can_be_stored_as_text():
    people = [("An", "Trần Văn"), ("Ánh", "Đặng Thị"), ("Bình", "Lê Thị"), ("Bình", "Nguyễn Văn"), ("Bình An", "Lê")]
    shuffled = people[::-1]

    assert sorted(shuffled, key=lambda names: name_sort_text(*names)) == people
