"""Asking axe about a page that is open in a browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BEST_PRACTICE = "best-practice"
# What other colours may break that holds in the light: the rest of axe asks for the markup, which is the same.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# Links and buttons take some moments from one colour to the other: they are at its end at once, and so is what begins
# to change when they are. A page that is not drawn is looked at after five seconds, one that never stands still as it is.
COLOURS_HAVE_CHANGED = """async () => {
    const later = new Promise((done) => setTimeout(done, 5000));
    await Promise.race([later, new Promise(requestAnimationFrame)]);
    const changing = () => document.getAnimations().filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime));
    for (let turn = 0; turn < 10 && changing().length; turn++) {
        changing().forEach((each) => each.finish());
    }
}"""


def violations(page: Page, rules: list[str], *, kind: str = "tag") -> list[str]:
    """What breaks the rules with these tags (or names, of kind "rule"), as "rule: element".

    Raises AssertionError where axe had nothing to look at. Only violations are described: to say of each element
    that passed where it stands takes axe most of its time.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_FILE_PATH.read_text())
    # axe is in no frame of the page: it would ask each, and wait half a second for its silence.
    options: dict[str, Any] = {
        "runOnly": {"type": kind, "values": rules},
        "resultTypes": ["violations"],
        "iframes": False,
    }
    answer = page.evaluate("(options) => axe.run(document, options)", options)
    assert answer["passes"] or answer["incomplete"], page.url
    return [f"{found['id']}: {node['html'][:160]}" for found in answer["violations"] for node in found["nodes"]]


def show(page: Page, **media: str) -> None:
    """Show the page as `media` say (color_scheme, forced_colors)."""
    page.emulate_media(**media)
    page.evaluate(COLOURS_HAVE_CHANGED)


def in_other_colours(page: Page, **media: str) -> list[str]:
    """What the colours break once the page is shown as `media` say."""
    show(page, **media)
    return violations(page, OF_COLOURS, kind="rule")
