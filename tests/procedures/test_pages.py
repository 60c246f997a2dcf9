"""What citizens read of procedures."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.urls import reverse

from finding import patterns_of
from procedures.models import LifeEvent, Procedure, State
from tests.communes.factories import make_commune
from tests.procedures.factories import make_event, make_procedure
from vietnamese import FOLD_FROM, fold

pytestmark = pytest.mark.django_db


def main_of(client, address: str) -> str:
    text = client.get(address).content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_what_procedures_are_found_by_is_folded_as_what_people_type():
    letters = make_procedure(title=FOLD_FROM[:67], official_name=FOLD_FROM[67:], summary="Señor Müller ở Đắk Lắk")
    letters.refresh_from_db()

    assert letters.folded_titles == fold(f"{letters.title} {letters.official_name}  ")
    assert letters.folded == fold(f"{letters.title} {letters.official_name}   {letters.summary} ")
    assert Procedure.objects.of(letters.commune).answering(*map(Value, patterns_of("senor MULLER"))).get() == letters


def test_the_list_groups_by_life_event_in_order(client):
    wedding, child = make_event("Kết hôn", position=2), make_event("Có con", position=1)
    make_event("Không có gì")
    for title, event in (("Ghi chú kết hôn", wedding), ("Khai sinh", child), ("Chứng thực", None)):
        make_procedure(title=title, life_event=event)
    make_procedure(title="Bản nháp", state=State.DRAFT, life_event=child)

    main = main_of(client, "/thu-tuc/")

    places = [main.index(text) for text in ("Có con", "Khai sinh", "Kết hôn", "Ghi chú kết hôn", "Chứng thực")]
    assert places == sorted(places)
    assert "Bản nháp" not in main and "Không có gì" not in main


@pytest.mark.parametrize("words", ["khai sinh", "KHAI SINH", "sinh khai", "1.001193", "ho tich", "sổ hộ tịch"])
def test_the_list_finds_words_without_accents(client, words):
    make_procedure(title="Đăng ký khai sinh", code="1.001193", field="Hộ tịch", summary="Ghi vào sổ hộ tịch.")
    make_procedure(title="Đăng ký kết hôn")

    main = main_of(client, f"/thu-tuc/?q={words}")

    assert "Đăng ký khai sinh" in main
    assert "Đăng ký kết hôn" not in main


def test_who_finds_nothing_is_told(client):
    assert "Không tìm thấy" in main_of(client, "/thu-tuc/?q=xyzzy")


def test_words_in_the_title_come_first(client):
    make_procedure(title="A", summary="Sau khi khai sinh.")
    make_procedure(title="Khai sinh")

    main = main_of(client, "/thu-tuc/?q=khai+sinh")

    assert main.index(">Khai sinh</a>") < main.index(">A</a>")


def test_the_search_of_the_portal_finds_procedures(client):
    procedure = make_procedure(title="Đăng ký khai sinh")

    text = client.get("/tim-kiem/?q=khai sinh").content.decode()

    assert f'href="{procedure.get_absolute_url()}"' in text


def test_a_procedure_tells_what_to_bring_as_a_list_to_tick(client):
    procedure = make_procedure(
        ("Giấy chứng sinh", "Tờ khai"),
        title="Đăng ký khai sinh",
        code="1.001193",
        steps="Nộp\nNhận",
        fee="Không thu",
        legal_grounds="Luật Hộ tịch",
    )
    procedure.papers.filter(name="Tờ khai").update(link="https://x.vn/mau", count=2)

    main = main_of(client, procedure.get_absolute_url())

    assert main.count('type="checkbox"') == 2
    assert main.index("Giấy chứng sinh") < main.index("Tờ khai")
    assert "https://x.vn/mau" in main and "2 bản" in main
    assert re.findall(r"<li>(Nộp|Nhận)</li>", main) == ["Nộp", "Nhận"]
    assert "cổng không nhận và không giải quyết hồ sơ" in main


def test_the_link_to_the_national_portal_follows_the_setting(client, settings):
    settings.PROCEDURE_LINK = "https://dvc.example/?ma={code}"
    with_code, without = make_procedure(code="1.001193"), make_procedure()

    assert 'href="https://dvc.example/?ma=1.001193"' in main_of(client, with_code.get_absolute_url())
    assert "dvc.example" not in main_of(client, without.get_absolute_url())
    settings.PROCEDURE_LINK = ""
    assert "Đến Cổng Dịch vụ công" not in main_of(client, with_code.get_absolute_url())


@pytest.mark.parametrize("pattern", ["http://x.vn/{code}", "https://x.vn/", "x"])
def test_a_pattern_that_leads_nowhere_ends_the_start(monkeypatch, pattern):
    from importlib import reload

    from portal import settings

    monkeypatch.setenv("PROCEDURE_LINK", pattern)
    with pytest.raises(ImproperlyConfigured, match="PROCEDURE_LINK"):
        reload(settings)
    monkeypatch.undo()
    reload(settings)


def test_a_draft_has_no_page(client):
    assert client.get(make_procedure(state=State.DRAFT).get_absolute_url()).status_code == 404


def test_an_old_address_leads_on(client):
    procedure = make_procedure(title="Khai sinh")
    old = procedure.get_absolute_url()
    procedure.title = "Đăng ký khai sinh"
    procedure.save()

    response = client.get(old)

    assert (response.status_code, response["Location"]) == (301, f"/thu-tuc/dang-ky-khai-sinh-{procedure.pk}/")


def test_a_life_event_has_a_page_as_long_as_it_leads_somewhere(client):
    event = make_event("Có con")
    procedure = make_procedure(title="Khai sinh", life_event=event)

    assert "Khai sinh" in main_of(client, "/thu-tuc/co-con/")
    Procedure.objects.everywhere().filter(pk=procedure.pk).update(state=State.DRAFT)
    assert client.get("/thu-tuc/co-con/").status_code == 404


def test_papers_are_three_taps_from_the_section_for_a_birth(client):
    """The list, or the life event on the home page, then the procedure: what to bring stands on its page."""
    procedure = make_procedure(("Giấy chứng sinh",), title="Đăng ký khai sinh", life_event=make_event("Có con"))

    first = main_of(client, "/thu-tuc/co-con/")

    assert f'href="{procedure.get_absolute_url()}"' in first
    assert "Giấy chứng sinh" in main_of(client, procedure.get_absolute_url())


def test_machines_read_a_government_service(client):
    procedure = make_procedure(title="Khai sinh </script>", code="1.001193", summary="Ghi tên & họ.")

    text = client.get(procedure.get_absolute_url()).content.decode()

    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', text)[1])
    assert data["@type"] == "GovernmentService" and data["name"] == "Khai sinh </script>"
    assert data["identifier"] == "1.001193" and data["availableChannel"]["serviceUrl"].endswith("1.001193")


def test_words_are_text_and_nothing_else(client):
    event = make_event("<b>Có con</b>", slug="co-con")
    procedure = make_procedure(("<i>tờ</i>",), title="<script>x", summary="<img>", steps="<hr>", life_event=event)

    for address in (procedure.get_absolute_url(), "/thu-tuc/", "/thu-tuc/co-con/", "/thu-tuc/?q=<script>x"):
        main = main_of(client, address)
        assert not re.search(r"<(script>x|img>|hr>|i>|b>)", main), address


def test_sitemaps_tell_of_procedures_and_lists(client):
    procedure = make_procedure(life_event=make_event("Có con"))
    draft = make_procedure(state=State.DRAFT)

    rows = client.get("/sitemap-thu-tuc.xml").content.decode()
    lists = client.get("/sitemap-thu-tuc-danh-muc.xml").content.decode()

    assert procedure.get_absolute_url() in rows and draft.get_absolute_url() not in rows
    assert "/thu-tuc/</loc>" in lists and "/thu-tuc/co-con/</loc>" in lists


def test_the_home_block_shows_nothing_when_there_is_nothing(rf, client):
    from django.template.loader import render_to_string

    request = rf.get("/")
    make_event("Có con")
    request.commune = LifeEvent.objects.everywhere().get().commune
    empty = render_to_string("procedures/home_block.html", {"request": request})
    make_procedure(life_event=LifeEvent.objects.everywhere().get())

    assert empty.strip() == ""
    assert 'href="/thu-tuc/co-con/"' in render_to_string("procedures/home_block.html", {"request": request})


def test_each_commune_has_its_own(client):
    there = make_commune("o-kia.vn")
    procedure = make_procedure(title="Khai sinh ở đây", life_event=make_event("Có con"))
    make_procedure(title="Khai sinh ở kia", commune=there)
    host = {"host": "o-kia.vn"}

    for address in ("/thu-tuc/", "/thu-tuc/?q=khai+sinh"):
        assert "sinh ở đây" not in client.get(address, headers=host).content.decode()
        assert "ở kia" not in client.get(address).content.decode()
    assert client.get(procedure.get_absolute_url(), headers=host).status_code == 404
    assert client.get("/thu-tuc/co-con/", headers=host).status_code == 404


@pytest.mark.parametrize("address", ["/thu-tuc/", "/thu-tuc/?q=thu+tuc", "/thu-tuc/co-con/"])
def test_costs_the_same_with_more_rows(client, address, django_assert_max_num_queries):
    event = make_event("Có con")
    make_procedure(life_event=event)
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    for _ in range(20):
        make_procedure(("x",), life_event=event)

    with django_assert_max_num_queries(len(few)):
        client.get(address)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"code": "abc"}, "code_of_the_list"),
        ({"title": ""}, "has_words"),
        ({"summary": ""}, "has_words"),
        ({"state": "x"}, "known_state"),
        ({"reviewed_on": date(2026, 1, 2), "review_on": date(2026, 1, 1)}, "checked_again_later"),
    ],
)
def test_the_database_refuses_nonsense(changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_procedure(**changes)


def test_the_database_refuses_a_life_event_of_another_commune():
    other = make_event("Có con", commune=make_commune("o-kia.vn"))

    with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
        make_procedure(life_event=other)
        from django.db import connection

        connection.check_constraints()


@pytest.mark.parametrize("slug", ["co-con-12", "Có con", "", "a--b", "-a"])
def test_the_address_of_a_life_event_is_no_procedures(slug):
    with pytest.raises(IntegrityError), transaction.atomic():
        LifeEvent.objects.create(commune=make_commune(), name="x", slug=slug)


def test_what_is_due_lies_on_the_desk(client):
    from tests.procedures.factories import make_publisher

    today = date.today()
    make_procedure(title="Đến hạn", reviewed_on=today - timedelta(days=200), review_on=today)
    make_procedure(title="Chưa đến hạn", review_on=today + timedelta(days=3))
    make_procedure(title="Còn nháp", state=State.DRAFT)
    client.force_login(make_publisher(), backend="communes.work.MembershipBackend")

    desk = client.get(reverse("admin:index")).content.decode()

    assert "Đến hạn" in desk and "Còn nháp" in desk and "Chưa đến hạn" not in desk
