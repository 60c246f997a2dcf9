"""The pages of people and offices as citizens get them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from offices.models import Kind
from offices.models.post import today
from tests.communes.factories import make_commune
from tests.news.factories import make_picture
from tests.offices.factories import make_office, make_person, make_post, make_village

pytestmark = pytest.mark.django_db

LISTS = ["/lanh-dao/", "/co-cau-to-chuc/", "/danh-ba/", "/thon/"]


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def words_of(response) -> str:
    """What the page says, without its head, sidebar and foot."""
    main = re.search(r"<main\b.*?</main>", text_of(response), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def committee():
    """The people's committee with its chairman, a deputy, and the office of a clerk."""
    office = make_office(name="Ủy ban nhân dân xã", slug="ubnd", kind=Kind.COMMITTEE, telephone="0000 000 100")
    chairman = make_post(
        make_person("Lương Văn Khải", slug="luong-van-khai"),
        office,
        name="Chủ tịch UBND xã",
        duties="Phụ trách chung",
        position=1,
        is_leading=True,
        is_sole=True,
        begins_on=date(2025, 7, 1),
    )
    make_post(
        make_person("Đỗ Thị Ánh", telephone="0000 000 102"),
        office,
        name="Phó Chủ tịch UBND xã",
        position=2,
        is_leading=True,
    )
    return chairman


@pytest.mark.parametrize("address", LISTS)
def test_an_empty_list_says_so(client, address):
    assert "Chưa có thông tin" in words_of(client.get(address))


@pytest.mark.parametrize("address", [*LISTS, "/danh-ba/?tim=khai", "/danh-ba/?xep=ten", "/lanh-dao/?ngay=01/07/2025"])
def test_pages_may_be_shared_and_have_one_heading(client, committee, address):
    make_village(head=committee.person)

    response = client.get(address)

    text = text_of(response)
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert len(re.findall(r"<h1\b", text)) == 1
    assert re.search(r'<meta name="description" content="[^"]{30,}">', text)
    assert f'<link rel="canonical" href="http://testserver{address.partition("?")[0]}">' in text


def test_leaders_stand_with_post_duties_and_telephone(client, committee):
    make_post(make_person("Mai Xuân Sơn"), committee.office, name="Công chức Tư pháp")

    page = client.get("/lanh-dao/")

    words = words_of(page)
    assert words.index("Lương Văn Khải Chủ tịch UBND xã Phụ trách: Phụ trách chung") < words.index("Đỗ Thị Ánh")
    assert "Mai Xuân Sơn" not in words
    assert 'href="tel:0000000100"' in text_of(page), "the office's number, where the person has none"
    assert 'href="tel:0000000102"' in text_of(page)


def test_tells_who_was_chairman_on_a_day(client, committee):
    old = make_person("Hà Đình Tám")
    make_post(old, committee.office, name="Chủ tịch UBND xã", is_leading=True, is_sole=True, ends_on=date(2025, 6, 30))

    then = client.get("/lanh-dao/?ngay=30/06/2025")
    assert "Những người giữ chức vụ vào ngày 30/06/2025." in words_of(then)
    assert "Hà Đình Tám" in words_of(then)
    assert "0000 000 100" not in words_of(then), "who left is not called"
    assert "Lương Văn Khải" not in words_of(client.get("/lanh-dao/?ngay=2025-06-30"))
    assert "Hà Đình Tám" not in words_of(client.get("/lanh-dao/?ngay=1/7/2025"))


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("30/02/2025", "“30/02/2025” không phải là ngày. Hãy ghi theo mẫu 01/07/2025."),
        ("<b>hôm qua", "không phải là ngày"),
        ("01/01/9999", "Ngày 01/01/9999 chưa đến"),
        ("0000-00-00", "không phải là ngày"),
    ],
)
def test_a_bad_day_gets_a_sentence_and_the_leaders_of_today(client, committee, day, sentence):
    text = text_of(client.get("/lanh-dao/", {"ngay": day}))

    assert sentence in text
    assert "Lương Văn Khải" in text
    assert "<b>hôm" not in text


def test_the_structure_is_a_nested_list(client, committee):
    office = make_office(name="Văn phòng HĐND và UBND", parent=committee.office)
    hidden = make_office(name="Ban cũ", parent=office, is_shown=False)
    make_office(name="Tổ văn thư", parent=hidden)

    page = text_of(client.get("/co-cau-to-chuc/"))

    assert "Ban cũ" not in page
    tree = re.search(r'<ul class="tree">.*?(?=<p class="unprinted)', page, re.DOTALL)[0]
    assert re.findall(r"<ul|</ul>|>([^<]+)</a>", tree) == [
        *("", "Ủy ban nhân dân xã", "", "Văn phòng HĐND và UBND", "", "Tổ văn thư"),
        *("", "", ""),
    ]
    assert "Chủ tịch UBND xã: Lương Văn Khải" in tree


def test_the_directory_stands_by_office_or_by_given_name(client, committee):
    make_post(make_person("Nguyễn Văn Ích"), make_office(name="Phòng Kinh tế", position=2), name="Trưởng phòng")

    by_office = words_of(client.get("/danh-ba/"))
    by_name = words_of(client.get("/danh-ba/?xep=ten"))

    assert by_office.index("Lương Văn Khải") < by_office.index("Đỗ Thị Ánh") < by_office.index("Phòng Kinh tế")
    assert by_name.index("Đỗ Thị Ánh") < by_name.index("Nguyễn Văn Ích") < by_name.index("Lương Văn Khải")


@pytest.mark.parametrize("words", ["chu tich", "KHẢI", "luong van khai", "uy ban khai", "phu trach chung"])
def test_the_directory_finds_without_accents(client, committee, words):
    assert "Lương Văn Khải" in words_of(client.get("/danh-ba/", {"tim": words}))


def test_what_was_looked_for_as_it_was_written_stands_first(client, committee):
    make_post(make_person("Vương Thị An"), name="Chuyên viên", duties="Hộ tịch, chứng thực", position=1)

    words = words_of(client.get("/danh-ba/", {"tim": "chu tich"}))

    assert words.index("Lương Văn Khải") < words.index("Đỗ Thị Ánh") < words.index("Vương Thị An")


def test_who_leads_two_bodies_stands_in_both(client, committee):
    party = make_office(name="Đảng ủy xã")
    make_post(committee.person, party, name="Phó Bí thư Đảng ủy", is_leading=True)

    words = words_of(client.get("/lanh-dao/"))

    assert "Đảng ủy xã LK Lương Văn Khải Phó Bí thư Đảng ủy" in words
    assert "Ủy ban nhân dân xã LK Lương Văn Khải Chủ tịch UBND xã" in words


def test_the_directory_finds_heads_of_villages_and_offices(client, committee):
    make_village(name="Thôn Gò Mơ", head=make_person("Mạc Đình Khánh"), telephone="0000 000 201")

    words = words_of(client.get("/danh-ba/", {"tim": "trưởng thôn gò mơ"}))
    assert "Thôn Gò Mơ Trưởng thôn: Mạc Đình Khánh" in words
    assert "0000 000 201" in words
    assert "Ủy ban nhân dân xã" in words_of(client.get("/danh-ba/", {"tim": "ubnd"}))
    assert "Không tìm thấy" in words_of(client.get("/danh-ba/", {"tim": "x" * 500}))


def test_the_directory_shows_who_holds_a_post_today(client, committee):
    gone = make_post(make_person("Hà Đình Tám"), ends_on=today() - timedelta(days=1))
    make_post(make_person("Bùi Thị Thơ", is_shown=False))
    make_post(make_person("Vũ Văn Én"), make_office(is_shown=False))

    for address in ("/danh-ba/", "/danh-ba/?xep=ten"):
        words = words_of(client.get(address))
        assert "Lương Văn Khải" in words
        assert not re.search("Hà Đình Tám|Bùi Thị Thơ|Vũ Văn Én", words)
    assert "Chức vụ đã giữ" in words_of(client.get(gone.person.get_absolute_url()))


def test_a_person_has_a_page_with_earlier_posts(client, committee):
    person = committee.person
    make_post(person, make_office(name="Phòng Kinh tế"), name="Trưởng phòng", ends_on=date(2025, 6, 30))
    make_village(name="Thôn Đồng Quýt", head=person)

    words = words_of(client.get("/danh-ba/luong-van-khai/"))

    assert "Lương Văn Khải Chủ tịch UBND xã từ ngày 01/07/2025" in words
    assert "Trưởng thôn Thôn Đồng Quýt" in words
    assert "Chức vụ đã giữ Trưởng phòng, Phòng Kinh tế đến 30/06/2025" in words


def test_an_office_has_a_page(client, committee):
    office = committee.office
    make_office(name="Văn phòng", parent=office)

    words = words_of(client.get(office.get_absolute_url()))

    assert "0000 000 100" in words
    assert "Lương Văn Khải" in words
    assert "Đơn vị trực thuộc Văn phòng" in words


def test_what_is_hidden_has_no_page(client):
    person, office = make_person(is_shown=False), make_office(is_shown=False)
    for row, card in ((person, "offices:person_card"), (office, "offices:office_card")):
        assert client.get(row.get_absolute_url()).status_code == 404
        assert client.get(reverse(card, args=[row.slug])).status_code == 404


def test_a_hidden_head_of_a_village_is_not_named(client):
    make_village(name="Thôn Gò Mơ", head=make_person("Mạc Đình Khánh", is_shown=False, telephone="0000 000 201"))

    page = text_of(client.get("/thon/"))

    assert "Trưởng thôn: <span" in page
    assert "Khánh" not in page
    assert "0000000201" not in page


def test_villages_stand_in_vietnamese_order_with_their_telephones(client):
    for name in ("Thôn 10", "Thôn Đồng Quýt", "Thôn 2", "Thôn Ái Hữu"):
        make_village(name=name, telephone="0000 000 201", households_count=1200)

    page = client.get("/thon/")

    names = re.findall(r'<h2 class="person-name">([^<]+)</h2>', text_of(page))
    assert names == ["Thôn 2", "Thôn 10", "Thôn Ái Hữu", "Thôn Đồng Quýt"]
    assert text_of(page).count('href="tel:0000000201"') == 4
    assert "4 thôn, bản; 4.800 hộ" in words_of(page)


def test_pages_say_to_machines_who_it_is(client, committee):
    def graph(address: str) -> dict[str, dict]:
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text_of(client.get(address)))
        return {part["@type"]: part for part in map(json.loads, scripts)}

    person = graph("/danh-ba/luong-van-khai/")
    office = graph(committee.office.get_absolute_url())

    assert person["Person"]["jobTitle"] == ["Chủ tịch UBND xã"]
    assert person["BreadcrumbList"]["itemListElement"][1]["item"] == "http://testserver/danh-ba/"
    assert office["GovernmentOrganization"]["telephone"] == "0000 000 100"


def test_a_portrait_is_shown_in_place_of_initials(client, committee):
    assert 'aria-hidden="true">LK</span>' in text_of(client.get("/lanh-dao/"))
    person = committee.person
    person.picture = make_picture()
    person.save()

    text = text_of(client.get("/lanh-dao/"))
    assert person.picture.file.url in text
    assert ">LK</span>" not in text


def test_queries_do_not_grow_with_the_people(client, committee, django_assert_max_num_queries):
    client.get("/thon/")
    with django_assert_max_num_queries(10) as measured:  # what surrounds every page
        client.get("/binh-chon/cach-dem-phieu/")
    frame = len(measured)  # the next request forgets them
    make_village(head=committee.person)
    allowed = {"/lanh-dao/": 1, "/co-cau-to-chuc/": 2, "/danh-ba/": 3, "/danh-ba/?xep=ten": 1, "/danh-ba/?tim=khai": 4}
    allowed |= {"/thon/": 2, committee.person.get_absolute_url(): 3, committee.office.get_absolute_url(): 3}
    for more in range(2):
        for _ in range(3 * more):
            make_post(make_person(picture=make_picture()), make_office(parent=committee.office), is_leading=True)
            make_village(head=make_person())
        for address, own in allowed.items():
            with django_assert_max_num_queries(own + frame):
                client.get(address)


def test_the_lists_are_in_the_sitemap_and_the_site_map(client, committee):
    sitemap = text_of(client.get("/sitemap-danh-ba.xml"))

    assert {"/danh-ba/luong-van-khai/", "/co-cau-to-chuc/ubnd/"} <= set(
        re.findall(r"http://testserver([^<]+)<", sitemap)
    )
    assert "http://testserver/lanh-dao/<" in text_of(client.get("/sitemap-trang.xml"))
    assert 'href="/thon/"' in text_of(client.get("/so-do-trang/"))


def test_the_search_page_finds_people_offices_and_villages(client, committee):
    make_village(name="Thôn Gò Mơ", head=make_person("Mạc Đình Khánh"), telephone="0000 000 201")

    words = words_of(client.get("/tim-kiem/", {"q": "chu tich ubnd"}))
    assert "Tổ chức bộ máy (2) Lương Văn Khải Chủ tịch UBND xã · 0000 000 100" in words
    assert "Thôn Gò Mơ Trưởng thôn: Mạc Đình Khánh · 0000 000 201" in words_of(client.get("/tim-kiem/?q=go+mo"))


def test_another_commune_has_people_of_its_own(client, committee):
    other = make_commune("o-kia.vn")
    make_post(make_person("Cà Hói Xanh", slug="luong-van-khai", commune=other), make_office(commune=other))

    assert "Cà Hói Xanh" in words_of(client.get("/danh-ba/luong-van-khai/", headers={"host": "o-kia.vn"}))
    for address in (*LISTS, "/danh-ba/?tim=xanh", "/tim-kiem/?q=xanh"):
        assert "Cà Hói" not in text_of(client.get(address))


def test_home_shows_whom_citizens_call_most_and_nothing_when_there_is_nobody(client):
    assert "Số điện thoại cần biết" not in words_of(client.get("/"))
    make_office(name="Công an xã", kind=Kind.POLICE, telephone="0000 000 113")
    make_office(name="Trạm Y tế xã", kind=Kind.HEALTH)
    make_office(name="Ban cũ", kind=Kind.POLICE, telephone="0000 000 199", is_shown=False)
    make_office(name="Một cửa xã", is_one_stop=True, telephone="0000 000 116", position=9)

    words = words_of(client.get("/"))

    assert (
        "Số điện thoại cần biết Một cửa xã Gọi Một cửa xã: 0000 000 116 Công an xã Gọi Công an xã: 0000 000 113"
        in words
    )
    assert "Trạm Y tế xã" not in words
    assert "0000 000 199" not in words
