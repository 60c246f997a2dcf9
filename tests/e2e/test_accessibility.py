"""WCAG 2.2 AA on every kind of public page, in light and dark, at the width of a phone and a desk."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Portal

pytestmark = pytest.mark.e2e

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDTHS = {"phone": 390, "desk": 1280}


def addresses(portal: Portal) -> dict[str, str]:
    """One address of each kind, taken from the home page as a reader would."""
    home = portal.get("/")
    article = re.search(r'href="(/[a-z0-9-]+/[a-z0-9-]+-\d+/)"', home).group(1)
    poll = re.search(r'action="(/binh-chon/\d+/)"', home).group(1)
    return {
        "home": "/",
        "category": "/kinh-te/",
        "article": article,
        "ballot": poll,
        "result": f"{poll}ket-qua/",
        "method": "/binh-chon/cach-dem-phieu/",
        "statistics": "/thong-ke-truy-cap/",
        "page": "/gioi-thieu/tong-quan/",
        "section of pages": "/gioi-thieu/",
        "page in English": "/en/privacy/",
        "author": "/tac-gia/minh-hanh/",
        "story": "/the/chuyen-doi-so-ve-tung-nha/",
        "tag": "/the/moi-truong/",
        "search": "/tim-kiem/?q=nong+thon",
        "site map": "/so-do-trang/",
        "not found": "/khong-co/",
    }


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_violation(portal, browser, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    found = []
    for name, address in addresses(portal).items():
        page.goto(portal.address + address)

        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [f"{name}: {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
    context.close()

    assert found == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_pages_never_scroll_sideways(portal, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    for name, address in addresses(portal).items():
        page.goto(portal.address + address)

        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()


def test_no_number_widens_the_statistics(portal, browser):
    context = browser.new_context(viewport={"width": 320, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{portal.address}/thong-ke-truy-cap/")

    page.evaluate(
        "document.querySelectorAll('.figures dd, .visit-totals dd, td.number')"
        ".forEach((cell) => { cell.textContent = '1.234.567.890.123'; })"
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
