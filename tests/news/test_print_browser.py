"""Pages on paper: nothing of a wide table is lost, and no sheet carries the foot of the page alone."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route
from pypdf import PageObject, PdfReader

from accounts.models import User
from communes.models import SiteIdentity
from tests.communes.factories import first_commune
from tests.news.factories import make_article
from tests.news.test_browser import browser, enter, newsroom
from tests.polls.factories import make_poll

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MARGIN = 18 / 25.4 * 72  # points: the sides of a printed article
ROWS = 3
LAST_WORDS = "lời cuối của bài viết"
PARAGRAPH = "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân của Chủ tịch trong tháng.</p>"


@pytest.fixture
def commune() -> None:
    SiteIdentity.objects.update_or_create(
        commune=first_commune(),
        defaults={
            "name": "Ủy ban nhân dân xã Ea Kar",
            "responsible_editor": "Ông Nguyễn Văn Phong",
            "address": "Số 1, đường Nguyễn Tất Thành",
            "phone": "0262 3 625 000",
            "email": "ubnd@eakar.example.vn",
        },
    )


def printed(page: Page) -> list[PageObject]:
    """The sheets that the browser prints of `page`, A4 unless the page says otherwise."""
    return PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages


def words_on(sheet: PageObject) -> str:
    return " ".join(sheet.extract_text().split())


def begins(sheets: list[PageObject]) -> dict[str, float]:
    """Where each piece of text begins, in points from the left edge of its sheet."""
    found: dict[str, float] = {}

    def see(text: str, matrix: list[float], text_matrix: list[float], *_font: object) -> None:
        if text.strip():
            found[text.strip()] = text_matrix[4] * matrix[0] + matrix[4]

    for sheet in sheets:
        sheet.extract_text(visitor_text=see)
    return found


def wide_table(columns: int) -> str:
    rows = ("".join(f"<td>1.234.{row}{number:02}</td>" for number in range(1, columns + 1)) for row in range(ROWS))
    heads = "".join(f"<th>Chỉ tiêu {number}</th>" for number in range(1, columns + 1))
    return f"<table><tr>{heads}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def shown(route: Route) -> None:
    """The file to save, opened as it will be from a disk: no headers came with it."""
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=route.fetch().text())


@pytest.mark.parametrize("columns", [8, 14])
@pytest.mark.parametrize("ending", ["", "luu/"])
def test_every_number_of_a_wide_table_stands_whole_on_the_sheet(enter, commune, columns, ending):
    article = make_article(body=PARAGRAPH + wide_table(columns))
    page = enter(bypass_csp=True).new_page()
    page.route("**/luu/", shown)
    page.goto(article.get_absolute_url() + ending)

    sheets = printed(page)

    words = " ".join(words_on(sheet) for sheet in sheets)
    numbers = {f"1.234.{row}{number:02}" for row in range(ROWS) for number in range(1, columns + 1)}
    assert numbers - {*words.split()} == set()
    right = max(place for text, place in begins(sheets).items() if text.startswith("1.234."))
    assert right < float(sheets[0].mediabox.width) - MARGIN - 10


def test_no_sheet_carries_the_foot_of_the_portal_alone(enter, commune):
    article = make_article(body=f"{PARAGRAPH}<p>{LAST_WORDS}</p>", source="UBND xã")
    page = enter(bypass_csp=True).new_page()  # texts are put in by a script
    page.goto(article.get_absolute_url())

    # More than fit on one sheet: the foot passes every place of it.
    assert lengths_that_end_alone(page, f"<p>{LAST_WORDS}</p>", range(2, 18)) == []


LINE = "<p>Lịch tiếp công dân của Chủ tịch trong tháng.</p>"
ENDINGS = {
    "a paragraph": f"<p>{LAST_WORDS}</p>",
    "a long paragraph": f"<p>{LAST_WORDS} {'và của các phó chủ tịch ' * 25}</p>",
    "a list": f"<ul><li>Một</li><li>Hai</li><li>{LAST_WORDS}</li></ul>",
    "a table": f"<table><tr><td>Một</td></tr><tr><td>Hai</td></tr><tr><td>{LAST_WORDS}</td></tr></table>",
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(("place", "source"), [("", "UBND xã"), ("luu/", "")])
def test_no_later_sheet_carries_the_address_alone(enter, commune, ending, place, source):
    article = make_article(body=PARAGRAPH, source=source)
    page = enter(bypass_csp=True).new_page()
    page.route("**/luu/", shown)
    page.goto(article.get_absolute_url() + place)

    # Some twenty lines fit on a sheet, and the address takes the room of four.
    assert lengths_that_end_alone(page, ENDINGS[ending], range(33, 54, 3), LINE) == []


def lengths_that_end_alone(page: Page, ending: str, lengths: range, part: str = PARAGRAPH) -> list[tuple[int, str]]:
    """How many times `part` stands before the `ending` where the last sheet is without LAST_WORDS, and its words."""
    alone = []
    for length in lengths:
        page.evaluate("html => { document.querySelector('.richtext').innerHTML = html; }", part * length + ending)
        last = words_on(printed(page)[-1])
        if LAST_WORDS.replace(" ", "") not in last.replace(" ", ""):
            alone.append((length, last))
    return alone


def test_results_and_the_report_of_a_month_end_with_something_to_read(enter, commune):
    poll = make_poll()
    page = enter().new_page()
    page.goto(reverse("polls:results", args=[poll.pk]))
    results = printed(page)
    today = timezone.localdate()
    page = enter(User.objects.create_superuser("chu", password="mat-khau-dai-1")).new_page()
    page.goto(reverse("admin:visitors_month_report", args=[today.year, today.month]))
    report = printed(page)

    assert all("hài lòng" in words_on(sheet) for sheet in results)
    on_paper = " ".join(words_on(sheet) for sheet in results)
    assert not [words for words in ("Về đầu trang", "Cách đếm phiếu") if words in on_paper]  # links of the screen
    assert all(len(words_on(sheet)) > 100 for sheet in report)
    assert f"{today:%m/%Y}" in words_on(report[0])
