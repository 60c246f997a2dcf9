from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vietnamese import one_line, paragraphs, to_nfc, xml_text

anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Nhu\u031b  Xua\u0302n\r\n", "Như Xuân"),
        ("Hội\u000bnghị", "Hội nghị"),
        ("a\x00b\ufffec\ud800d", "a b c d"),
        ("Điều\u00a05", "Điều\u00a05"),
        ("Điều \u00a0 5", "Điều 5"),
        ("\u200b\u2060\u00ad\u3164\u2800 \u0301\ufe0f", ""),
        ("\U000e0001\u180e", ""),
        ("★", "★"),
    ],
)
def test_one_line(typed, stored):
    assert one_line(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"), ("\n a\x0bb \n\n c\n", "a b \n\n c"), (" \r\n\u200d\t", "")],
)
def test_paragraphs(typed, stored):
    assert paragraphs(typed) == stored


@given(anything)
@example("\u2329\u200d")  # NFC makes another sign of the first, and the joiner is then looked at beside that
@example("\u2adc\u200d")
def test_a_text_in_its_stored_form_stays_as_it_is(text):
    for form in (to_nfc, one_line, paragraphs):
        stored = form(text)

        assert form(stored) == stored
        assert unicodedata.is_normalized("NFC", stored)
        assert xml_text(stored) == stored
        stored.encode()


@given(anything)
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(text) == one_line(text).strip()
