"""The whole main job in a real browser: written, published, read, voted on, counted."""

import io
import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.painter.art import draw
from tests.e2e.conftest import Portal, sign_in
from tests.editor import READY_FRAME, TEXT, in_editor, inside
from tests.waiting import LONG

pytestmark = pytest.mark.e2e

TITLE = "Đường liên thôn Khe Hạ – Bến Đò được nâng cấp trước mùa mưa"
SLUG = "duong-lien-thon-khe-ha-ben-do-duoc-nang-cap-truoc-mua-mua"
SUMMARY = "Hơn hai ki-lô-mét mặt đường được đổ bê tông, người dân đi lại thuận tiện."
BODY = "Sáng nay, UBND xã nghiệm thu tuyến đường. Ễnh ương kêu vang, nước đã rút."


def picture() -> bytes:
    file = io.BytesIO()
    draw("road", "story", (480, 270)).save(file, "PNG")
    return file.getvalue()


def write_article(page: Page) -> None:
    """Fill the form as a writer does: title, summary, text with a picture, category."""
    page.fill("#id_title", TITLE)
    page.fill("#id_summary", SUMMARY)
    page.wait_for_selector(READY_FRAME)
    inside(page).locator(TEXT).click()
    page.keyboard.insert_text(BODY)
    page.keyboard.press("Enter")
    upload_picture_into_text(page)
    page.select_option("#id_category", label="Kinh tế")


def upload_picture_into_text(page: Page) -> None:
    """Paste a picture file into the text: the editor uploads it and shows it there."""
    in_editor(
        page,
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "con-duong.png", {type: "image/png"}));
            document.querySelector(".cke_wysiwyg_div").dispatchEvent(new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true}));
        }""",
        list(picture()),
    )
    image = inside(page).locator(f"{TEXT} img[src^='/media/']")
    expect(image).to_be_visible(timeout=60_000)
    image.evaluate("image => { image.alt = 'Con đường mới'; }")


def fresh(browser: Browser) -> Page:
    return browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh").new_page()


def voters(page: Page) -> int:
    text = page.locator(".poll-total").first.inner_text()
    return int(re.search(r"[\d.]+", text).group().replace(".", ""))


def wait_until(check, seconds: float = LONG) -> None:
    """Try `check` until it holds; its last failure is the test's."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def test_from_the_writer_to_the_voter(portal: Portal, browser: Browser, context):
    writer = context.new_page()
    sign_in(writer, portal, "phongvien")
    writer.goto(f"{portal.address}/quan-tri/news/article/add/")
    write_article(writer)
    writer.click("button[name=_step][value=submit]")
    expect(writer.locator(".messagelist .success").first).to_be_visible()
    writer.context.close()

    editor = fresh(browser)
    sign_in(editor, portal, "bientapvien")
    editor.goto(f"{portal.address}/quan-tri/news/article/?q={TITLE[:20]}")
    editor.click(f"text={TITLE}")
    editor.click("button[name=_step][value=publish]")
    expect(editor.locator(".messagelist .success").first).to_be_visible()
    editor.context.close()

    reader = fresh(browser)

    def is_everywhere() -> None:
        home = portal.get("/")
        assert home.count(SLUG) == 1, "an article stands in one block of the home page"
        assert SLUG in home.partition('id="latest-title"')[2].partition("</section>")[0]
        for address in ("/kinh-te/", "/rss/", "/kinh-te/rss/"):
            assert TITLE in portal.get(address), address
        assert SLUG in portal.get("/sitemap-bai-viet.xml")

    wait_until(is_everywhere)

    reader.goto(portal.address)
    reader.click(f".latest-wide a:has-text('{TITLE[:40]}')")
    expect(reader.locator("h1")).to_have_text(TITLE)
    assert re.fullmatch(rf"{portal.address}/kinh-te/{SLUG}-\d+/", reader.url)
    assert reader.locator(".richtext img").evaluate("image => image.complete && image.naturalWidth") == 480
    assert "Ễnh ương" in reader.locator(".richtext").inner_text()

    before = voters(reader)
    vote(reader)
    reader.goto(reader.url)
    wait_until(lambda: assert_more_voters(reader, before))

    expect(reader.locator("[data-online]").first).to_have_text(re.compile(r"[1-9]"))
    zoom_text(reader)
    reader.context.close()


def vote(page: Page) -> None:
    page.locator(".poll-box label", has_text="Rất hài lòng").first.click()
    page.locator(".poll-box button[type=submit]").click()
    send = page.locator(".poll-box [data-ballot-form] button[type=submit]")
    if send.count():
        send.click()
    expect(page.locator(".poll-box .poll-status, .poll-box .notice").first).not_to_be_empty(timeout=60_000)


def assert_more_voters(page: Page, before: int) -> None:
    page.reload()
    assert voters(page) == before + 1


def zoom_text(page: Page) -> None:
    for _ in range(2):
        page.click(".textsize-larger")
    expect(page.locator(".textsize-now")).to_have_text("120%")
    page.reload()
    expect(page.locator(".textsize-now")).to_have_text("120%")
