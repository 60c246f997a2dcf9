import time

import pytest
from hypothesis import assume, given

from tests.vietnamese.strategies import SENTENCE, sentences
from vietnamese import detect_legacy_encoding, repair_legacy

MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam"

# The encodings written down a second time, one letter a line of thought: the codes of
# TCVN 5712:1993 by number, and the VNI marks letter by letter.
TCVN3_CODES = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
TCVN3 = {letter: chr(first + i) for first, letters in TCVN3_CODES.items() for i, letter in enumerate(letters)}
VNI_LETTERS = (
    "à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ è ẻ ẽ é ẹ ê ề ể ễ ế ệ ì ỉ ĩ í ị "
    "ò ỏ õ ó ọ ô ồ ổ ỗ ố ộ ơ ờ ở ỡ ớ ợ ù ủ ũ ú ụ ư ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ đ"
)
VNI_CODES = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï "
    "yø yû yõ yù î ñ"
)
VNI = dict(zip(VNI_LETTERS.split(), VNI_CODES.split(), strict=True))


def in_tcvn3(text):
    return "".join(TCVN3.get(letter) or TCVN3.get(letter.lower(), letter) for letter in text)


def in_vni(text):
    return "".join(
        VNI.get(letter) or (VNI[letter.lower()].upper() if letter.lower() in VNI else letter) for letter in text
    )


def test_the_test_tables_are_complete():
    assert len(TCVN3) == 67 + 7
    assert len(VNI) == 67


@pytest.mark.parametrize(
    ("pasted", "encoding", "text"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "tcvn3", MOTTO),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni", MOTTO),
        ("§éc lËp - Tù do - H¹nh phóc", "tcvn3", "Độc lập - Tự do - Hạnh phúc"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "vni", "Độc lập - Tự do - Hạnh phúc"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "vni", MOTTO.upper()),
        ("UÛY BAN NHAÂN DAÂN", "vni", "ỦY BAN NHÂN DÂN"),
        ("ViÖt Nam", "tcvn3", "Việt Nam"),
        ("H\u03bc Néi c\u03bcng ®Ñp", "tcvn3", "Hà Nội càng đẹp"),
        ("Vieät Nam", "vni", "Việt Nam"),
        ("B¸o c¸o tµi chÝnh n¨m 2003", "tcvn3", "Báo cáo tài chính năm 2003"),
        ("QuyÕt ®Þnh cña Bé tr\xadëng Bé Néi vô", "tcvn3", "Quyết định của Bộ trưởng Bộ Nội vụ"),
        ("ñöôïc nhöõng chæ thò", "vni", "được những chỉ thị"),
    ],
)
def test_recognises_and_repairs(pasted, encoding, text):
    assert detect_legacy_encoding(pasted) == encoding
    assert repair_legacy(pasted, encoding) == text


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", MOTTO.upper()),
        ("§¶NG Bé Hµ NéI", "ĐẢNG BỘ HÀ NỘI"),
        ("UBND Hµ Néi", "UBND Hà Nội"),
        ("HTX Hµ", "HTX Hà"),
        ("Hµ Néi\nHµ NéI", "Hà Nội\nHÀ NỘI"),
        ("Bµ Vò ThÞ ý", "Bà Vũ Thị ý"),
        ("ñy ban nh©n d©n", "ủy ban nhân dân"),
    ],
)
def test_restores_tcvn3_capitals_as_far_as_the_text_tells(pasted, text):
    assert repair_legacy(pasted, "tcvn3") == text


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("Nh- Xu©n, tr-êng häc, ng-êi d©n v-ît khã", "Như Xuân, trường học, người dân vượt khó"),
        ("Bé trëng, ph¬ng ¸n, nhµ níc", "Bộ trưởng, phương án, nhà nước"),
        ("gi-êng bÖnh, h-¬ng -íc", "giường bệnh, hương -ước"),
        ("khu B-A, m« h×nh V-A-C, -u", "khu B-A, mô hình V-A-C, -u"),
        ("kinh tÕ-x· héi, 45/Q§-UBND - §éc lËp", "kinh tế-xã hội, 45/QĐ-UBND - Độc lập"),
    ],
)
def test_brings_back_the_letter_that_became_a_hyphen_or_was_lost(pasted, text):
    assert repair_legacy(pasted, "tcvn3") == text


def test_keeps_what_is_no_legacy_word():
    assert repair_legacy("· Việt Nam: ViÖt Nam © 2003, 3 × 4, 500.000®", "tcvn3") == (
        "· Việt Nam: Việt Nam © 2003, 3 × 4, 500.000đ"
    )
    assert repair_legacy("Việt Nam, garçon, Vieät Nam", "vni") == "Việt Nam, garçon, Việt Nam"


def test_refuses_an_unknown_encoding():
    with pytest.raises(ValueError, match="viscii"):
        repair_legacy("ViÖt Nam", "viscii")


@pytest.mark.parametrize(
    ("pasted", "encoding"),
    [
        ("§¶NG Bé Hµ NéI", "tcvn3"),
        ("®i xem", "tcvn3"),
        ("Gi¸ 500.000®, 300.000®, 200.000®", "tcvn3"),
        ("UBND TP HCM, HTX ViÖt Nam", "tcvn3"),
        ("Tæ d©n phè B, C, D", "tcvn3"),
        ("töông lai", "vni"),
        ("UBND TP HCM, HTX Vieät Nam", "vni"),
    ],
)
def test_recognises_headings_prices_and_abbreviations(pasted, encoding):
    assert detect_legacy_encoding(pasted) == encoding


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hoàn toàn",
        "Khoá an toàn cho em",
        "Seán is here",
        "Văn bản cũ ghi: ViÖt Nam, nhưng bản mới đã được sửa",
        "Thông báo lịch tiếp công dân tháng 11",
        SENTENCE,
        SENTENCE.upper(),
        "Hà Nam",
        "cô bé",
        "Thông báo tôn giáo",
        "Độ sâu 5 µm, giá 3.000®, 20 °C, § 5, ½ kg, «trích», 3 × 4",
        "The quick brown fox © 2026 Example® • naïve café, 5 µm filter, £50 ± 2",
        "Seán Ó Briain met Zoë and Chloë in São Paulo",
        "déjà vu, château, Noël",
        "Où est passé l'été ? Ça coûte très cher, là-bas, à côté du château. « Voilà » !",
        "Thaï",
        "Œuvre d'art, maïs, naïf, aiguë, Israël, aérien, forêt, goût, août, mère, père, né",
        "Fußgängerübergänge für Mädchen über größere Straßen, schöne Grüße aus Köln und München",
        "Müller",
        "¿Aún no? El niño añadió más maíz al baúl según José, 1ª edición",
        "Så må vi gå på bussen, også når det er få på øya",
        "A coleção não está disponível; às três irmãs, o pão e a mãe",
        "Příliš žluťoučký kůň úpěl ďábelské ódy",
        "Zażółć gęślą jaźń",
        "col·lecció, paral·lel",
    ],
)
def test_does_not_take_other_text_for_legacy(text):
    assert detect_legacy_encoding(text) is None


@given(sentences)
def test_repairs_every_tcvn3_sentence(sentence):
    assert repair_legacy(in_tcvn3(sentence), "tcvn3") == sentence
    assert repair_legacy(in_tcvn3("Phường Nam " + sentence), "tcvn3") == "Phường Nam " + sentence


@given(sentences)
def test_repairs_every_tcvn3_heading_in_capitals(sentence):
    heading = f"THÔNG BÁO {sentence.upper()} NĂM"

    assert repair_legacy(in_tcvn3(heading), "tcvn3") == heading


@given(sentences)
def test_repairs_every_vni_sentence(sentence):
    for text in (sentence, sentence.title(), sentence.upper()):
        assert repair_legacy(in_vni(text), "vni") == text


@given(sentences)
def test_leaves_unicode_sentences_alone(sentence):
    assert detect_legacy_encoding(sentence) is None
    assert detect_legacy_encoding(sentence.upper()) is None


@given(sentences)
def test_never_names_the_other_encoding(sentence):
    assume(len(set(sentence.split())) > 2)

    assert detect_legacy_encoding(in_tcvn3(sentence)) in {"tcvn3", None}
    assert detect_legacy_encoding(in_vni(sentence)) in {"vni", None}


def test_recognises_a_whole_text():
    assert detect_legacy_encoding(in_tcvn3(SENTENCE)) == "tcvn3"
    assert detect_legacy_encoding(in_vni(SENTENCE)) == "vni"
    assert repair_legacy(in_tcvn3(SENTENCE), "tcvn3") == SENTENCE


@pytest.mark.parametrize("pasted", ["Hµ " * 20_000, "-" * 60_000, "a" * 60_000, "tr-ëng" * 10_000, "ÖÖ" * 30_000])
def test_takes_no_long_time_over_a_long_paste(pasted):
    started = time.thread_time()

    detect_legacy_encoding(pasted)
    repair_legacy(pasted, "tcvn3")
    repair_legacy(pasted, "vni")

    assert time.thread_time() - started < 5
