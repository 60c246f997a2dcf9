"""Services, banners, agencies and social networks as citizens see them, and the check of their addresses."""

from __future__ import annotations

import re
import socket
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.utils import timezone

from desk.waiting import piles_of
from menus.models import Agency, Banner, Service, SocialLink
from news.links import check as link_check
from news.models import Article, OutsideLink, Status
from tests.communes.factories import first_commune, make_commune
from tests.menus.factories import make_agency, make_banner, make_item, make_service, make_social_link
from tests.menus.test_admin import member
from tests.news.factories import make_article, make_picture

pytestmark = pytest.mark.django_db
BLOCKS = ("services", "banners", "agencies", "foot_menu")


def block(rf, tag: str) -> str:
    request = rf.get("/")
    request.commune = first_commune()
    return Template("{% load menus %}{% " + tag + " %}").render(Context({"request": request})).strip()


@pytest.mark.parametrize("tag", BLOCKS)
def test_nothing_to_show_is_no_box(rf, tag):
    make_service(is_shown=False)
    make_service(target="page:1")
    make_banner(is_shown=False)
    make_banner(ends_on=date(2020, 1, 1))
    make_agency(is_shown=False)
    make_social_link(is_shown=False)

    assert block(rf, tag) == ""


def test_a_service_shows_icon_title_and_line(rf):
    make_service(title="Khai sinh", line="Giấy tờ cần mang", position=2)
    make_service(title="Giờ làm việc", position=1, icon="clock")

    html = block(rf, "services")

    assert re.findall(r'service-title">([^<]+)', html) == ["Giờ làm việc", "Khai sinh"]
    assert "Giấy tờ cần mang" in html and html.count("<svg") == 2
    assert html.count('href="/so-do-trang/"') == 2


def test_a_service_whose_page_is_withdrawn_is_left_out(rf):
    article = make_article()
    make_service(title="Bài", target="", address=article.get_absolute_url())
    assert "Bài" in block(rf, "services")

    Article.objects.of(first_commune()).update(status=Status.WITHDRAWN, withdrawal_notice="Gỡ.")

    assert block(rf, "services") == ""


def test_a_banner_is_shown_from_its_first_to_its_last_day():
    make_banner(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 3))
    zone = timezone.get_default_timezone()
    seen = [
        Banner.objects.of(first_commune()).current(moment).exists()
        for moment in (
            datetime(2026, 11, 1, 23, 59, tzinfo=zone),
            datetime(2026, 11, 2, 0, 0, tzinfo=zone),
            datetime(2026, 11, 3, 23, 59, tzinfo=zone),
            datetime(2026, 11, 4, 0, 0, tzinfo=zone),
        )
    ]

    assert seen == [False, True, True, False]


def test_a_banner_is_named_by_its_words(rf):
    make_banner(alt="Tuần lễ chuyển đổi số")

    html = block(rf, "banners")
    assert "<span>Tuần lễ chuyển đổi số</span></a>" in html
    # Said once: the words stand below the picture.
    assert 'alt=""' in html


def test_agencies_stand_by_heading_in_the_foot_and_on_the_home_page(rf):
    make_agency(title="Cổng tỉnh", heading="Cấp tỉnh", position=1, picture=make_picture())
    make_agency(title="Dịch vụ công", heading="Trung ương", position=2)
    make_agency(title="Sở Tư pháp", heading="Cấp tỉnh", position=3)

    for html in (block(rf, "agencies"), block(rf, "foot_menu")):
        assert [w for w in re.findall(r">([^<>\s][^<>]*)</(?:h2|h3|span|a)", html) if w != "Liên kết cơ quan"] == [
            *("Cấp tỉnh", "Cổng tỉnh", "Sở Tư pháp", "Trung ương", "Dịch vụ công")
        ]


def test_social_networks_are_plain_links(client):
    make_social_link(network="zalo", address="https://zalo.me/123")

    page = client.get("/").content.decode()

    assert '<a href="https://zalo.me/123">' in page and "Zalo</a>" in page
    assert re.findall(r'(?:src|action)="https?://[^"]+', page) == []


@pytest.mark.parametrize("tag", BLOCKS)
def test_the_blocks_cost_the_same_with_more_rows(rf, tag, django_assert_max_num_queries):
    def fill():
        make_service()
        make_banner()
        make_agency(picture=make_picture())
        SocialLink.objects.of(first_commune()).delete()
        make_social_link()

    fill()
    with django_assert_max_num_queries(8) as few:
        block(rf, tag)
    for _ in range(4):
        fill()
    with django_assert_max_num_queries(len(few)):
        block(rf, tag)


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (make_agency, {"address": "http://x.example/"}),
        (make_agency, {"address": "/x/"}),
        (make_social_link, {"address": "javascript:x"}),
        (make_service, {"address": "/x/"}),
        (make_service, {"target": ""}),
        (make_banner, {"alt": ""}),
        (make_banner, {"starts_on": date(2026, 1, 2), "ends_on": date(2026, 1, 1)}),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_database_holds_what_the_forms_ask(make, change):
    row = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.of(first_commune()).update(**change)


@pytest.mark.parametrize(("model", "make"), [(Banner, make_banner), (Agency, make_agency)])
def test_the_database_refuses_a_picture_of_another_commune(model, make):
    row = make()

    with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
        model.objects.of(first_commune()).filter(pk=row.pk).update(picture=make_picture(make_commune()))
        connection.check_constraints()


# --- The nightly check ---


def night(days: int) -> None:
    now = timezone.now() + timedelta(days=days, minutes=1)
    link_check.read_sections()
    link_check.check_others(now, limit=100, seconds=60, may_reach=lambda _address: True, pause=0)


def broken_of(user) -> list:
    return [row for pile in piles_of(user) if str(pile.title) == "Liên kết hỏng" for row in pile.rows]


def test_a_dead_address_lies_on_the_desk_with_the_form_where_it_is_mended():
    editor, stranger = member("Biên tập viên"), member("Biên tập viên")
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        dead = f"https://127.0.0.1:{taken.getsockname()[1]}/"
        agency = make_agency(title="Cổng tỉnh", address=dead)
        make_item("Cùng địa chỉ", address=dead)
        make_agency(address="https://an.example/", is_shown=False)
        night(0)
        assert broken_of(editor) == []
        night(1)

    rows = broken_of(editor)
    assert {row.title for row in rows} == {"Cổng tỉnh", "Cùng địa chỉ"}
    assert f"/menus/agency/{agency.pk}/change/" in {row.title: row.address for row in rows}["Cổng tỉnh"]
    assert all(dead in row.note for row in rows)
    group = stranger.memberships.get().group
    group.permissions.remove(*group.permissions.filter(codename__in=("change_agency", "change_menuitem")))
    assert broken_of(member("Biên tập viên")) == []
    assert not OutsideLink.objects.of(first_commune()).filter(address="https://an.example/").exists()


def test_what_is_mended_is_forgotten_the_next_night():
    agency = make_agency(address="https://cu.example/")
    link_check.read_sections()
    OutsideLink.objects.of(first_commune()).record("missing", timezone.now() - timedelta(days=1))
    OutsideLink.objects.of(first_commune()).record("missing", timezone.now())
    assert OutsideLink.objects.of(first_commune()).broken().exists()

    agency.address = "https://moi.example/"
    agency.save()
    link_check.read_sections()

    assert [link.address for link in OutsideLink.objects.of(first_commune())] == ["https://moi.example/"]
    assert not OutsideLink.objects.of(first_commune()).broken().exists()


def test_every_commune_has_its_own_links():
    other = make_commune()
    make_agency(address="https://chung.example/")
    make_agency(address="https://chung.example/", commune=other)
    Service.objects.everywhere().delete()

    link_check.read_sections()
    link_check.read_sections()

    assert OutsideLink.objects.of(first_commune()).count() == OutsideLink.objects.of(other).count() == 1
