"""The newsroom in a real browser: nobody loses work."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.access.sessions import BEGAN, SEEN
from library.models import Picture
from library.pictures import store_picture
from news.models import Article, ShareLink, Status
from tests.browser import ARGUMENTS, find_browser
from tests.communes.factories import first_commune
from tests.editor import IS_READY, TEXT, in_editor, inside, text_of, write_text
from tests.news.factories import (
    make_article,
    make_category,
    make_editor,
    make_writer,
    picture_file,
    upload,
)
from tests.served import served

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, so that Django takes a plain query for an asynchronous one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def newsroom(transactional_db, settings, tmp_path) -> Iterator[str]:
    """A server in a thread of this process, with static files and media; its address."""
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    settings.STATIC_ROOT = tmp_path / "static"
    finders.get_finder.cache_clear()
    with served() as address:
        yield address
    finders.get_finder.cache_clear()


@pytest.fixture
def enter(browser, newsroom) -> Iterator:
    """Open a browser context signed in as a person, or as nobody."""
    contexts: list[BrowserContext] = []

    def open_context(user=None, **options) -> BrowserContext:
        context = browser.new_context(base_url=newsroom, locale="vi-VN", **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if user:
            sign_in(context, user, newsroom)
        return context

    yield open_context
    for context in contexts:
        context.close()


def sign_in(context: BrowserContext, user, url: str) -> None:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "communes.work.MembershipBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = time.time()
    session.save()
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])


def open_form(context: BrowserContext, article=None) -> Page:
    page = context.new_page()
    page.clock.install()
    address = reverse("admin:news_article_change", args=[article.pk]) if article else reverse("admin:news_article_add")
    page.goto(address)
    page.clock.run_for(500)
    wait_until(page, IS_READY)
    page.clock.run_for(500)
    return page


def wait_until(page: Page, condition: str, *, is_inside: bool = False) -> None:
    """Let the page's clock run until `condition` holds; Playwright's own way needs 'unsafe-eval'.

    `is_inside`: it is asked of the editor's frame.
    """
    for turn in range(800):
        if in_editor(page, condition) if is_inside else page.evaluate(condition):
            return
        if turn < 80:  # its own timers; afterwards only the machine is slow
            page.clock.run_for(100)
        time.sleep(0.05)
    raise AssertionError(condition)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("[name=_continue]")


def test_the_second_of_two_editors_sees_both_texts_and_chooses(enter):
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Bản gốc", source="UBND xã")
    first, second = open_form(enter(author), article), open_form(enter(editor), article)

    first.fill("#id_title", "Tiêu đề của tác giả")
    save(first)
    second.fill("#id_title", "Tiêu đề của biên tập")
    save(second)

    place = second.locator(".two-texts").first
    expect(place).to_contain_text("Tiêu đề của tác giả")
    expect(place).to_contain_text("Tiêu đề của biên tập")
    with second.expect_navigation():
        second.click("[name=_merge]")
    article.refresh_from_db()
    assert article.title == "Tiêu đề của biên tập"
    assert {revision.content["title"] for revision in article.revisions.all()} >= {
        "Tiêu đề của tác giả",
        "Tiêu đề của biên tập",
    }


def test_a_leader_approves_through_a_link_on_a_phone(enter):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, title="Kế hoạch trình duyệt")
    page = enter(author).new_page()
    page.goto(reverse("admin:news_article_share", args=[article.pk]))
    page.fill("#id_recipient", "ông Lương Văn Khải, Chủ tịch")
    page.locator(".submit-row input[type=submit]").first.click()
    address = page.locator(".share-new input").input_value()

    phone = enter(viewport={"width": 390, "height": 800}).new_page()
    phone.goto(address)
    expect(phone.locator("h1")).to_have_text("Kế hoạch trình duyệt")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.locator(".share-widths a").count() == 3
    phone.fill("#share-comment-above", "Đồng ý cho đăng")
    phone.click("button[value=endorsed]")

    expect(phone.locator(".share-given")).to_be_visible()
    assert ShareLink.objects.get().verdict == "endorsed"
    assert "ông Lương Văn Khải, Chủ tịch" in article.transitions.get().reason


def test_a_leader_looks_at_the_draft_as_on_a_phone_before_answering(enter):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, title="Kế hoạch trình duyệt")
    page = enter(author, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(reverse("admin:news_article_share", args=[article.pk]))
    page.fill("#id_recipient", "ông Lương Văn Khải, Chủ tịch")
    page.locator(".submit-row input[type=submit]").first.click()
    address = page.locator(".share-new input").input_value()
    desk = enter(viewport={"width": 1280, "height": 900}).new_page()
    desk.goto(address)

    for width, pixels in (("dien-thoai", 390), ("may-tinh", 1280)):
        desk.click(f".share-widths a[href$='/{width}/']")
        frame = desk.frame_locator(".share-frame")
        expect(frame.locator("h1")).to_have_text("Kế hoạch trình duyệt")
        assert frame.locator("html").evaluate("() => innerWidth") == pixels
        assert desk.evaluate("document.documentElement.scrollWidth") <= 1280
    desk.click("button[value=endorsed]")

    expect(desk.locator(".share-given")).to_be_visible()


PASTE = """([html]) => {
  const editor = CKEDITOR.instances.text;
  editor.focus();
  const transfer = new CKEDITOR.plugins.clipboard.dataTransfer();
  transfer.setData("text/html", html);
  editor.fire("paste", { type: "auto", dataValue: html, method: "paste", dataTransfer: transfer });
}"""
WORD = (
    '<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15">'
    "<style>p.MsoNormal{margin:0cm}</style></head><body><p class=MsoNormal style='mso-line-height-rule:exactly'>"
    "<b><span style='font-family:\"Times New Roman\"'>Kính gửi:<o:p></o:p></span></b></p>"
    "<p class=MsoNormal>UBND xã họp phiên thường kỳ</p></body></html>"
)


def test_text_pasted_from_word_and_a_base64_picture_become_clean(enter):
    make_category()
    page = open_form(enter(make_writer()))
    page.fill("#id_title", "Dán từ Word")
    page.select_option("#id_category", index=1)
    paste(page, WORD, "thường kỳ")
    picture = base64.b64encode(picture_file(size=(30, 20))).decode()
    in_editor(
        page,
        "([data]) => CKEDITOR.instances.text.insertHtml(`<p><img src='data:image/png;base64,${data}' alt='Cầu'></p>`)",
        [picture],
    )
    page.clock.run_for(1000)
    save(page)

    article = Article.objects.everywhere().get()
    assert "<strong>Kính gửi:</strong>" in article.body
    assert "UBND xã họp phiên thường kỳ" in article.body
    for trace in ("Mso", "style", "class", "base64", "<o:p"):
        assert trace not in article.body
    assert Picture.objects.everywhere().get().file.url in article.body


def test_an_earlier_text_is_restored_from_the_history(enter):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, title="Bản một")
    context = enter(author)
    page = open_form(context, article)
    page.fill("#id_title", "Bản hai")
    save(page)

    page.goto(reverse("admin:news_article_history", args=[article.pk]))
    with page.expect_navigation():
        page.locator("form[action$='/phien-ban/1/'] button").click()

    article.refresh_from_db()
    assert article.title == "Bản một"


def test_a_withdrawn_article_shows_its_notice(enter):
    article = make_article(title="Bài sẽ gỡ")
    editor = enter(make_editor()).new_page()
    editor.goto(reverse("admin:news_article_step", args=[article.pk, "withdraw"]))
    editor.fill("#id_notice", "Bài được gỡ để kiểm tra số liệu.")
    editor.fill("#id_reason", "Sai số liệu")
    with editor.expect_navigation():
        editor.locator(".submit-row input[type=submit]").first.click()

    citizen = enter().new_page()
    response = citizen.goto(article.get_absolute_url())

    assert response.status == 410
    expect(citizen.locator("main")).to_contain_text("Bài được gỡ để kiểm tra số liệu.")
    expect(citizen.locator("main")).to_contain_text("Bài sẽ gỡ")


def test_old_encodings_are_converted_with_one_press(enter):
    page = open_form(enter(make_writer()))
    write_text(page, "<p>Céng hßa x· héi chñ nghÜa ViÖt Nam</p>")
    wait_until(page, "!document.querySelector('.encoding-repair').hidden")
    page.click(".encoding-repair")

    wait_for_text(page, "Cộng hòa xã hội chủ nghĩa Việt Nam")


def test_the_size_of_the_text_is_kept_on_the_device(enter):
    article = make_article()
    context = enter()
    page = context.new_page()
    page.goto(article.get_absolute_url())
    before = page.evaluate("getComputedStyle(document.querySelector('.sized')).fontSize")
    page.click(".textsize-larger")
    page.click(".textsize-larger")
    expect(page.locator(".textsize-said")).to_contain_text("120%")

    page.reload()

    expect(page.locator(".textsize-now")).to_have_text("120%")
    after = page.evaluate("getComputedStyle(document.querySelector('.sized')).fontSize")
    assert float(after[:-2]) == pytest.approx(float(before[:-2]) * 1.2)


def test_the_focal_point_is_set_with_a_press_on_the_picture(enter):
    picture = store_picture(upload(picture_file("JPEG", size=(1200, 700))), first_commune(), None, alt="Cầu treo")
    page = enter(make_editor()).new_page()
    page.goto(reverse("admin:library_picture_change", args=[picture.pk]))
    box = page.locator(".picture-preview").bounding_box()

    page.locator(".picture-preview").click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    mark = page.locator(".focal-mark").bounding_box()
    assert mark["x"] + mark["width"] / 2 == pytest.approx(box["x"] + box["width"] * 0.25, abs=3)
    assert mark["y"] + mark["height"] / 2 == pytest.approx(box["y"] + box["height"] * 0.75, abs=3)
    save(page)

    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (25, 75)


def test_a_scheduled_article_appears_and_ends_for_a_reader_with_only_the_clock_moved(enter):
    start = timezone.now()
    article = make_article(published_at=start + timedelta(days=1), expires_at=start + timedelta(days=2))
    page = enter().new_page()

    seen = []
    for days in (0, 1.5, 2.5):
        with time_machine.travel(start + timedelta(days=days)):
            seen.append(page.goto(article.get_absolute_url()).status)

    assert seen == [404, 200, 410]


GROUND = "() => getComputedStyle(document.querySelector('.cke_wysiwyg_div')).backgroundColor"


def test_the_text_in_the_editor_is_light_or_dark_as_the_admin_around_it(enter):
    page = open_form(enter(make_writer(), color_scheme="dark"))
    seen = [in_editor(page, GROUND)]
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        wait_until(page, f"document.documentElement.dataset.theme === '{theme}'", is_inside=True)
        seen.append(in_editor(page, GROUND))
    write_text(page, "<p>Viết lại</p>")
    page.emulate_media(color_scheme="light")
    seen.append(in_editor(page, GROUND))

    dark, white = "rgb(29, 27, 26)", "rgb(255, 255, 255)"
    assert seen == [dark, white, dark, dark]


DROP = """([name, type, data, method]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type }));
  const editor = CKEDITOR.instances.text;
  window.notes = [];
  editor.on("notificationUpdate", ({ data }) => notes.push(data.options.type ?? "progress"));
  editor.focus();
  const { x, y } = editor.editable().$.getBoundingClientRect();
  const event = method === "paste"
    ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true, clientX: x + 20, clientY: y + 20 });
  editor.editable().$.dispatchEvent(event);
}"""
NOTES = ".cke_notification"


@pytest.mark.parametrize("method", ["drop", "paste"])
def test_a_picture_of_any_taken_format_comes_into_the_text(enter, method):
    page = open_form(enter(make_writer()))

    for kind, type_, width in (("WEBP", "image/webp", 64), ("AVIF", "image/avif", 66), ("HEIF", "", 68)):
        write_text(page, "<p>chữ</p>")
        content = base64.b64encode(picture_file(kind, size=(width, 48))).decode()
        in_editor(page, DROP, [f"anh.{kind.lower()}", type_, content, method])
        wait_for_text(page, "/media/")

        text = text_of(page)
        assert Picture.objects.everywhere().latest("pk").file.url in text
        assert f'width="{width}"' in text and 'height="48"' in text
    expect(inside(page).locator(NOTES).last).to_have_text(re.compile("Ảnh đã được chèn vào bài"))


@pytest.mark.parametrize("method", ["drop", "paste"])
@pytest.mark.parametrize(("name", "type_"), [("a.webp", "image/webp"), ("a.pdf", "application/pdf"), ("a.heic", "")])
def test_a_refused_file_shows_our_sentence_and_nothing_calls_it_uploaded(enter, method, name, type_):
    page = open_form(enter(make_writer()))

    in_editor(page, DROP, [name, type_, base64.b64encode(b"no picture " * 20_000).decode(), method])
    wait_until(page, "document.querySelector('.cke_notification_warning') !== null", is_inside=True)
    page.clock.run_for(1000)

    assert "success" not in in_editor(page, "notes")
    expect(inside(page).locator(NOTES)).to_have_count(1)
    expect(inside(page).locator(NOTES)).to_have_text(re.compile("Tệp không phải ảnh JPEG, PNG"))
    assert not text_of(page).count("<img")
    assert not Picture.objects.everywhere().exists()


def test_a_lost_session_is_told_in_vietnamese(enter):
    context = enter(make_writer())
    page = open_form(context)
    context.clear_cookies()

    in_editor(page, DROP, ["a.png", "image/png", base64.b64encode(picture_file()).decode(), "drop"])
    wait_until(page, "document.querySelector('.cke_notification_warning') !== null", is_inside=True)

    expect(inside(page).locator(NOTES)).to_have_text(re.compile("Vui lòng đăng nhập lại"))


def paste(page: Page, html: str, words: str) -> None:
    """Paste `html` and wait until `words`, its last ones, are in the text."""
    in_editor(page, PASTE, [html])
    wait_for_text(page, words)


def wait_for_text(page: Page, words: str) -> None:
    wait_until(page, f"CKEDITOR.instances.text.getData().includes('{words}')", is_inside=True)


def pasted_and_saved(enter, html: str, words: str) -> str:
    """The stored text after `html` was pasted into an article's empty text."""
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, body="")
    page = open_form(enter(author), article)
    paste(page, html, words)
    save(page)
    article.refresh_from_db()
    return str(article.body)


FROM_DOCS = (
    '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><h1 dir="ltr"><span>Tiêu đề</span>'
    '</h1><h2><span style="font-weight:400">Phần</span></h2>'
    '<p dir="ltr" style="text-align:center"><span style="font-weight:700">Giữa</span><span> trang</span></p>'
    '<ol><li dir="ltr" style="list-style-type:lower-alpha"><p><span>điểm a</span></p></li>'
    '<ol><li style="list-style-type:lower-roman"><p><span>tiết i</span></p></li></ol></ol>'
    '<p><a href="https://example.com/"><span style="text-decoration:underline">liên kết</span></a> '
    '<span style="font-style:italic;font-variant:normal">hết</span></p></b>'
)
FROM_WORD = (
    '<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15">'
    "</head><body><h1>Tiêu đề</h1><h2>Phần</h2>"
    "<p class=MsoNormal align=center style='text-align:center'><b>Giữa</b> trang<o:p></o:p></p>"
    "<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'>"
    "<![if !supportLists]><span style='mso-list:Ignore'>a)<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;"
    "</span></span><![endif]>điểm a</p>"
    "<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'>"
    "<![if !supportLists]><span style='mso-list:Ignore'>b)<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;"
    "</span></span><![endif]>điểm b</p><p class=MsoNormal>hết</p></body></html>"
)


def test_a_paste_of_google_docs_keeps_its_meaning(enter):
    body = pasted_and_saved(enter, FROM_DOCS, "hết")

    assert "<h2>Tiêu đề</h2>" in body and "<h3>Phần</h3>" in body
    assert '<p class="align-center"><strong>Giữa</strong> trang</p>' in body
    assert '<ol type="a">' in body and '<ol type="i">' in body and "<p>điểm a" not in body
    assert '<a href="https://example.com/">liên kết</a> <em>hết</em>' in body


def test_a_paste_of_word_keeps_its_meaning(enter):
    body = pasted_and_saved(enter, FROM_WORD, "hết")

    assert "<h2>Tiêu đề</h2>" in body and "<h3>Phần</h3>" in body
    assert '<p class="align-center"><strong>Giữa</strong> trang</p>' in body
    assert '<ol type="a">' in body and body.count("<li>") == 2


def test_a_paste_of_another_page_keeps_what_is_centred(enter):
    body = pasted_and_saved(
        enter, '<div style="text-align:center;color:red"><p style="text-align:center">Giữa</p></div>', "Giữa"
    )

    assert body == '<p class="align-center">Giữa</p>'


CHECKLIST = "document.querySelector('.checklist').textContent"


def test_what_the_editor_drops_of_a_paste_is_named_until_it_no_longer_is_true(enter):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, body="<p>cũ</p>")
    page = open_form(enter(author), article)

    paste(page, '<p>Lễ hội</p><video src="a.mp4"></video>', "Lễ hội")
    wait_until(page, f"{CHECKLIST}.includes('Đã bỏ: 1 video')")
    write_text(page, "<p>Viết lại từ đầu</p>")
    wait_until(page, f"!{CHECKLIST}.includes('Đã bỏ')")
    paste(page, '<p>Hội làng</p><video src="b.mp4"></video>', "Hội làng")
    wait_until(page, f"{CHECKLIST}.includes('Đã bỏ: 1 video')")
    save(page)

    expect(page.locator(".messagelist")).to_contain_text("Đã bỏ: 1 video")


VIDEO = '<p>Mời xem.</p><iframe src="https://www.youtube.com/embed/abcdefghijk" title="Lễ hội xã"></iframe>'
PLAYER = "https://www.youtube-nocookie.com/embed/abcdefghijk"


def watched_page(context: BrowserContext, newsroom: str) -> tuple[Page, list[str]]:
    """A page, and the addresses outside the portal that it asks for; none of them answers."""
    outside: list[str] = []

    def refuse(route) -> None:
        outside.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<p>player</p>")

    page = context.new_page()
    page.route(lambda address: not address.startswith(newsroom), refuse)
    return page, outside


@pytest.mark.parametrize("press", ["click", "Enter"])
def test_a_video_asks_nothing_of_its_site_before_it_is_pressed(enter, newsroom, press):
    article = make_article(body=VIDEO)
    page, outside = watched_page(enter(viewport={"width": 390, "height": 800}), newsroom)
    page.goto(article.get_absolute_url(), wait_until="networkidle")
    link = page.locator("p.video > a")
    assert outside == []

    if press == "click":
        link.click()
    else:
        link.focus()
        page.keyboard.press(press)

    frame = page.locator("p.video > iframe")
    expect(frame).to_have_attribute("title", "Lễ hội xã")
    expect(page.frame_locator("p.video > iframe").locator("p")).to_have_text("player")
    assert outside == [f"{PLAYER}?autoplay=1"]
    assert frame.bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_a_video_is_a_link_to_its_page(enter, newsroom):
    article = make_article(body=VIDEO)
    page, outside = watched_page(enter(java_script_enabled=False), newsroom)
    page.goto(article.get_absolute_url())
    assert outside == []

    page.locator("p.video > a").click()

    expect(page).to_have_url("https://www.youtube.com/watch?v=abcdefghijk")


def test_a_cover_is_sent_seen_and_described_and_the_preview_follows_the_typing(enter):
    make_category()
    context = enter(make_writer(), viewport={"width": 1280, "height": 900})
    page = open_form(context)
    page.fill("#id_title", "Cầu treo")
    page.select_option("#id_category", index=1)

    page.set_input_files("#id_cover_file", {"name": "cau.png", "mimeType": "image/png", "buffer": picture_file()})
    expect(page.locator(".cover-picture")).to_be_visible()
    expect(page.locator("#id_cover_alt")).to_be_focused()
    page.clock.run_for(2_000)
    expect(page.locator(".checklist .blocking a", has_text="ảnh")).to_have_attribute("href", "#id_cover_alt")
    page.keyboard.type("Cầu treo mới")
    box = page.locator(".cover-picture").bounding_box()
    page.locator(".cover-picture").click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})

    with context.expect_page() as opening:
        page.click("[name=_preview]")
        page.clock.run_for(500)
    tab = opening.value
    shown = tab.frame_locator(".preview-frame")
    expect(shown.locator("h1")).to_have_text("Cầu treo")
    expect(shown.locator("figure.cover img")).to_have_attribute("alt", "Cầu treo mới")
    expect(tab.locator(".preview-state")).to_contain_text("gõ")
    write_text(page, "<p>Thông xe hôm nay</p>")
    page.clock.run_for(2_000)
    expect(shown.locator(".richtext")).to_have_text("Thông xe hôm nay")
    tab.locator("[value=phone]").check()
    assert tab.locator(".preview-frame").evaluate("frame => frame.clientWidth") == 390
    assert Article.objects.everywhere().count() == 0

    page.bring_to_front()
    inside(page).locator(TEXT).click()
    with page.expect_navigation():
        page.keyboard.press("Control+s")
        page.clock.run_for(1_000)
    article = Article.objects.everywhere().select_related("cover").get()
    assert article.cover_alt == "Cầu treo mới"
    assert (article.cover.focal_x, article.cover.focal_y) == (25, 75)
