import re
import unicodedata

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vietnamese.strategies import vietnamese_text
from vietnamese import FOLD_FROM, FOLD_TO, fold, slugify, to_nfc, truncate
from vietnamese.letters import MARKED_LETTERS


def nfd(text):
    return unicodedata.normalize("NFD", text)


def test_composes_a_mac_paste():
    assert len(nfd("Như Xuân")) == 10

    assert to_nfc(nfd("Như Xuân")) == "Như Xuân"
    assert len(to_nfc(nfd("Như Xuân"))) == 8


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("Ðức Thọ", "Đức Thọ"),
        ("ðược", "được"),
        ("Nghị quyết 45/NQ-HÐND", "Nghị quyết 45/NQ-HĐND"),
        ("QÐ-UBND", "QĐ-UBND"),
        ("Ɖặng", "Đặng"),
        ("d\u0335ường D\u0336ông", "đường Đông"),
        ("a\u0301\u0302n", "ấn"),
        ("hô\u0323i", "hội"),
        ("Xã\u200d Như Xuân", "Xã Như Xuân"),
        ("\ufeffThông\u200b báo\u200e", "Thông báo"),
    ],
)
def test_repairs_what_pdf_files_and_old_keyboards_leave(pasted, stored):
    assert to_nfc(pasted) == stored


@pytest.mark.parametrize(
    "text", ["Davíð Oddsson, það", "Hà\u00a0Nội  2026", "👨\u200d👩\u200d👧", "tr\u00adêng", "½ m²"]
)
def test_leaves_alone_what_an_editor_may_have_meant(text):
    assert to_nfc(text) == text


@given(st.text())
@example("á\u0302\u0302\u0306")
def test_normalising_twice_changes_nothing_more(text):
    assert to_nfc(to_nfc(text)) == to_nfc(text)
    assert unicodedata.is_normalized("NFC", to_nfc(text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Như Xuân", "nhu xuan"),
        ("45/QĐ-UBND", "45/qd-ubnd"),
        ("45/QÐ-UBND", "45/qd-ubnd"),
        ("hoà thuỷ uỷ", fold("hòa thủy ủy")),
        ("Đường ĐƯỜNG đường", "duong duong duong"),
        ("MÁ mà ma", "ma ma ma"),
        ("Café Müller", "cafe muller"),
    ],
)
def test_folds_for_search(text, folded):
    assert fold(text) == folded


@given(st.text())
@example("İstanbul")
@example("ΑΣ\u0301")
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_the_fold_table_covers_every_vietnamese_letter():
    assert len(FOLD_FROM) == len(FOLD_TO) == 134 + 4
    assert len(set(FOLD_FROM)) == len(FOLD_FROM)
    assert set(FOLD_TO) == set("aeiouyd")
    assert set(MARKED_LETTERS) <= set(FOLD_FROM)
    assert {len(letter) for letter in map(to_nfc, MARKED_LETTERS)} == {1}


@given(vietnamese_text)
def test_the_fold_table_equals_fold(text):
    assert text.translate(str.maketrans(FOLD_FROM, FOLD_TO)).lower() == fold(text)


@pytest.mark.django_db
def test_postgresql_folds_as_python_does():
    text = FOLD_FROM + " 45/QĐ-UBND Nguyễn Thị Ỷ ABCXYZ abcxyz"

    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(translate(%s, %s, %s))", [text, FOLD_FROM, FOLD_TO])
        (folded,) = cursor.fetchone()

    assert folded == fold(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Đổi mới chất lượng hoạt động HĐND cấp huyện", "doi-moi-chat-luong-hoat-dong-hdnd-cap-huyen"),
        ("Đường Nguyễn Huệ được nâng cấp", "duong-nguyen-hue-duoc-nang-cap"),
        (nfd("Đường Nguyễn Huệ được nâng cấp"), "duong-nguyen-hue-duoc-nang-cap"),
        ("Chính trị – Xây dựng Đảng", "chinh-tri-xay-dung-dang"),
        ("Quyết định 45/QĐ-UBND", "quyet-dinh-45-qd-ubnd"),
        ("  “Ngày hội”: 50%…", "ngay-hoi-50"),
        ("", "bai-viet"),
        ("中文 !!!", "bai-viet"),
    ],
)
def test_makes_a_slug(title, slug):
    assert slugify(title) == slug


def test_cuts_a_slug_after_a_whole_word():
    assert slugify("Thông báo lịch tiếp công dân", max_length=18) == "thong-bao-lich"
    assert slugify("Thông báo lịch tiếp công dân", max_length=19) == "thong-bao-lich-tiep"
    assert slugify("a" * 100, max_length=10) == "a" * 10


def test_refuses_a_slug_of_no_length():
    with pytest.raises(ValueError, match="max_length"):
        slugify("Thông báo", max_length=0)


@given(st.text(), st.integers(min_value=1, max_value=120))
def test_every_slug_is_a_valid_address_part(text, max_length):
    slug = slugify(text, max_length)

    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= max_length


@given(vietnamese_text)
def test_composed_and_decomposed_text_agree(text):
    assert fold(nfd(text)) == fold(text)
    assert slugify(nfd(text)) == slugify(text)
    assert truncate(nfd(text), 10) == truncate(text, 10)


def test_cuts_after_a_whole_word():
    assert truncate("Xã Như Xuân ra quân", 11) == "Xã Như Xuân…"
    assert truncate("Xã Như Xuân ra quân", 12) == "Xã Như Xuân…"
    assert truncate("Xã Như Xuân ra quân", 10) == "Xã Như…"
    assert truncate("Xã Như Xuân, ra quân", 12) == "Xã Như Xuân…"


def test_keeps_a_title_that_fits():
    title = "a" * 93

    assert truncate(title) == title
    assert truncate(title + "b") == title + "…"


def test_never_cuts_between_a_letter_and_its_mark():
    assert truncate("bbbx\u0323\u0323y", 4) == "bbb…"


def test_refuses_to_cut_to_nothing():
    with pytest.raises(ValueError, match="limit"):
        truncate("Thông báo", 0)


@given(st.text(), st.integers(min_value=1, max_value=100))
def test_cut_text_keeps_to_the_limit(text, limit):
    cut = truncate(text, limit)

    assert len(cut) <= limit + 1
    assert cut == to_nfc(text).strip() or cut.endswith("…")
    assert to_nfc(text).strip().startswith(cut.removesuffix("…"))
