"""The lists and the trash by clicks: on a phone as a writer, on a desk as an editor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Portal, sign_in

pytestmark = pytest.mark.e2e

COPY = "(bản sao)"


def at_work(browser: Browser, portal: Portal, name: str, width: int) -> Page:
    context = browser.new_context(
        locale="en-US", timezone_id="Europe/Paris", viewport={"width": width, "height": 844 if width < 768 else 800}
    )
    page = context.new_page()
    sign_in(page, portal, name)
    return page


def open_list(page: Page, portal: Portal, query: str = "") -> None:
    page.goto(f"{portal.address}/quan-tri/news/article/{query}")


def copies(page: Page, *, but: str = "") -> Locator:
    """The rows of the articles that this story has made, without those that say `but`."""
    rows = page.locator("#result_list tbody tr", has=page.locator(".field-title", has_text=COPY))
    return rows.filter(has_not_text=but) if but else rows


def with_rows(page: Page, action: str, rows: list[Locator]) -> None:
    """Tick rows of the list and take a step with them."""
    for row in rows:
        row.locator(".action-select").click()
    page.select_option("select[name=action]", action)
    page.click(".actions button[type=submit]")


def said(page: Page) -> str:
    return page.locator(".messagelist").inner_text()


def send(page: Page, **answers: str) -> None:
    """Answer what a step asks, by the names of its fields, and press its button."""
    for name, value in answers.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.click(".submit-row input[type=submit]")


def take_step(page: Page, portal: Portal, number: str, step: str) -> None:
    page.goto(f"{portal.address}/quan-tri/news/article/{number}/buoc/{step}/")
    send(page)


def test_many_at_once_and_back_from_the_trash(portal: Portal, browser: Browser):
    writer = at_work(browser, portal, "phongvien", 390)
    open_list(writer, portal)
    assert writer.evaluate("document.documentElement.scrollWidth") <= 390
    card = writer.locator("#result_list tbody tr").first
    assert card.bounding_box()["width"] > 300
    assert card.locator(".field-title").bounding_box()["width"] > 150, "a title is no column of single words"
    with_rows(writer, "copy", writer.locator("#result_list tbody tr").all()[:4])
    assert "4" in said(writer)

    open_list(writer, portal, "?status__exact=draft")
    expect(copies(writer)).to_have_count(4)
    addresses = [row.locator(".field-title a").get_attribute("href") for row in copies(writer).all()]
    numbers = [re.search(r"/article/(\d+)/", address).group(1) for address in addresses]
    for number in numbers[:3]:
        take_step(writer, portal, number, "submit")

    editor = at_work(browser, portal, "bientapvien", 1280)
    for number in numbers[:2]:
        take_step(editor, portal, number, "publish")
    schedule_with_the_keyboard(editor, portal, numbers[2])

    open_list(editor, portal, "?status__exact=published")
    with_rows(editor, "move", copies(editor, but="2098").all())
    send(editor, category="Thông báo")
    assert "2 bài" in said(editor)

    open_list(editor, portal, "?status__exact=published")
    with_rows(editor, "withdraw", copies(editor, but="2098").all())
    send(editor, notice="Bài đăng nhầm, xin lỗi bạn đọc.", reason="Đăng nhầm")
    assert "2 bài" in said(editor)
    open_list(editor, portal, "?status__exact=withdrawn")
    assert copies(editor).locator(".field-category").all_inner_texts() == ["Thông báo"] * 2
    editor.context.close()

    open_list(writer, portal, "?status__exact=draft")
    title = copies(writer).locator(".field-title").inner_text()
    with_rows(writer, "throw_selected", copies(writer).all())
    send(writer, reason="Tạo nhầm")
    open_list(writer, portal, "?status__exact=draft")
    expect(copies(writer)).to_have_count(0)
    writer.goto(f"{portal.address}/quan-tri/trash/trashitem/")
    assert writer.evaluate("document.documentElement.scrollWidth") <= 390
    writer.get_by_role("link", name=title).click()
    writer.click(".submit-row input[type=submit]")
    open_list(writer, portal, "?status__exact=draft")
    assert copies(writer).locator(".field-title").inner_text() == title
    writer.context.close()


def schedule_with_the_keyboard(page: Page, portal: Portal, number: str) -> None:
    """From the calendar of the portal, in a browser in English and in another zone."""
    page.goto(f"{portal.address}/quan-tri/news/article/{number}/buoc/schedule/")
    expect(page.locator(".zone-note")).to_contain_text("chậm hơn")
    box = page.locator("[name=at_0]")
    box.fill("30.11.2098")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Tháng 11 năm 2098")
    expect(dialog.locator("[aria-selected=true] button")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Tháng 12 năm 2098")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(box).to_have_value("01/12/2098")
    send(page, at_1="14h30")
    assert "01/12/2098 2:30 CH" in said(page)
