"""Ten daily jobs of a newsroom, in clicks and seconds, on a running portal with the demonstration.

    python -m benchmarks.studies.clicks http://127.0.0.1:8000 var/demo-accounts.txt

Each job begins on the work desk of whoever does it, signed in, in Chromium on a screen of 1280 by 800. A click is a
press of the mouse on a link, a button, a box to tick, a choice, or a file in the dialog of the system; fields are
reached with Tab and typed in, which counts as none. The seconds are those of the machine: what a person would wait
for it. Typing, reading and thinking are the same whatever the portal looks like, and are left out. What a job needs
beforehand is made before its clock begins. Prints a table in Markdown; a job that cannot be done is a dash.
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from demo.painter.art import draw
from tests.browser import ARGUMENTS, find_browser
from tests.editor import READY_FRAME, TEXT, in_editor, inside, write_text
from vietnamese import VIETNAM

ADMIN = "/quan-tri/"
WRITER, EDITOR, CHIEF = "phongvien", "bientapvien", "quantri"
PATIENCE = 15_000  # milliseconds for one press; a job that waits longer is not there
TO_THE_END = """() => {
    const editor = CKEDITOR.instances.text, range = editor.createRange();
    range.moveToElementEditEnd(editor.editable());
    editor.getSelection().selectRanges([range]);
}"""
PDF = b"%PDF-1.7 quyet dinh"


class Hand:
    """One person at the own desk, whose clicks are counted while `counts`."""

    def __init__(self, browser: Browser, address: str, name: str, password: str) -> None:
        context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 800}
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address, self.password = address, password
        self.clicks = 0
        self.page.goto(f"{address}{ADMIN}login/?next={ADMIN}")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", password)
        self.page.click("[type=submit]")
        self.page.wait_for_url(f"{address}{ADMIN}")

    def desk(self) -> None:
        self.page.goto(self.address + ADMIN)

    def press(self, place: str | Locator, *, inside_editor: bool = False) -> None:
        """Something on this page."""
        self.clicks += 1
        where = place if isinstance(place, Locator) else self.find(place, inside_editor=inside_editor)
        where.click()

    def go(self, place: str | Locator) -> None:
        """A link or button that leads to another page."""
        with self.page.expect_navigation():
            self.press(place)

    def find(self, place: str, *, inside_editor: bool = False) -> Locator:
        return (inside(self.page) if inside_editor else self.page).locator(place).locator("visible=true").first

    def choose(self, place: str, label: str) -> None:
        """A choice of a list: a click opens it, its first letters find the entry."""
        self.clicks += 1
        self.page.select_option(place, label=re.sub(r"\s+", " ", label))

    def attach(self, place: str | Locator, name: str, content: bytes, kind: str) -> None:
        """A file: one click on the button, one on the file."""
        self.clicks += 2
        where = place if isinstance(place, Locator) else self.page.locator(place).first
        where.set_input_files({"name": name, "mimeType": kind, "buffer": content})

    def write(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)

    def step(self, name: str) -> None:
        self.go(f"[name=_step][value={name}], a.step-{name}, button.step-{name}")

    def send(self) -> None:
        self.go(".submit-row input[type=submit], .submit-row button[type=submit]")


@dataclass(frozen=True)
class Newsroom:
    """Its three people, and a name for what this run writes."""

    writer: Hand
    editor: Hand
    chief: Hand
    mark: str

    @property
    def people(self) -> tuple[Hand, Hand, Hand]:
        return self.writer, self.editor, self.chief


def now() -> datetime:
    return datetime.now(VIETNAM)


def picture(seed: str) -> bytes:
    file = io.BytesIO()
    draw("road", seed, (960, 640)).save(file, "PNG")
    return file.getvalue()


def write_article(hand: Hand, title: str, category: str = "Kinh tế") -> None:
    """From the desk: the form with title, summary, text and category; typed, but for the category."""
    hand.go("a:has-text('Viết bài')")
    hand.write(title=title, summary="Tuyến đường dài hơn hai ki-lô-mét vừa được nghiệm thu.")
    hand.page.wait_for_selector(READY_FRAME)
    write_text(hand.page, "<p>Sáng nay, Ủy ban nhân dân xã nghiệm thu tuyến đường liên thôn Khê Hạ.</p>")
    hand.choose("#id_category", category)


def open_from_desk(hand: Hand, title: str) -> None:
    hand.desk()
    hand.go(f".desk a:has-text('{title}')")


def find_in_list(hand: Hand, title: str) -> None:
    """From the desk to an article: the list, some words of the title, Enter, its line."""
    hand.go("a:has-text('Tất cả bài viết')")
    hand.page.fill("#searchbar", title)
    with hand.page.expect_navigation():
        hand.page.press("#searchbar", "Enter")
    hand.go(f"#result_list .field-title a:has-text('{title}')")


def waiting_article(room: Newsroom, title: str) -> None:
    room.writer.desk()
    write_article(room.writer, title)
    room.writer.step("submit")
    room.editor.desk()


def live_article(room: Newsroom, title: str) -> None:
    waiting_article(room, title)
    open_from_desk(room.editor, title)
    room.editor.step("publish")
    room.editor.desk()


# --- The jobs: what is needed before, and what is counted ---


def publish_with_cover(room: Newsroom) -> None:
    title = f"Đường Khê Hạ {room.mark}"
    write_article(room.writer, title)
    room.writer.attach("#id_cover_file", "duong-khe-ha.png", picture(room.mark), "image/png")
    room.writer.write(cover_alt="Con đường bê tông chạy qua cánh đồng")
    room.writer.step("submit")
    open_from_desk(room.editor, title)
    room.editor.step("publish")


def before_typo(room: Newsroom) -> None:
    """The rule that a small correction needs one person alone is set, and an article is live."""
    page = room.chief.page
    page.goto(f"{room.chief.address}{ADMIN}news/newsroomrules/")
    page.check("[name=is_correcting_alone]")
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist")
    live_article(room, f"Lỗi đánh máy {room.mark}")


def correct_typo(room: Newsroom) -> None:
    hand = room.editor
    find_in_list(hand, f"Lỗi đánh máy {room.mark}")
    hand.page.wait_for_selector(READY_FRAME)
    hand.write(summary="Tuyến đường dài hơn hai ki-lô-mét vừa được nghiệm thụ.")
    hand.go("[name=_continue]")
    hand.step("typo")


def publish_notice(room: Newsroom) -> None:
    title = f"Thông báo cắt điện {room.mark}"
    hand = room.writer
    write_article(hand, title, "Thông báo")
    hand.choose("#id_kind", "thông báo")
    hand.write(deadline_on=f"{now() + timedelta(days=9):%d/%m/%Y}")
    hand.press("#attachments-group .add-row a, a:has-text('Thêm một Tài liệu đính kèm')")
    hand.attach("#id_attachments-0-upload", "quyet-dinh.pdf", PDF + room.mark.encode(), "application/pdf")
    hand.write(**{"attachments-0-title": "Quyết định cắt điện"})
    hand.step("submit")
    open_from_desk(room.editor, title)
    room.editor.step("publish")


def schedule(room: Newsroom) -> None:
    open_from_desk(room.editor, f"Hẹn giờ {room.mark}")
    room.editor.step("schedule")
    moment = now() + timedelta(days=2)
    if room.editor.page.locator("[name=at_0]").count():
        room.editor.write(at_0=f"{moment:%d/%m/%Y}", at_1="7h30")
    else:
        room.editor.write(at=f"{moment:%Y-%m-%d}T07:30")
    room.editor.send()


def withdraw(room: Newsroom) -> None:
    find_in_list(room.editor, f"Gỡ bài {room.mark}")
    room.editor.step("withdraw")
    room.editor.write(notice="Bài có số liệu chưa chính xác, xin lỗi bạn đọc.", reason="Sai số liệu")
    room.editor.send()


def report(room: Newsroom) -> None:
    """The articles of the year by author, category and month, as a file for the leader."""
    hand = room.editor
    hand.go("a:has-text('Báo cáo')")
    day, last = now().replace(month=1, day=1), now()
    kind = hand.page.get_attribute("[name=tu]", "type")
    pattern = "%Y-%m-%d" if kind == "date" else "%d/%m/%Y"
    hand.write(tu=day.strftime(pattern), den=last.strftime(pattern))
    with hand.page.expect_navigation():
        hand.page.press("[name=den]", "Enter")
    with hand.page.expect_download():
        hand.press("a:has-text('Excel')")


def album(room: Newsroom) -> None:
    """Six pictures in one text, each with its description."""
    hand = room.writer
    write_article(hand, f"Sáu ảnh ngày hội {room.mark}")
    if inside(hand.page).locator(".cke_button__album").count():
        _album_at_once(hand, room.mark)
    else:
        _one_by_one(hand, room.mark)
    hand.go("[name=_continue]")


def _album_at_once(hand: Hand, mark: str) -> None:
    files = [
        {"name": f"anh-{number}.png", "mimeType": "image/png", "buffer": picture(f"{mark}{number}")}
        for number in range(6)
    ]
    with hand.page.expect_popup() as opened:
        hand.press(".cke_button__album", inside_editor=True)
    library = opened.value
    hand.clicks += 1
    library.click("a:has-text('Thêm nhiều ảnh')")
    hand.clicks += 2
    library.set_input_files("#uploads", files)
    library.locator(".many-rows > li").nth(5).wait_for()
    for number, field in enumerate(library.locator(".many-rows .wide:first-of-type [name$=alt]").all()):
        field.fill(f"Bà con dự ngày hội, ảnh {number}")
    hand.clicks += 2
    with library.expect_navigation():
        library.click("[name=_save]")
    library.click(".insert-album")
    inside(hand.page).locator(f"{TEXT} figure.album img[src^='/media/']").nth(5).wait_for()


def _one_by_one(hand: Hand, mark: str) -> None:
    for number in range(6):
        hand.clicks += 1  # below the picture before
        in_editor(hand.page, TO_THE_END)
        hand.press(".cke_button__image", inside_editor=True)
        hand.press(".cke_dialog_tab:has-text('Tải lên')", inside_editor=True)
        upload = inside(hand.page).locator(".upload-file").last
        hand.attach(upload, f"anh-{number}.png", picture(f"{mark}{number}"), "image/png")
        field = inside(hand.page).locator(".cke_dialog_body input[type=text]:visible")
        field.nth(1).fill(f"Bà con dự ngày hội, ảnh {number}")
        hand.press(".cke_dialog_ui_button_ok", inside_editor=True)
        inside(hand.page).locator(f"{TEXT} img").nth(number).wait_for()


def move_ten(room: Newsroom) -> None:
    """The first ten of the list: a tick, a tick with Shift on the tenth, the step, the category."""
    hand = room.editor
    hand.go("a:has-text('Tất cả bài viết')")
    boxes = hand.page.locator("#result_list .action-select")
    hand.press(boxes.first)
    hand.page.keyboard.down("Shift")
    hand.press(boxes.nth(9))
    hand.page.keyboard.up("Shift")
    hand.clicks += 1
    hand.page.select_option("select[name=action]", "move")
    hand.go(".actions button")
    hand.choose("[name=category]", "Chuyển đổi số")
    hand.send()


def new_colleague(room: Newsroom) -> None:
    """A person with name, mail and group. Where there are no invitations, with a password given by hand."""
    hand, name = room.chief, f"moi{room.mark.lower()}"
    hand.go(".model-user .addlink")
    if hand.page.locator("[name=password]").count():  # asked for once more before people are touched
        hand.write(password=hand.password)
        hand.go("#content [type=submit]")
    person = {"last_name": "Nguyễn Thị", "first_name": "Mới", "email": f"{name}@example.vn"}
    if hand.page.locator("[name=password1]").count():
        words = "Bến đò sáng nay có sương mù dày lắm"
        hand.write(username=name, password1=words, password2=words)
        hand.choose("[name$='-0-group']", "Phóng viên")
        hand.go("[name=_save]")
        hand.write(**person)
        hand.press("[name=is_staff]")
    else:
        hand.write(**person, username=name)
        hand.choose("[name$='-0-group']", "Phóng viên")
    hand.go("[name=_save]")


def before_restore(room: Newsroom) -> None:
    hand = room.writer
    hand.desk()
    write_article(hand, f"Bỏ nhầm {room.mark}")
    hand.go("[name=_continue]")
    hand.go(".article-buttons .deletelink")
    hand.write(reason="Tạo nhầm")
    hand.send()


def restore(room: Newsroom) -> None:
    room.writer.go(".model-trashitem a")
    room.writer.go(f"#result_list a:has-text('Bỏ nhầm {room.mark}')")
    room.writer.send()


Job = Callable[[Newsroom], None]
JOBS: tuple[tuple[str, Job, Job], ...] = (
    ("publish an article with a cover (writer and editor)", lambda _room: None, publish_with_cover),
    ("correct a typing error in a live article", before_typo, correct_typo),
    ("publish a notice with a PDF (writer and editor)", lambda _room: None, publish_notice),
    ("schedule an article", lambda room: waiting_article(room, f"Hẹn giờ {room.mark}"), schedule),
    ("withdraw an article", lambda room: live_article(room, f"Gỡ bài {room.mark}"), withdraw),
    ("report to a leader (Excel)", lambda _room: None, report),
    ("album of six pictures", lambda _room: None, album),
    ("move ten articles", lambda _room: None, move_ten),
    ("new colleague", lambda _room: None, new_colleague),
    ("restore a draft from the trash", before_restore, restore),
)


def measure(room: Newsroom, before: Job, job: Job) -> tuple[int, float]:
    """Clicks and seconds of one job. Raises what stopped it."""
    before(room)
    for hand in room.people:
        hand.desk()
        hand.clicks = 0
    began = time.monotonic()
    job(room)
    return sum(hand.clicks for hand in room.people), time.monotonic() - began


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit("The address of a portal with the demonstration and its file of accounts are needed")
    address, accounts = sys.argv[1:]
    passwords = dict(re.findall(r"^(\S+)\s+(\S+)", Path(accounts).read_text(encoding="utf-8"), re.MULTILINE))
    mark = f"{int(time.time()) % 100_000}"
    sys.stdout.write("| Job | Clicks | Seconds |\n| --- | ---: | ---: |\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        room = Newsroom(*(Hand(browser, address, name, passwords[name]) for name in (WRITER, EDITOR, CHIEF)), mark)
        for title, before, job in JOBS:
            try:
                clicks, seconds = measure(room, before, job)
            except Error as error:
                sys.stderr.write(f"{title}: {' '.join(str(error).split())[:300]}\n")
                sys.stdout.write(f"| {title} | – | – |\n")
            else:
                sys.stdout.write(f"| {title} | {clicks} | {seconds:.1f} |\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
