"""WCAG 2.2 AA and good practice on every kind of public page, in light, dark and forced colours, on a phone and a desk."""

import pytest

from tests.e2e.axe import BEST_PRACTICE, RULES, in_other_colours, show, violations
from tests.e2e.pagetypes import page_types, public_names

pytestmark = pytest.mark.e2e

WIDTHS = {"phone": 390, "desk": 1280}
LIGHT = {"color_scheme": "light", "forced_colors": "none"}
OTHERS = {"dark": {"color_scheme": "dark"}, "forced colours": {"color_scheme": "light", "forced_colors": "active"}}


def test_every_kind_of_public_page_is_looked_at(portal):
    looked_at = {name.partition(" ")[0] for name in page_types(portal)}

    assert public_names() - looked_at == set(), "no page leads there"


def test_pages_have_no_violation(portal, browser):
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    found = []
    for name, address in page_types(portal).items():
        page.goto(portal.address + address)

        for device, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            show(page, **LIGHT)
            found += [f"{name}, {device}: {each}" for each in violations(page, [*RULES, BEST_PRACTICE])]
            for look, media in OTHERS.items():
                found += [f"{name}, {device}, {look}: {each}" for each in in_other_colours(page, **media)]
    context.close()

    assert found == []


def test_pages_never_scroll_sideways(portal, browser):
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    for name, address in page_types(portal).items():
        page.goto(portal.address + address)

        for width in (1280, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
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
