"""The menu in a real browser: by clicks and by keys, at a desk and on a phone, with and without scripts."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from menus.models import Menu, MenuItem
from menus.reading import read_menus
from tests.communes.factories import first_commune
from tests.menus.factories import make_item
from tests.news.factories import make_category, make_user
from tests.news.test_browser import browser, enter, newsroom

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture
def menu() -> None:
    """Home, a branch with a page of its own, a branch that is a heading."""
    economy, culture = make_category(name="Kinh tế", slug="kinh-te"), make_category(name="Văn hóa", slug="van-hoa")
    make_item("Trang chủ", target="url:portal:home")
    news = make_item("Tin tức")
    make_item(parent=news, target=f"category:{economy.pk}")
    make_item(parent=news, target=f"category:{culture.pk}")
    search = make_item("Tìm kiếm", target="url:news:search")
    make_item("Sơ đồ", parent=search, target="url:portal:site_map")


def branch(page: Page, name: str):
    return page.locator(".menu-more").filter(has=page.locator("summary", has_text=name))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_branch_opens_by_a_click_and_leads_to_its_page(enter, menu, size, scripts):
    page = enter(viewport=size, java_script_enabled=scripts).new_page()
    page.goto("/")
    if size is PHONE:
        page.get_by_role("button", name="Danh mục", exact=True).click()

    below = page.locator("#menu").get_by_role("link", name="Văn hóa")
    expect(below).to_be_hidden()
    branch(page, "Tin tức").locator("summary").click()
    expect(below).to_be_visible()
    branch(page, "Tìm kiếm").locator("summary").click()
    expect(below).to_be_hidden()  # one branch at a time
    branch(page, "Tin tức").locator("summary").click()
    below.click()

    expect(page).to_have_url("/van-hoa/")
    assert page.locator("#menu [aria-current]").evaluate_all("found => found.map((one) => one.ariaCurrent)") == [
        *("true", "page")
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_branch_opens_and_closes_by_keys(enter, menu, size):
    page = enter(viewport=size).new_page()
    page.goto("/")
    if size is PHONE:
        page.get_by_role("button", name="Danh mục", exact=True).focus()
        page.keyboard.press("Enter")
    page.locator("#menu").get_by_role("link", name="Trang chủ").focus()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    below = page.locator("#menu").get_by_role("link", name="Kinh tế")
    expect(below).to_be_visible()
    page.keyboard.press("Tab")
    expect(below).to_be_focused()
    page.keyboard.press("Escape")
    expect(below).to_be_hidden()
    expect(branch(page, "Tin tức").locator("summary")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/van-hoa/")


def test_a_branch_closes_when_one_goes_elsewhere(enter, menu):
    page = enter(viewport=DESK).new_page()
    page.goto("/")

    branch(page, "Tin tức").locator("summary").click()
    page.locator("main").click(position={"x": 600, "y": 30})
    expect(page.locator("#menu").get_by_role("link", name="Kinh tế")).to_be_hidden()
    branch(page, "Tin tức").locator("summary").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#menu").get_by_role("link", name="Kinh tế")).to_be_hidden()


def test_a_mouse_that_passes_opens_nothing(enter, menu):
    page = enter(viewport=DESK).new_page()
    page.goto("/")

    branch(page, "Tin tức").locator("summary").hover()

    expect(page.locator("#menu").get_by_role("link", name="Kinh tế")).to_be_hidden()


def test_an_open_branch_stays_on_the_page_at_every_width(enter, menu):
    for width in (320, 390, 820, 1024, 1280):
        page = enter(viewport={"width": width, "height": 700}).new_page()
        page.goto("/")
        if page.get_by_role("button", name="Danh mục", exact=True).is_visible():
            page.get_by_role("button", name="Danh mục", exact=True).click()
        for name in ("Tin tức", "Tìm kiếm"):
            branch(page, name).locator("summary").click()
            box = branch(page, name).locator("ul").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (width, name, box)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def order() -> list[str]:
    return [entry.title for entry in read_menus(first_commune())[Menu.MAIN]]


def test_entries_are_dragged_and_the_button_stores_their_order(enter):
    for title in ("Một", "Hai", "Ba"):
        make_item(title, target="url:portal:home")
    page = enter(make_user(is_superuser=True), viewport=DESK).new_page()
    page.goto(reverse("admin:menus_menuitem_changelist"))
    rows = page.locator(".menu-tree").first.locator(".menu-row")

    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 200, "y": 4})
    expect(page.locator(".menu-unsaved").first).to_have_text("Thứ tự mới chưa được lưu.")
    assert order() == ["Một", "Hai", "Ba"]
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu thứ tự").first.click()

    assert order() == ["Ba", "Một", "Hai"]


def test_the_order_is_changed_with_the_keyboard_alone(enter):
    for title in ("Một", "Hai"):
        make_item(title, target="url:portal:home")
    page = enter(make_user(is_superuser=True), viewport=PHONE).new_page()
    page.goto(reverse("admin:menus_menuitem_changelist"))

    page.get_by_role("button", name="Chuyển “Hai” lên trên").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert order() == ["Hai", "Một"]
    page.get_by_label("Thứ tự của “Hai”").fill("5")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # stores the order, moves nothing

    assert order() == ["Một", "Hai"]
    assert MenuItem.objects.of(first_commune()).count() == 2


def test_the_preview_shows_the_menu_as_a_page_has_it(enter, menu):
    page = enter(make_user(is_superuser=True), viewport=DESK).new_page()
    page.goto(reverse("admin:menus_menuitem_changelist"))

    preview = page.frame_locator("iframe[width='1280']")

    expect(preview.get_by_role("link", name="Trang chủ")).to_be_visible()
    preview.locator("summary", has_text="Tin tức").click()
    expect(preview.get_by_role("link", name="Kinh tế")).to_be_visible()
