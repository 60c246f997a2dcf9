"""The article form without a mouse, at a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from news.models import Article, Status
from tests.editor import IS_READY, TEXT, in_editor, inside
from tests.news.factories import make_article, make_category, make_writer
from tests.news.test_browser import browser, enter, newsroom, open_form, wait_until

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SIZES = {"phone": {"width": 390, "height": 800}, "desk": {"width": 1280, "height": 900}}
# What has the focus: its name or id, whether its outline shows, whether something lies over its middle.
FOCUSED = """() => {
  const focused = document.activeElement;
  const box = focused.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: focused.name || focused.id || focused.className || focused.tagName,
    isOutlined: [focused, focused.closest(".select2-selection") ?? focused].some(
      (part) => getComputedStyle(part).outlineStyle !== "none"),
    isCovered: Boolean(box.width && top && !focused.contains(top) && !top.contains(focused)
      && top.closest(".article-buttons") && !focused.closest(".article-buttons")),
  };
}"""


def settled(page: Page) -> dict[str, Any]:
    """What has the focus. Into the editor it goes by messages between two documents."""
    focused = page.evaluate(FOCUSED)
    for _ in range(300):  # much longer than it ever took: a busy machine is no fault
        if focused["isOutlined"]:
            break
        page.wait_for_timeout(50)
        focused = page.evaluate(FOCUSED)
    return focused


def leave_text(page: Page) -> None:
    """By Escape. The form hears of it a moment later: a Tab before that would go on from where it then is."""
    page.keyboard.press("Escape")
    wait_until(page, "!['IFRAME', 'BODY'].includes(document.activeElement.tagName)")


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until the field has the focus; every stop on the way can be seen."""
    for _ in range(60):
        focused = settled(page)
        assert focused["isOutlined"], focused
        assert not focused["isCovered"], focused
        if focused["name"] == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by {key}")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_an_article_is_written_saved_and_submitted_with_the_keyboard_alone(enter, size):
    make_category(name="Kinh tế")
    page = open_form(enter(make_writer(), viewport=size))

    tab_to(page, "title")
    page.keyboard.type("Viết bằng bàn phím")
    tab_to(page, "summary")
    page.keyboard.type("Tóm tắt")
    page.keyboard.press("Tab")
    page.keyboard.type("Nội dung gõ bằng bàn phím")
    leave_text(page)
    tab_to(page, "category")
    page.keyboard.type("Kinh")
    tab_to(page, "_continue")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Article.objects.everywhere().get().status == Status.DRAFT
    wait_until(page, IS_READY)
    page.focus("#id_title")
    tab_to(page, "_step")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    article = Article.objects.everywhere().get()
    assert article.status == Status.REVIEW
    assert "Nội dung gõ bằng bàn phím" in article.body


def test_the_checklist_keeps_the_keyboard_when_it_is_renewed(enter):
    page = open_form(enter(make_writer()))
    links = page.locator(".checklist a")
    wait_until(page, "document.querySelectorAll('.checklist a').length > 1")
    links.last.focus()
    words = links.last.text_content()

    # Somewhere else something was typed a moment ago.
    type_elsewhere(page, "id_title", "Hai xã họp bàn làm đường")
    at_the_same = page.evaluate("document.activeElement.textContent")
    links.first.focus()
    page.evaluate("document.activeElement.hash = '#id_nothing'; document.activeElement.textContent = 'dealt with'")
    type_elsewhere(page, "id_title", "Hai xã họp bàn làm đường liên thôn")

    assert at_the_same == words
    expect(page.locator(".checklist")).to_be_focused()


def type_elsewhere(page: Page, field: str, words: str) -> None:
    """Change a field that has not the focus, and wait until the checklist has heard of it."""
    page.evaluate(
        """([field, words]) => {
            document.querySelector(".checklist li").dataset.before = "";
            const input = document.getElementById(field);
            input.value = words;
            input.dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        [field, words],
    )
    page.clock.run_for(2_000)
    wait_until(page, "!document.querySelector('.checklist li[data-before]')")


@pytest.mark.parametrize("body", ["<ul><li>một</li></ul>", "<table><tbody><tr><td>ô</td></tr></tbody></table>"])
def test_neither_a_list_nor_a_table_holds_the_keyboard(enter, body):
    author = make_writer()
    page = open_form(enter(author), make_article(status=Status.DRAFT, author=author, body=body))
    inside(page).locator(f"{TEXT} :is(li, td)").first.click()

    for _ in range(3):
        page.keyboard.press("Tab")
    leave_text(page)


def test_the_toolbar_is_reached_and_left_with_the_keyboard(enter):
    page = open_form(enter(make_writer()))
    inside(page).locator(TEXT).click()

    page.keyboard.press("Alt+F10")
    page.clock.run_for(300)
    assert in_editor(page, "document.activeElement.closest('.cke_toolbox') !== null")
    page.keyboard.press("Escape")
    page.clock.run_for(300)
    page.keyboard.type("Chữ")

    expect(inside(page).locator(TEXT)).to_contain_text("Chữ")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_the_form_never_scrolls_sideways(enter, size):
    author = make_writer()
    wide = "<table><tr>" + "<td>Cột dữ liệu khá dài</td>" * 9 + "</tr></table>"
    article = make_article(status=Status.DRAFT, author=author, title="Tên rất dài " * 15, body=wide)

    page = open_form(enter(author, viewport=size), article)
    page.click("#attachments-group .add-row a")
    page.clock.run_for(500)

    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
