"""People, offices and villages on the search page."""

from __future__ import annotations

import pytest

from offices.public.search import MOST, people_and_offices_with
from section import Found
from tests.communes.factories import first_commune, make_commune
from tests.offices.factories import make_office, make_person, make_post, make_village

pytestmark = pytest.mark.django_db


def pages_with(text: str) -> list[Found]:
    return people_and_offices_with(text, first_commune()).pages


def test_one_query_finds_all_three_kinds(django_assert_num_queries):
    office = make_office(name="Trạm Y tế xã", slug="y-te", telephone="0000 000 115", address="Thôn Khê Hạ")
    make_post(make_person("Trần Thị Vân", slug="van"), office, name="Trưởng trạm y tế")
    village = make_village(name="Thôn Y Tế Cũ", head=make_person("Mạc Khánh", telephone="0000 000 147"))
    commune = first_commune()

    with django_assert_num_queries(1):
        pages = people_and_offices_with("y te", commune).pages

    assert pages == [
        Found("Trần Thị Vân", "/danh-ba/van/", "Trưởng trạm y tế\u00a0· 0000 000 115"),
        Found("Trạm Y tế xã", "/co-cau-to-chuc/y-te/", "Thôn Khê Hạ\u00a0· 0000 000 115"),
        Found("Thôn Y Tế Cũ", f"/thon/#thon-{village.pk}", "Trưởng thôn: Mạc Khánh\u00a0· 0000 000 147"),
    ]


def test_who_ranks_higher_stands_first_and_once():
    office = make_office(name="Ủy ban")
    deputy, chairman = make_person("Bùi An"), make_person("Vũ Yên")
    make_post(deputy, office, name="Phó Chủ tịch", position=2)
    make_post(deputy, make_office(), name="Phó Chủ tịch Hội", position=3)
    make_post(chairman, office, name="Chủ tịch", position=1)

    assert [page.title for page in pages_with("chu tich")] == ["Vũ Yên", "Bùi An"]


def test_of_one_rank_those_of_the_commune_itself_stand_first():
    front = make_office(name="Ủy ban Mặt trận", position=4)
    of_the_front = make_post(make_person("Âu An"), make_office(name="Hội Nông dân", parent=front), name="Chủ tịch")
    council = make_post(make_person("Đỗ Bình"), make_office(name="Hội đồng", position=2), name="Chủ tịch")
    committee = make_post(make_person("Vũ Yên"), make_office(name="Ủy ban", position=3), name="Chủ tịch")

    titles = [page.title for page in pages_with("chu tich")]

    assert titles == [str(post.person) for post in (council, committee, of_the_front)]


def test_a_village_is_found_without_a_head_and_by_what_the_head_is_called():
    make_village(name="Thôn Gò Mơ")
    make_village(name="Bản Gò Mây", kind="ban", head=make_person("Lù A", is_shown=False, telephone="0000 000 147"))

    assert {page.title: page.note for page in pages_with("go")} == {"Thôn Gò Mơ": "", "Bản Gò Mây": ""}
    assert [page.title for page in pages_with("trưởng bản gò")] == ["Bản Gò Mây"]
    assert pages_with("Lù A") == []


def test_only_the_best_of_one_commune_are_shown():
    for _ in range(MOST + 3):
        make_post(name="Chuyên viên tài chính")
    make_village(name="Thôn Tài Chính", commune=make_commune())

    assert len(pages_with("tai chinh")) == MOST
