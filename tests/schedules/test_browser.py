"""Hours in an open tab, a table pasted in the admin, a week on paper: in a real browser."""

from __future__ import annotations

import io
from datetime import datetime, time

import pytest
import time_machine
from playwright.sync_api import expect
from pypdf import PdfReader

from schedules.models import WorkItem, WorkWeek
from tests.communes.factories import first_commune
from tests.news.test_browser import browser, enter, newsroom
from tests.schedules.factories import make_hours, make_week
from tests.schedules.test_admin import EDITOR, staff
from vietnamese import VIETNAM

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_tab_that_stays_open_says_when_the_office_closes(enter):
    make_hours()
    page = enter(timezone_id="Asia/Ho_Chi_Minh").new_page()
    page.clock.install(time=datetime(2026, 11, 27, 16, 59, tzinfo=VIETNAM))

    with time_machine.travel(datetime(2026, 11, 27, 16, 59, tzinfo=VIETNAM)):
        page.goto("/gio-lam-viec/")
    state = page.locator(".open-state")

    expect(state).to_have_text("Đang mở cửa, đến 17:00")
    page.clock.fast_forward("02:00")
    expect(state).to_have_text("Đã đóng cửa, mở lại 7:30 thứ Hai 30/11")
    # A copy that a cache shows days later, when nothing is known any more, says nothing.
    page.clock.set_system_time(datetime(2026, 12, 27, tzinfo=VIETNAM))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(state).to_be_hidden()


def test_without_javascript_the_words_are_there(enter):
    make_hours()
    with time_machine.travel(datetime(2026, 11, 27, 8, tzinfo=VIETNAM)):
        page = enter(java_script_enabled=False).new_page()
        page.goto("/gio-lam-viec/")
        expect(page.locator(".open-state")).to_have_text("Đang mở cửa, đến 11:30")


PASTE = """(html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "không dùng");
    const field = document.querySelector(".schedule-paste");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    return field.value;
}"""
WORD = """<html><head><style>p.MsoNormal{margin:0}</style></head><body><table class=MsoTableGrid border=1>
<tr><td width=90><p class=MsoNormal><b>Thứ, ngày</b></p></td><td><p>Thời gian</p></td><td><p>Nội dung</p></td>
<td><p>Thành phần</p></td><td><p>Địa điểm</p></td></tr>
<tr><td rowspan=2 style='width:60pt'><p class=MsoNormal>Thứ Hai<o:p></o:p></p><p>30/11</p></td><td><p>7h30</p></td>
<td><p>Giao ban &lt;tuần&gt;</p></td><td rowspan=2><p>CT</p><p>PCT</p></td><td><p>P1</p></td></tr>
<tr><td><p>Chiều</p></td><td><p>Họp</p></td><td></td></tr></table></body></html>"""


def test_a_table_pasted_from_word_keeps_its_merged_cells(enter):
    page = enter(staff(EDITOR)).new_page()
    page.goto("/quan-tri/schedules/workweek/add/")
    page.get_by_label("Tuần").fill("30/11/2026")

    pasted = page.evaluate(PASTE, WORD)
    page.locator("input[name=_save]").click()
    page.locator("input[name=_publish]").click()
    page.goto("/lich-cong-tac/2026-W49/")

    assert 'rowspan="2"' in pasted
    assert "Mso" not in pasted
    items = WorkItem.objects.filter(week__in=WorkWeek.objects.of(first_commune()))
    assert [(item.weekday, item.session, item.content, item.who) for item in items] == [
        (0, "morning", "Giao ban <tuần>", "CT\nPCT"),
        (0, "afternoon", "Họp", "CT\nPCT"),
    ]
    expect(page.locator(".work-items li")).to_have_count(2)


def test_a_full_week_prints_on_one_a4(enter):
    week = make_week()
    WorkItem.objects.bulk_create(
        WorkItem(
            week=week,
            weekday=number // 4,
            session="morning" if number % 4 < 2 else "afternoon",
            starts_at=time(7 + number % 4 * 2),
            content=f"Họp giao ban, nghe báo cáo tiến độ thực hiện nhiệm vụ của các phòng, lần {number}",
            who="Chủ tịch, các Phó Chủ tịch, trưởng các phòng",
            place="Phòng họp số 1, nhà A",
            position=number + 1,
        )
        for number in range(24)
    )
    page = enter().new_page()
    page.goto("/lich-cong-tac/2026-W49/")

    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages

    assert len(sheets) == 1
    text = sheets[0].extract_text()
    assert "lần 23" in text
    assert "Thứ Bảy" in text
