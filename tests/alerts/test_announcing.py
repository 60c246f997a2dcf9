"""What is read over the loudspeakers, and what goes out as SMS."""

from __future__ import annotations

from datetime import datetime

import pytest

from alerts import sms
from alerts.announcing import sender_of, sms_of, speech_of
from alerts.models import Alert, Level
from communes.models import Commune, SiteIdentity
from vietnamese import VIETNAM


@pytest.fixture
def commune() -> Commune:
    commune = Commune(name="Xã An Hòa", slug="xa-an-hoa")
    commune.site = SiteIdentity(commune=commune, name="Cổng")
    return commune


def alert(**changes) -> Alert:
    values = {
        "headline": "Bão số 3 đổ bộ lúc 14h30, gió cấp 10",
        "text": "Không ra khơi.\nGọi 114 khi cần cứu giúp.",
        "level": Level.URGENT,
        "starts_at": datetime(2026, 11, 26, 8, tzinfo=VIETNAM),
        "ends_at": datetime(2026, 11, 27, 7, 5, tzinfo=VIETNAM),
    } | changes
    return Alert(pk=7, **values)


def test_is_read_twice_in_words(commune):
    speech = speech_of(alert(area="Thôn 2"), commune)

    once, again, twice = speech.split("\n\n")
    assert once.startswith(
        "Thông báo khẩn của Ủy ban nhân dân xã An Hòa. Bão số ba đổ bộ lúc mười bốn giờ ba mươi phút, "
    )
    assert "Gọi một một bốn khi cần cứu giúp. Khu vực: Thôn hai." in once
    assert once.endswith("đến bảy giờ năm phút ngày hai mươi bảy tháng mười một năm hai nghìn không trăm hai mươi sáu.")
    assert again == "Xin nhắc lại."
    assert twice == once
    assert not any(letter.isdigit() for letter in speech)


@pytest.mark.parametrize(
    ("name", "agency", "sender"),
    [
        ("Xã An Hòa", "", "UBND xã An Hòa"),
        ("Đặc khu Cồn Diều", "", "UBND đặc khu Cồn Diều"),
        ("An Hòa", "", "UBND An Hòa"),
        ("An Hòa", "Ủy ban nhân dân xã An Hòa", "UBND xã An Hòa"),
    ],
)
def test_names_the_sender(commune, name, agency, sender):
    commune.name, commune.site.agency = name, agency

    assert sender_of(commune) == sender


def test_begins_as_its_level_says(commune):
    assert speech_of(alert(level=Level.WARNING), commune).startswith("Cảnh báo của Ủy ban nhân dân xã An Hòa.")
    assert speech_of(alert(level=Level.INFORMATION), commune).startswith("Thông báo của Ủy ban nhân dân xã An Hòa.")


@pytest.mark.django_db
def test_a_message_says_who_sends_it_what_it_is_and_where_it_stands(settings):
    commune = Commune.objects.create(name="Xã An Hòa", slug="xa-an-hoa")

    text = sms_of(alert(text=""), commune)

    assert text == (
        "[UBND xã An Hòa] KHẨN CẤP: Bão số 3 đổ bộ lúc 14h30, gió cấp 10. Đến 07:05 27/11. "
        f"{settings.PUBLIC_URL}/canh-bao/7/"
    )
    assert sms.without_accents(text).startswith("[UBND xa An Hoa] KHAN CAP: Bao so 3 do bo luc 14h30")


# 3GPP TS 23.038, 6.2.1: 160 septets in one message, 153 in each part of several; UCS-2 has 70 and 67.
@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€", "GSM-7", 2, 1),
        ("[]" * 40, "GSM-7", 160, 1),
        # The escape and its letter stay together: one septet of the first part is left empty.
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("ễ", "UCS-2", 1, 1),
        ("ễ" * 70, "UCS-2", 70, 1),
        ("ễ" * 71, "UCS-2", 71, 2),
        ("ễ" * 134, "UCS-2", 134, 2),
        ("ễ" * 135, "UCS-2", 135, 3),
        ("😀", "UCS-2", 2, 1),
        # A surrogate pair is not divided either.
        ("ễ" * 66 + "😀" + "ễ" * 66, "UCS-2", 134, 3),
        # Accents that the default alphabet has, and some it lacks.
        ("àéèìòù", "GSM-7", 6, 1),
        ("á", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
    ],
)
def test_counts_messages(text, encoding, units, parts):
    assert sms.length_of(text) == sms.Length(encoding, units, parts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đồng Đăng, lũ quét", "Dong Dang, lu quet"),
        ("“Ở nhà” – 5°C…", '"O nha" - 5 do C...'),
        ("Nguyễn", "Nguyen"),
        ("北 😀", "? ?"),
        ("à", "a"),
    ],
)
def test_writes_without_accents(text, plain):
    assert sms.without_accents(text) == plain
    assert sms.length_of(sms.without_accents(text)).encoding == "GSM-7"
