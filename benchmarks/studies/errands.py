"""Five errands of citizens on a phone, in taps and seconds, on a running portal with the demonstration.

    python -m benchmarks.studies.errands http://127.0.0.1:8000

Opens the home page in Chromium on a screen of 390 by 844 with a finger, follows the links that a citizen would, by
their words, and prints how many taps and how many seconds of the machine it took to the answer, and how many screens
down the home page the first of the links stands (0: no need to scroll). tests/e2e/test_errands.py holds the taps.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import ARGUMENTS, find_browser

HEIGHT = 844
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": HEIGHT},
    "has_touch": True,
    "is_mobile": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}
MOST_TAPS = 3


@dataclass(frozen=True)
class Errand:
    """What a citizen wants, the words of the links on the way, and a pattern of the answer."""

    title: str
    links: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Found:
    """How far the answer was: taps, seconds of the machine, screens above the first link."""

    taps: int
    seconds: float
    screens: int


ERRANDS = (
    Errand("opening hours of the one-stop centre", ("Giờ làm việc",), r"Thứ Hai[\s\S]*7:30"),
    Errand("when the chairman receives citizens", ("Lịch tiếp công dân",), r"Chủ tịch UBND xã"),
    Errand("papers to register a birth", ("Có con", "khai sinh"), r"Cần mang những gì[\s\S]*chứng sinh"),
    Errand("telephone of a village head", ("Thôn, bản",), r"Thôn Bến Đò[\s\S]*0000 000"),
    Errand("today's alert", (), r"Khu vực: Các thôn ven suối"),
)


def run(page: Page, address: str, errand: Errand) -> Found:
    """Do one errand from the home page. Raises AssertionError where a link or the answer is missing."""
    began = time.monotonic()
    page.goto(address)
    screens = 0
    for number, words in enumerate(errand.links):
        link = page.get_by_role("link", name=re.compile(words)).locator("visible=true").first
        if number == 0:
            top = link.evaluate("(link) => link.getBoundingClientRect().top")
            screens = int(top // HEIGHT)
        target = link.get_attribute("href")
        with page.expect_navigation():
            link.tap()
        assert target, f"{errand.title}: {words} leads nowhere"
    text = page.locator("body").inner_text()
    assert re.search(errand.answer, text), f"{errand.title}: the answer is not on {page.url}"
    return Found(len(errand.links), time.monotonic() - began, screens)


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("The address of a portal with the demonstration is needed")
    origin = sys.argv[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        page = browser.new_context(**PHONE).new_page()
        page.goto(origin)  # rendered once, as for everybody after the first reader
        for errand in ERRANDS:
            found = run(page, origin, errand)
            sys.stdout.write(
                f"{errand.title:40} {found.taps} taps  {found.seconds:5.2f} s  {found.screens} screens down\n"
            )
        browser.close()


if __name__ == "__main__":
    main()
