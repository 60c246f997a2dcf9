"""Text as it is read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese import number_words, spoken


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm lẻ một"),
        (105, "một trăm lẻ năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm lẻ năm"),
        (2_026, "hai nghìn không trăm hai mươi sáu"),
        (10_500, "mười nghìn năm trăm"),
        (1_000_001, "một triệu không trăm lẻ một"),
        (1_017_728, "một triệu không trăm mười bảy nghìn bảy trăm hai mươi tám"),
        (2_000_000_000, "hai tỷ"),
        (3_000_500_000, "ba tỷ năm trăm nghìn"),
    ],
)
def test_numbers_in_words(number, words):
    assert number_words(number) == words


def test_counts_no_less_than_nothing():
    with pytest.raises(ValueError, match="-1"):
        number_words(-1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ngày 26/11/2026", "ngày hai mươi sáu tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("26-4-2026", "ngày hai mươi sáu tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("ngày 5/4", "ngày năm tháng tư"),
        ("14h30", "mười bốn giờ ba mươi phút"),
        ("7:00", "bảy giờ"),
        ("5 giờ 5 phút", "năm giờ năm phút"),
        ("lúc 14 giờ 30 phút", "lúc mười bốn giờ ba mươi phút"),
        ("8h", "tám giờ"),
        ("1.250 hộ", "một nghìn hai trăm năm mươi hộ"),
        ("12,5 ha", "mười hai phẩy năm héc-ta"),
        ("37,05%", "ba mươi bảy phẩy không năm phần trăm"),
        ("200–300 mm", "hai trăm đến ba trăm mi-li-mét"),
        ("60km/h", "sáu mươi ki-lô-mét một giờ"),
        ("0237.3999.999", "không hai ba bảy ba chín chín chín chín chín chín"),
        ("+84 900 000 001", "không chín không không không không không không không một"),
        ("1900 9095", "một chín không không chín không chín năm"),
        ("Gọi 113, 114 hoặc 115.", "Gọi một một ba, một một bốn hoặc một một năm."),
        ("Có 114 hộ, 115 nhà", "Có một trăm mười bốn hộ, một trăm mười lăm nhà"),
        ("UBND xã", "Ủy ban nhân dân xã"),
        ("QL45", "quốc lộ bốn mươi lăm"),
        ("lớp 10A", "lớp mười A"),
        ("trực 24/24", "trực hai mươi bốn trên hai mươi bốn"),
        ("Xem https://x.vn/a-1 hoặc viết cho a1@x.vn.", "Xem hoặc viết cho."),
        ("cấp 13", "cấp mười ba"),
        ("HĐND và MTTQ", "Hội đồng nhân dân và Mặt trận Tổ quốc"),
    ],
)
def test_reads_what_stands_in_alerts(text, words):
    assert spoken(text) == words


@given(st.text())
def test_leaves_no_figure_that_is_read_as_one(text):
    assert not any(letter in "0123456789" for letter in spoken(text))
