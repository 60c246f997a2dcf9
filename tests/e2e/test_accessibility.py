"""WCAG 2.2 AA and good practice on every kind of public page, in light, dark and forced colours, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.pagetypes import page_types, public_names

pytestmark = pytest.mark.e2e

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = {"phone": 390, "desk": 1280}
# What other colours may break that holds in the light: the rest of axe asks for the markup, which is the same.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS = {
    "light": ({"color_scheme": "light", "forced_colors": "none"}, RULES),
    "dark": ({"color_scheme": "dark", "forced_colors": "none"}, COLOURS),
    "forced colours": ({"color_scheme": "light", "forced_colors": "active"}, COLOURS),
}
# Links and buttons take some moments from one colour to the other.
COLOURS_HAVE_CHANGED = """async () => {
    await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
}"""


def test_every_kind_of_public_page_is_looked_at(portal):
    looked_at = {name.partition(" ")[0] for name in page_types(portal)}

    assert public_names() - looked_at == set(), "no page leads there"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_pages_have_no_violation(portal, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    found = []
    for name, address in page_types(portal).items():
        page.goto(portal.address + address)

        for look, (media, rules) in LOOKS.items():
            page.emulate_media(**media)
            page.evaluate(COLOURS_HAVE_CHANGED)
            answer = Axe().run(page, options=rules).response
            assert answer["passes"] or answer["incomplete"], name
            for violation in answer["violations"]:
                found += [f"{name}, {look}: {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
    context.close()

    assert found == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_pages_never_scroll_sideways(portal, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    for name, address in page_types(portal).items():
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
