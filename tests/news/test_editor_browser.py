"""The editor in its frame: a writer misses nothing, and what runs in the frame reaches nothing."""

from __future__ import annotations

import base64
import contextlib
import re

import pytest
from playwright.sync_api import Error, Page, expect

from library.models import Picture
from library.recordings.storing import add_recording
from news.models import Article, Status
from tests.communes.factories import first_commune
from tests.editor import TEXT, in_editor, inside, text_of, write_text
from tests.library.test_recordings import sound
from tests.news.factories import (
    WRITER,
    make_article,
    make_category,
    make_picture,
    make_user,
    make_writer,
    picture_file,
    upload,
)
from tests.news.test_browser import (
    DROP,
    WORD,
    browser,
    enter,
    newsroom,
    open_form,
    paste,
    save,
    wait_for_text,
    wait_until,
)

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

COUNT = (
    "addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {"
    " (globalThis.refused ??= []).push([effectiveDirective, blockedURI, sourceFile].join(' ')) })"
)
BUTTON = ".cke_button__{}"


def press(page: Page, name: str) -> None:
    inside(page).locator(BUTTON.format(name)).click()
    page.clock.run_for(300)


def open_dialog(page: Page, button: str) -> None:
    """Open a dialog with its button, see it whole in the window, and close it with Esc."""
    press(page, button)
    dialog = inside(page).locator(".cke_dialog:visible").first
    expect(dialog).to_be_visible()
    box = dialog.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"], (button, box)
    page.keyboard.press("Escape")
    page.clock.run_for(300)
    expect(inside(page).locator(".cke_dialog:visible")).to_have_count(0)


def add_a_row(page: Page) -> None:
    """With the menu of a table."""
    script = "CKEDITOR.instances.text.insertHtml('<table><tbody><tr><td>một</td></tr></tbody></table>')"
    in_editor(page, script)
    inside(page).locator(f"{TEXT} td").click(button="right")
    page.clock.run_for(500)
    inside(page).locator(".cke_menubutton__tablerow").hover()
    page.clock.run_for(1000)
    inside(page).locator(".cke_menubutton__tablerow_insertAfter").click()
    page.clock.run_for(500)
    assert text_of(page).count("<tr>") == 2


def test_a_writer_uses_every_tool_and_the_policy_of_the_form_refuses_nothing(enter):
    make_category()
    context = enter(make_writer(), viewport={"width": 1280, "height": 900})
    context.add_init_script(COUNT)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = open_form(context)
    page.fill("#id_title", "Mọi công cụ")
    page.select_option("#id_category", index=1)

    inside(page).locator(TEXT).click()
    page.keyboard.type("Mở đầu")
    inside(page).locator(".cke_combo__format .cke_combo_button").click()
    inside(page).locator(".cke_panel_listItem a", has_text="2").click()
    page.clock.run_for(300)
    page.keyboard.press("End")  # a panel that closes early lets the click through to the text
    page.keyboard.press("Enter")
    page.keyboard.type("điểm một")
    press(page, "numberedlist")
    for button in ("link", "image", "table", "specialchar", "find"):
        open_dialog(page, button)
    paste(page, WORD, "thường kỳ")
    add_a_row(page)
    in_editor(page, DROP, ["anh.png", "image/png", base64.b64encode(picture_file(size=(64, 48))).decode(), "paste"])
    wait_for_text(page, "/media/")

    assert page.evaluate("globalThis.refused ?? []") == []
    assert in_editor(page, "globalThis.refused ?? []") == []
    assert errors == []
    save(page)
    body = Article.objects.everywhere().get().body
    assert "<h2>Mở đầu</h2>" in body and "<ol>" in body and "điểm một" in body
    assert "<strong>Kính gửi:</strong>" in body and Picture.objects.everywhere().get().file.url in body


REACHED = """async () => {
  const tried = {
    cookie: () => document.cookie,
    storage: () => localStorage.length,
    form: () => parent.document.title,
    top: () => top.location.href,
    admin: () => fetch("/quan-tri/"),
    upload: () => fetch("/tai-len/anh/", { method: "POST", mode: "no-cors", credentials: "include" }),
    window: () => { if (!open("/quan-tri/")) throw new Error("refused"); },
    away: () => new Promise((done, fail) => {
      const image = new Image();
      image.onload = done;
      image.onerror = fail;
      image.src = "https://ngoai.example/?q=x";
    }),
  };
  const reached = [];
  for (const [name, attempt] of Object.entries(tried)) {
    try {
      await attempt();
      reached.push(name);
    } catch {}
  }
  return reached;
}"""


def test_the_frame_reaches_nothing_and_the_form_loses_nothing(enter):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, body="<p>của tôi</p>")
    page = open_form(enter(author), article)

    assert in_editor(page, "self.origin") == "null"
    assert in_editor(page, REACHED) == []

    # Another frame of the same kind, and the page itself, say that they are the editor.
    page.evaluate("""() => {
      const other = document.createElement("iframe");
      other.setAttribute("sandbox", "allow-scripts");
      other.src = document.querySelector(".editor-widget").dataset.frame;
      document.body.append(other);
    }""")
    page.evaluate("postMessage({ kind: 'text', html: '<p>lạ</p>', round: 0 }, location.origin)")
    page.clock.run_for(2000)
    assert "của tôi" in page.evaluate("document.querySelector('#id_body').value")
    assert not page.frames[-1].evaluate("'text' in (window.CKEDITOR?.instances ?? {})")

    # Typed and sent in the same moment.
    inside(page).locator(TEXT).click()
    with page.expect_navigation():
        in_editor(page, "CKEDITOR.instances.text.insertText('vừa gõ xong')")
        page.evaluate("document.querySelector('[name=_continue]').click()")
    article.refresh_from_db()
    assert "vừa gõ xong" in article.body


def choose(window: Page, button: str) -> None:
    """Press a button of a window that closes by it, once its script listens."""
    window.wait_for_load_state()
    with contextlib.suppress(Error):  # it may close before the click is told
        window.locator(button).click()


def test_a_picture_is_chosen_from_the_library_and_from_the_disk_in_the_dialog(enter, tmp_path):
    picture = make_picture(alt="Cầu treo")
    page = open_form(enter(make_writer()))
    inside(page).locator(TEXT).click()

    press(page, "image")
    with page.expect_popup() as opening:
        inside(page).locator(".cke_dialog_contents:visible a.cke_dialog_ui_button", has_text="Duyệt").first.click()
    choose(opening.value, f".picker button[data-id='{picture.pk}']")
    address = inside(page).locator(".cke_dialog_contents:visible input[type=text]").first
    expect(address).to_have_value(picture.file.url)
    inside(page).locator(".cke_dialog_ui_button_ok").click()
    page.clock.run_for(500)
    assert 'alt="Cầu treo"' in text_of(page)

    write_text(page, "<p>chữ</p>")
    press(page, "image")
    inside(page).locator(".cke_dialog_tab", has_text="Tải lên").click()
    (tmp_path / "anh.png").write_bytes(picture_file(size=(64, 48)))
    inside(page).locator(".upload-file").set_input_files(tmp_path / "anh.png")
    expect(address).to_have_value(re.compile("-64x48.png$"))
    assert Picture.objects.everywhere().latest("pk").width == 64


def test_an_album_of_new_pictures_and_a_recording_come_into_the_text_by_their_buttons(enter):
    make_category()
    recording = add_recording(upload(sound(), "a.mp3"), first_commune(), None, title="Bản tin")
    page = open_form(enter(make_user(*WRITER, "view_recording")))
    page.fill("#id_title", "Hội làng")
    page.select_option("#id_category", index=1)
    inside(page).locator(TEXT).click()
    page.keyboard.type("Mở đầu")

    with page.expect_popup() as opening:
        press(page, "recording")
    choose(opening.value, ".recording-picker button")
    wait_for_text(page, 'class="recording"')
    with page.expect_popup() as opening:
        press(page, "album")
    library = opening.value
    with library.expect_navigation():  # until its script listens
        library.locator("a[href*=nhieu]").click()
    files = [(f"{name}.png", picture_file(colour=name)) for name in ("red", "blue")] + [("thư.png", b"no picture")]
    library.set_input_files(
        "#uploads", [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files]
    )
    expect(library.locator(".many-refusals li strong")).to_have_text("thư.png")
    rows = library.locator(".many-rows [name$=-alt]")
    expect(rows).to_have_count(2)
    for number, field in enumerate(rows.all()):
        field.fill(f"Ảnh {number}")
    library.locator("[name=_save]").click()
    expect(library.locator(".album-picker :checked")).to_have_count(2)
    library.locator(".insert-album").dispatch_event("click")  # the window closes under a real press
    wait_for_text(page, 'class="album"')
    save(page)

    body = Article.objects.everywhere().get().body
    red, blue = Picture.objects.everywhere().order_by("pk")
    assert "<p>Mở đầu</p>" in body and f'<p class="recording"><a href="{recording.file.url}">Bản tin</a></p>' in body
    assert body.index('<figure class="album">') < body.index(red.file.url) < body.index(blue.file.url)
    assert 'alt="Ảnh 1"' in body and (red.filename, blue.filename) == ("red.png", "blue.png")


def test_the_whole_window_on_a_phone_and_the_way_back(enter):
    author = make_writer()
    context = enter(author, viewport={"width": 390, "height": 800})
    page = open_form(context, make_article(status=Status.DRAFT, author=author, body="<p>cũ</p>"))
    press(page, "maximize")
    wait_until(page, "document.querySelector('iframe.editor-frame').getBoundingClientRect().height === innerHeight")
    assert page.locator("iframe.editor-frame").bounding_box()["width"] == 390

    inside(page).locator(TEXT).click()
    page.keyboard.press("Escape")
    page.clock.run_for(500)
    wait_until(page, "!document.querySelector('iframe.editor-frame').classList.contains('is-maximised')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert in_editor(page, "document.documentElement.scrollWidth") <= 390

    inside(page).locator(TEXT).click()
    page.keyboard.type("dở dang ")
    wait_until(page, "document.querySelector('#id_body').value.includes('dở dang')")
    page.clock.run_for(1000)
    page.goto("/")
    page.go_back()
    kept = "document.querySelector('#id_body')?.value.includes('dở dang')"
    wait_until(page, f"{kept} || document.querySelector('.unsaved-offer')?.hidden === false")
