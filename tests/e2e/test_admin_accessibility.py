"""WCAG 2.2 AA on every page of the admin that the portal shapes, in light and dark, on a phone and a desk."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.axe import RULES, in_other_colours, show, violations
from tests.e2e.conftest import Portal, sign_in
from tests.e2e.test_accessibility import WIDTHS
from tests.editor import READY_FRAME

pytestmark = pytest.mark.e2e

ADMIN = "/quan-tri/"
LOGIN = f"{ADMIN}login/?next={ADMIN}"
NEWS = f"{ADMIN}news/"
PAGES = {
    "desk": ADMIN,
    "article list": f"{NEWS}article/",
    "new article": f"{NEWS}article/add/",
    "agenda": f"{NEWS}article/lich/",
    "reports": f"{NEWS}article/bao-cao/",
    "picture library": f"{ADMIN}library/picture/",
    "picture": f"{ADMIN}library/picture/1/change/",
    "new picture": f"{ADMIN}library/picture/add/",
    "several pictures": f"{ADMIN}library/picture/nhieu/",
    "new recording": f"{ADMIN}library/recording/add/",
    "document library": f"{ADMIN}library/document/",
    "new document": f"{ADMIN}library/document/add/",
    "picture picker": f"{ADMIN}library/picture/chon/",
    "order of featured": f"{NEWS}featuredarticle/",
    "categories": f"{NEWS}category/",
    "tags": f"{NEWS}tag/",
    "groups": f"{NEWS}groupscope/add/",
    "redirects": f"{NEWS}redirect/",
    "new redirect": f"{NEWS}redirect/add/",
    "import of redirects": f"{NEWS}redirect/doc-tep/",
    "addresses not found": f"{NEWS}missingpage/",
    "searches without result": f"{NEWS}searchmiss/",
    "broken links elsewhere": f"{NEWS}outsidelink/",
    "opening hours": f"{ADMIN}schedules/openinghours/",
    "new opening hours": f"{ADMIN}schedules/openinghours/add/",
    "other hours on some days": f"{ADMIN}schedules/hoursexception/",
    "public holidays": f"{ADMIN}schedules/holiday/",
    "receptions": f"{ADMIN}schedules/reception/",
    "work schedules": f"{ADMIN}schedules/workweek/",
    "new work schedule": f"{ADMIN}schedules/workweek/add/",
    "menus": f"{ADMIN}menus/menuitem/",
    "preview of the menus": f"{ADMIN}menus/menuitem/xem-truoc/",
    "menu entry": f"{ADMIN}menus/menuitem/1/change/",
    "new menu entry": f"{ADMIN}menus/menuitem/add/",
    "services": f"{ADMIN}menus/service/",
    "new service": f"{ADMIN}menus/service/add/",
    "banners": f"{ADMIN}menus/banner/",
    "banner": f"{ADMIN}menus/banner/1/change/",
    "links to agencies": f"{ADMIN}menus/agency/",
    "new link to an agency": f"{ADMIN}menus/agency/add/",
    "social networks": f"{ADMIN}menus/sociallink/",
    "new social network": f"{ADMIN}menus/sociallink/add/",
    "polls": f"{ADMIN}polls/poll/",
    "new poll": f"{ADMIN}polls/poll/add/",
    "poll": f"{ADMIN}polls/poll/1/change/",
    "result of the poll": f"{ADMIN}polls/poll/1/ket-qua/",
    "ballots": f"{ADMIN}polls/ballot/",
    "visitors": f"{ADMIN}visitors/day/",
    "page cache": f"{ADMIN}bo-nho-trang/",
    "self-test": f"{ADMIN}upkeep/taskstate/",
    "guide for editors": f"{ADMIN}huong-dan/",
    "guide in English": f"{ADMIN}huong-dan/administrators/",
    "found in the guides": f"{ADMIN}huong-dan/?q=hen+gio",
    "first steps": f"{ADMIN}buoc-dau/",
    "personal data": f"{ADMIN}du-lieu-ca-nhan/",
    "leaving": f"{ADMIN}ban-giao/1/",
    "import of procedures": f"{ADMIN}procedures/procedure/nap-tu-bang/",
    "order of the home page": f"{ADMIN}home/placement/",
    "synonyms": f"{ADMIN}search/synonym/",
    "trash": f"{ADMIN}trash/trashitem/",
    "log": f"{ADMIN}trail/entry/",
    "account": f"{ADMIN}accounts/user/1/change/",
    "site identity": f"{ADMIN}communes/siteidentity/",
    "password": f"{ADMIN}password_change/",
    "second factors": f"{ADMIN}tai-khoan-toi/",
    "authenticator app": f"{ADMIN}tai-khoan-toi/ung-dung/",
    "sessions": f"{ADMIN}tai-khoan-toi/phien/",
    "forgotten password": f"{ADMIN}quen-mat-khau/",
}
# Parts of a page that scroll by themselves, so that the page does not: wide tables and the editor.
SCROLLING = ".table-scroll, .results, .scroll, .inline-group, .editor-widget, select, textarea, input"
WIDER_THAN_ITS_FRAME = """(scrolling) => [...document.querySelectorAll("body, #container, #container *")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1)
    .filter((part) => ["auto", "scroll", "hidden"].includes(getComputedStyle(part).overflowX))
    .filter((part) => !part.closest(scrolling) && !part.closest(".select2, .visually-hidden, button"))
    .map((part) => `${part.tagName}#${part.id}.${part.className} ${part.scrollWidth} > ${part.clientWidth}`)"""

# The ring around what has the focus stands out by four pixels.
CUTS_THE_FOCUS = """() => [...document.querySelectorAll("#content :is(a[href], button, input, select, textarea)")]
    .filter((field) => field.checkVisibility() && field.getBoundingClientRect().width > 1)
    .filter((field) => {
        const inner = field.getBoundingClientRect();
        for (let box = field.parentElement; box && box.id !== "content"; box = box.parentElement) {
            const outer = box.getBoundingClientRect();
            const room = Math.min(inner.left - outer.left, outer.right - inner.right);
            if (["hidden", "clip"].includes(getComputedStyle(box).overflowX) && room > -1 && room < 4) return true;
        }
        return false;
    })
    .map((field) => `the focus of ${field.tagName}#${field.id}.${field.className} is cut off`)"""


@pytest.fixture(scope="module")
def draft(portal: Portal, browser: Browser) -> str:
    """The admin address of a draft that was saved twice and shared once, without its last part."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    sign_in(page, portal, "phongvien")
    page.goto(f"{portal.address}{NEWS}article/add/")
    page.fill("#id_title", "Bản nháp để kiểm tra khả năng tiếp cận")
    page.select_option("#id_category", index=1)
    save(page)
    address = page.url.removesuffix("change/")
    page.fill("#id_title", "Bản nháp dùng để kiểm tra khả năng tiếp cận")
    save(page)
    page.goto(f"{address}chia-se/")
    page.fill("#id_recipient", "bà Nguyễn Thị Lan, Phó Chủ tịch")
    page.click(".submit-row [type=submit]")
    context.close()
    return address


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("[name=_continue]")


def open_context(browser: Browser) -> BrowserContext:
    return browser.new_context(color_scheme="light", locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")


def problems_of(page: Page, name: str) -> list[str]:
    """What axe finds on the page at each width, in light and dark, and what is wider than its frame.

    Django's own pages follow the guidelines, not every habit that axe calls a best practice.
    """
    if page.locator("#id_body").count():
        page.wait_for_selector(READY_FRAME)
    found = []
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        problems = violations(page, RULES)
        problems += [f"dark: {each}" for each in in_other_colours(page, color_scheme="dark")]
        show(page, color_scheme="light")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("the page scrolls sideways")
        problems += page.evaluate(WIDER_THAN_ITS_FRAME, SCROLLING)
        problems += page.evaluate(CUTS_THE_FOCUS)
        found += [f"{name}, {device}: {problem}" for problem in problems]
    return found


def test_pages_of_the_admin_have_no_violation(portal, browser):
    context = open_context(browser)
    page = context.new_page()
    page.goto(portal.address + LOGIN)
    found = problems_of(page, "login")
    sign_in(page, portal, "quantri")
    for name, address in PAGES.items():
        response = page.goto(portal.address + address)

        assert response.status == 200, name
        found += problems_of(page, name)
    page.goto(portal.address + PAGES["result of the poll"])
    page.get_by_role("button", name="Đếm lại và kiểm tra ngay").click()
    expect(page.locator(".polls-results code")).to_be_visible()
    found += problems_of(page, "report of an audit")
    context.close()

    assert found == []


def test_pages_of_one_article_have_no_violation(portal, browser, draft):
    context = open_context(browser)
    page = context.new_page()
    sign_in(page, portal, "quantri")
    found = []
    for part in ("change/", "history/", "so-sanh/?cu=1&moi=2", "chia-se/", "buoc/schedule/", "delete/"):
        response = page.goto(draft + part)

        assert response.status == 200, part
        found += problems_of(page, part)
    page.goto(f"{draft}change/")
    other = context.new_page()
    other.goto(f"{draft}change/")
    other.fill("#id_summary", "Tóm tắt của đồng nghiệp.")
    save(other)
    page.fill("#id_summary", "Tóm tắt của tôi.")
    save(page)
    found += problems_of(page, "conflict")
    with page.expect_navigation():
        page.click("[name=_merge]")
    page.goto(f"{draft}change/")
    page.fill("#id_title", "")
    save(page)
    found += problems_of(page, "form with errors")
    context.close()

    assert found == []
