"""Cards for address books: what RFC 6350 asks, letter by letter."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.public.vcards import LINE, _folded, _text
from tests.offices.factories import make_office, make_person, make_post, make_village
from tests.vietnamese.strategies import vietnamese_text


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@given(st.text() | vietnamese_text)
def test_lines_are_short_and_come_together_again(text):
    line = f"NOTE:{_text(text)}"

    folded = _folded(line)

    assert all(len(part.encode()) <= LINE for part in folded.split("\r\n"))
    assert unfolded(folded) == line


@given(vietnamese_text | st.text(st.sampled_from("\\,;\n ab")))
def test_what_separates_is_escaped(text):
    escaped = _text(text)

    assert "\n" not in escaped
    assert all(escaped[place - 1] == "\\" for place, letter in enumerate(escaped) if letter in ",;")


@pytest.mark.django_db
def test_a_person_goes_into_the_address_book(client):
    person = make_person("Nguyễn Thị Hoa", slug="hoa", telephone="(0000) 000.123", email="hoa@xa.example")
    office = make_office(name="Phòng Văn hóa, Xã hội; một cửa", telephone="0000 000 100")
    make_post(person, office, name="Trưởng phòng")
    make_post(person, office, name="Phó phòng", ends_on=date(2020, 1, 1))
    make_village(name="Thôn Gò Mơ", head=person, telephone="0000 000 201")

    response = client.get("/danh-ba/hoa.vcf")

    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="hoa.vcf"'
    lines = unfolded(response.content.decode()).split("\r\n")
    assert lines[:5] == ["BEGIN:VCARD", "VERSION:4.0", "KIND:individual", "FN:Nguyễn Thị Hoa", "N:Nguyễn;Hoa;Thị;;"]
    assert lines[5].startswith("ORG:")
    assert lines[5].endswith(r";Phòng Văn hóa\, Xã hội\; một cửa")
    assert lines[6:] == [
        "TITLE:Trưởng phòng",
        "TITLE:Trưởng thôn\\, Thôn Gò Mơ",
        "TEL;TYPE=work;VALUE=uri:tel:0000000123",
        "TEL;TYPE=work;VALUE=uri:tel:0000000100",
        "TEL;TYPE=work;VALUE=uri:tel:0000000201",
        "EMAIL;TYPE=work:hoa@xa.example",
        "URL:http://testserver/danh-ba/hoa/",
        "END:VCARD",
        "",
    ]


@pytest.mark.django_db
def test_an_office_goes_into_the_address_book(client):
    make_office(name="Trạm Y tế xã", slug="tram-y-te", telephone="0000 000 115", address="Thôn Gò Mơ, đường 1")

    lines = unfolded(client.get("/co-cau-to-chuc/tram-y-te.vcf").content.decode()).split("\r\n")

    assert {"KIND:org", "FN:Trạm Y tế xã", r"ADR;TYPE=work:;;Thôn Gò Mơ\, đường 1;;;;"} <= set(lines)
