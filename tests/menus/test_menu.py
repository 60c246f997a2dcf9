"""The menus that citizens see: what they hold, where the reader is marked, and what is left out."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template

from menus.default import copy_default
from menus.models import Menu, MenuItem
from menus.order import arrange, move
from menus.reading import read_menus
from menus.targets import fault_of, pages_of
from news.models import Article, Category, Status
from tests.communes.factories import first_commune, make_commune
from tests.menus.factories import make_item
from tests.news.factories import make_article, make_category, make_tag

pytestmark = pytest.mark.django_db


def menu_on(rf, path: str = "/") -> str:
    """The main menu as a page at `path` has it."""
    request = rf.get(path)
    request.commune = first_commune()
    return Template("{% load menus %}{% main_menu %}").render(Context({"request": request}))


def titles(menu: str = Menu.MAIN) -> list[tuple[str, list[str]]]:
    entries = read_menus(first_commune())[menu]
    return [(entry.title, [below.title for below in entry.entries]) for entry in entries]


USUAL = ["Trang chủ", "Giới thiệu", "Tin tức", "Thông báo", "Thủ tục hành chính", "Lịch", "Liên hệ"]


def test_a_portal_without_a_menu_shows_what_exists(client):
    make_category(name="Kinh tế", slug="kinh-te")
    make_category(name="Thông báo", slug="thong-bao")
    make_category(name="Ẩn", slug="an", is_in_menu=False)

    shown = dict(titles())

    assert list(shown) == [title for title in USUAL if title in shown]
    assert shown["Tin tức"] == ["Kinh tế"] and "Thông báo" in shown
    for entry in read_menus(first_commune())[Menu.MAIN]:
        for address in filter(None, (entry.address, *(below.address for below in entry.entries))):
            assert client.get(address).status_code == 200, address


def test_a_portal_without_news_has_no_entry_for_them():
    assert titles()[0] == ("Trang chủ", [])
    assert not {"Tin tức", "Thông báo"} & dict(titles()).keys()


def test_the_default_menu_becomes_rows_once():
    make_category(name="Kinh tế", slug="kinh-te")
    before = titles()
    count = sum(1 + len(below) for _title, below in before)

    assert copy_default(first_commune(), pages_of(first_commune())) == count
    assert copy_default(first_commune(), pages_of(first_commune())) == 0
    assert titles() == before
    assert MenuItem.objects.of(first_commune()).count() == count


def test_an_entry_takes_the_title_of_its_page_and_follows_it():
    category = make_category(name="Kinh tế", slug="kinh-te")
    make_item(target=f"category:{category.pk}")

    Category.objects.of(first_commune()).update(name="Kinh tế xã", slug="kinh-te-xa")

    (entry,) = read_menus(first_commune())[Menu.MAIN]
    assert (entry.title, entry.address) == ("Kinh tế xã", "/kinh-te-xa/")


def test_what_leads_nowhere_is_left_out_and_said_to_staff():
    article = make_article()
    category, tag = make_category(), make_tag()
    story = make_item("Dòng sự kiện", target=f"tag:{tag.pk}")  # no article carries it
    typed = make_item("Bài viết", address=article.get_absolute_url())
    gone = make_item("Chuyên mục", target=f"category:{category.pk}")
    make_item("Sơ đồ", target="url:portal:site_map")
    category.delete()
    Article.objects.of(first_commune()).update(status=Status.WITHDRAWN, withdrawal_notice="Đã gỡ.")

    assert titles() == [("Sơ đồ", [])]
    pages = pages_of(first_commune())
    assert all("không" in fault_of(row, pages) for row in (story, typed, gone))


def test_a_branch_without_a_page_stays_while_something_stands_below_it():
    heading = make_item("Lịch")
    below = make_item("Sơ đồ", parent=heading, target="url:portal:site_map")
    top = make_item("Mất trang", target="page:404")
    make_item("Tìm kiếm", parent=top, target="url:news:search")

    assert titles() == [("Lịch", ["Sơ đồ"]), ("Mất trang", ["Tìm kiếm"])]
    below.delete()
    assert titles() == [("Mất trang", ["Tìm kiếm"])]


def test_the_reader_and_the_entry_above_are_marked(rf):
    category = make_category(name="Kinh tế", slug="kinh-te")
    heading = make_item("Tin tức")
    make_item(parent=heading, target=f"category:{category.pk}")
    make_item("Trang chủ", target="url:portal:home")

    here, below, home = (menu_on(rf, path) for path in ("/kinh-te/", "/kinh-te/bai-1/", "/"))

    assert '<summary aria-current="true">' in here and 'href="/kinh-te/" aria-current="page"' in here
    assert 'href="/kinh-te/" aria-current="true"' in below
    assert re.findall(r'aria-current="\w+"', home) == ['aria-current="page"']
    assert "aria-current" not in menu_on(rf, "/khong-co/")


def test_titles_are_text(rf):
    make_item("<b>Đậm</b>", target="url:portal:site_map")

    assert "&lt;b&gt;Đậm" in menu_on(rf)


def test_the_menu_is_read_once_and_seen_within_the_time_of_the_frame(client, settings, django_assert_num_queries):
    settings.FRAME_SECONDS = 60
    make_item("Sơ đồ", target="url:portal:site_map")
    client.get("/binh-chon/cach-dem-phieu/")
    MenuItem.objects.of(first_commune()).update(title="Bản đồ")

    with django_assert_num_queries(0):
        page = client.get("/binh-chon/cach-dem-phieu/").content.decode()
    assert "Sơ đồ</a>" in page
    cache.clear()  # as when the seconds are over
    settings.FRAME_SECONDS = 0
    assert "Bản đồ</a>" in client.get("/").content.decode()


# What may not be


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "Mã", "address": "javascript:alert(1)"}, "address"),
        ({"title": "Mã", "address": " java\tscript:alert(1)"}, "address"),
        ({"title": "Mã", "address": "data:text/html,x"}, "address"),
        ({"title": "Không an toàn", "address": "http://co-quan.example/"}, "address"),
        ({"title": "Nơi khác", "address": "//evil.example/"}, "address"),
        ({"title": "Nơi khác", "address": "/\\evil.example/"}, "address"),
        ({"title": "Lừa", "address": "https://bank.vn@evil.example/"}, "address"),
        ({"title": "Cổng sai", "address": "https://a.example:99999/"}, "address"),
        ({"title": "Trống", "address": "https:///x"}, "address"),
        ({"title": "", "address": "/so-do-trang/"}, "title"),
        ({"title": "", "address": "", "target": ""}, "title"),
        ({"title": "Hai nơi", "address": "/so-do-trang/", "target": "url:portal:home"}, "address"),
    ],
)
def test_refuses_an_entry_at_the_right_field(values, field):
    item = MenuItem(commune=first_commune(), **values)

    with pytest.raises(ValidationError) as refused:
        item.full_clean(exclude=["commune"])

    assert field in refused.value.message_dict


def test_the_host_of_the_own_portal_is_taken_off_an_address():
    commune = make_commune("xa.example")

    item = make_item("Sơ đồ", commune=commune, address="https://xa.example/so-do-trang/?a=1#b")

    assert item.address == "/so-do-trang/?a=1#b"


def test_a_menu_has_two_levels_and_nothing_stands_below_itself():
    top = make_item("Một")
    below = make_item("Hai", parent=top, target="url:portal:home")

    for parent, item in ((below, MenuItem(title="Ba")), (top, top)):
        item.commune, item.menu, item.parent, item.target = first_commune(), Menu.MAIN, parent, "url:portal:home"
        with pytest.raises(ValidationError) as refused:
            item.full_clean(exclude=["commune"])
        assert "parent" in refused.value.message_dict
    top.refresh_from_db()
    top.parent, top.target = make_item("Bốn"), "url:portal:home"
    with pytest.raises(ValidationError, match="hai cấp"):
        top.full_clean(exclude=["commune"])


def test_the_first_level_has_room_for_seven():
    for number in range(7):
        make_item(f"Mục {number}")

    with pytest.raises(ValidationError, match="bảy mục") as refused:
        make_item("Thứ tám")
    assert "parent" in refused.value.message_dict
    make_item("Ở dưới", parent=MenuItem.objects.of(first_commune()).first(), target="url:portal:home")
    make_item("Chân trang", menu=Menu.FOOTER)


@pytest.mark.parametrize(
    "change",
    [
        {"position": 8},
        {"position": 2},
        {"address": "javascript:alert(1)", "target": ""},
        {"address": "//evil.example", "target": ""},
        {"address": "/x/"},
        {"title": "", "target": "", "address": "/x/"},
    ],
    ids=str,
)
def test_the_database_holds_what_the_form_asks(change):
    item = make_item("Một", target="url:portal:home")
    make_item("Hai")

    with pytest.raises(IntegrityError), transaction.atomic():
        MenuItem.objects.of(first_commune()).filter(pk=item.pk).update(**change)


def test_the_database_holds_the_levels():
    top, other = make_item("Một", target="url:portal:home"), make_commune()
    below = make_item("Hai", parent=top, target="url:portal:home")
    third = make_item("Ba", target="url:portal:home")
    abroad = make_item("Xa", commune=other)
    foot = make_item("Chân", menu=Menu.FOOTER)

    for item, parent in ((third, below), (third, third), (third, abroad), (third, foot), (top, third)):
        with pytest.raises(IntegrityError), transaction.atomic():
            MenuItem.objects.everywhere().filter(pk=item.pk).update(parent=parent, position=3)
            connection.check_constraints()


# The order


def order(menu: str = Menu.MAIN) -> list[str]:
    return [title for title, _below in titles(menu)]


def make_three() -> list[MenuItem]:
    return [make_item(title, target="url:portal:home") for title in ("Một", "Hai", "Ba")]


def test_numbers_and_arrows_arrange_the_entries():
    one, two, three = make_three()

    arrange(first_commune(), Menu.MAIN, {one.pk: 30, two.pk: 20, three.pk: 10})
    assert order() == ["Ba", "Hai", "Một"]
    assert move(first_commune(), Menu.MAIN, one.pk, is_up=True)
    assert order() == ["Ba", "Một", "Hai"]
    assert not move(first_commune(), Menu.MAIN, three.pk, is_up=True)
    assert not move(first_commune(), Menu.FOOTER, one.pk, is_up=True)
    assert list(MenuItem.objects.of(first_commune()).values_list("position", flat=True)) == [1, 2, 3]


def test_equal_numbers_keep_the_order_they_had():
    one, two, three = make_three()

    arrange(first_commune(), Menu.MAIN, {one.pk: 5, two.pk: 5, three.pk: 5})

    assert order() == ["Một", "Hai", "Ba"]
