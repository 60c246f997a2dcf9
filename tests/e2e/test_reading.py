"""Reading with the keyboard, with large letters, on a narrow screen, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Portal
from tests.e2e.pagetypes import page_types

pytestmark = pytest.mark.e2e

# What holds the focus, and how much of it the bar with the menu covers.
COVERED = """() => {
  const held = document.activeElement;
  if (held === document.body) return null;
  const bar = document.querySelector(".menu-bar").getBoundingClientRect();
  const box = held.getBoundingClientRect();
  const inBar = held.closest(".menu-bar, .skip") !== null;
  const covered = Math.min(box.bottom, bar.bottom) - Math.max(box.top, bar.top);
  const outside = box.bottom <= 0 || box.top >= innerHeight;
  const name = held.outerHTML.slice(0, 90);
  return { name, hidden: !inBar && (outside || (bar.top <= 0 && covered > 0.5)) };
}"""


def stops(page: Page, key: str) -> list[dict]:
    """The places where the focus stops, from one end of the page to the other."""
    found = []
    for _ in range(400):
        page.keyboard.press(key)
        here = page.evaluate(COVERED)
        if here is None:
            break
        found.append(here)
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_no_focus_is_hidden_by_the_bar_with_the_menu(portal: Portal, browser: Browser, width: int):
    context = browser.new_context(viewport={"width": width, "height": 720}, reduced_motion="reduce", locale="vi-VN")
    page = context.new_page()
    for name in ("portal:home", "news:article_detail"):
        page.goto(portal.address + page_types(portal)[name])

        found = stops(page, "Tab") + stops(page, "Shift+Tab")

        assert len(found) > 60, name
        assert [stop["name"] for stop in found if stop["hidden"]] == [], name
    context.close()


def test_the_skip_link_leads_below_the_bar(portal, browser):
    context = browser.new_context(viewport={"width": 390, "height": 720}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(portal.address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#main$"))

    top = page.evaluate("document.querySelector('#main').getBoundingClientRect().top")
    bar = page.evaluate("document.querySelector('.menu-bar').getBoundingClientRect().bottom")

    assert top >= bar
    context.close()


def test_the_menu_of_a_phone_opens_where_its_button_is_and_closes(portal, browser):
    context = browser.new_context(viewport={"width": 390, "height": 720})
    page = context.new_page()
    page.goto(portal.address)
    button = page.locator(".menu-button")
    button.click()
    menu = page.locator("#menu")

    expect(menu).to_be_visible()
    assert menu.bounding_box()["x"] <= button.bounding_box()["x"]
    page.locator(".menu-close").click()
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    context.close()


@pytest.mark.parametrize("width", [600, 768, 1024, 1100])
def test_the_menu_is_whole_on_middling_screens(portal, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 720})
    page = context.new_page()
    page.goto(portal.address)
    if page.locator(".menu-button").is_visible():
        page.locator(".menu-button").click()

    for link in page.locator("#menu a:visible").all():
        box = link.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, link.inner_text()
        assert box["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_large_text_moves_the_whole_article_and_nothing_else(portal, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(portal.address + page_types(portal)["news:article_detail"])
    parts = ("h1", ".sapo", ".richtext p", ".richtext li", ".richtext h2", ".same-category a", ".trail a", ".sidebar a")
    size = "(parts) => parts.map((part) => parseFloat(getComputedStyle(document.querySelector(part)).fontSize))"

    before = page.evaluate(size, parts)
    for _ in range(3):
        page.click(".textsize-larger")
    after = page.evaluate(size, parts)

    grown = [round(large / small, 2) for small, large in zip(before, after, strict=True)]
    assert grown == [1.3] * 7 + [1]
    context.close()


def test_a_chosen_text_size_shifts_nothing_while_the_page_loads(portal, browser):
    context = browser.new_context(viewport={"width": 390, "height": 900}, is_mobile=True)
    page = context.new_page()
    page.goto(portal.address + page_types(portal)["news:article_detail"])
    page.click(".textsize-larger")
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    for address in (page.url, portal.address):
        page.goto(address)
        page.wait_for_load_state("networkidle")

        assert page.evaluate("window.shift") == 0, address
    context.close()


def test_lines_hold_at_most_seventy_letters(portal, browser):
    context = browser.new_context(viewport={"width": 1920, "height": 900})
    page = context.new_page()
    page.goto(portal.address + page_types(portal)["news:article_detail"])

    longest = page.evaluate("""() => {
      let most = 0;
      for (const block of document.querySelectorAll(".richtext > p, .richtext li")) {
        const range = document.createRange();
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        let top = null, count = 0;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          for (let place = 0; place < node.length; place += 1) {
            range.setStart(node, place);
            range.setEnd(node, place + 1);
            const box = range.getClientRects()[0];
            if (!box) continue;
            if (top === null || Math.abs(box.top - top) > 8) { top = box.top; count = 0; }
            count += 1;
            most = Math.max(most, count);
          }
        }
      }
      return most;
    }""")

    assert 40 < longest <= 70
    context.close()


def test_a_time_is_never_broken(portal, browser):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    for name in ("portal:home", "news:archive_month", "news:article_detail", "polls:results"):
        page.goto(portal.address + page_types(portal)[name])

        broken = page.evaluate(
            "[...document.querySelectorAll('time')].filter((time) => time.getClientRects().length > 1).map((time) => time.textContent)"
        )

        assert broken == [], name
    context.close()


SPEECH = """
const said = [];
const state = { speaking: false, paused: false, queue: [], events: new EventTarget() };
window.said = said;
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  get speaking() { return state.speaking; },
  get paused() { return state.paused; },
  getVoices: () => window.voices,
  addEventListener: (...words) => state.events.addEventListener(...words),
  speak: (words) => { state.speaking = true; said.push([words.text, words.lang]); state.queue.push(words); },
  pause: () => { state.paused = true; },
  resume: () => { state.paused = false; },
  cancel: () => { state.speaking = state.paused = false; state.queue = []; },
} });
window.learn = (voices) => { window.voices = voices; state.events.dispatchEvent(new Event("voiceschanged")); };
window.voices = [];
"""


def test_an_article_is_read_aloud_where_the_device_has_a_vietnamese_voice(portal, browser):
    """The browser's own speech stands in: a machine for tests has no voice."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.add_init_script(SPEECH)
    page.goto(portal.address + page_types(portal)["news:article_detail"])
    button, stop = page.locator(".read-aloud"), page.locator(".read-stop")
    words_on = page.locator(".read-words")
    height = "document.querySelector('.article-bar').offsetHeight"
    before = page.evaluate(height)

    expect(button).to_be_hidden()
    page.evaluate("learn([{ lang: 'vi-VN', localService: false }, { lang: 'en-US', localService: true }])")
    expect(button).to_be_hidden()  # a voice from elsewhere would send the text away
    page.evaluate("learn([{ lang: 'vi_VN', localService: true }])")
    expect(button).to_be_visible()
    assert page.evaluate(height) == before

    button.click()
    said = page.evaluate("said")
    words = re.sub(r"\s+", "", " ".join(text for text, _language in said))
    assert re.sub(r"\s+", "", page.locator("h1").inner_text()) in words
    assert re.sub(r"\s+", "", page.locator(".richtext p").last.inner_text()) in words
    assert max(len(text) for text, _language in said) <= 210
    expect(words_on).to_have_text("Tạm dừng")
    button.click()
    expect(words_on).to_have_text("Nghe tiếp")
    button.click()
    expect(words_on).to_have_text("Tạm dừng")
    stop.click()
    expect(words_on).to_have_text("Nghe bài")
    expect(stop).to_be_hidden()
    expect(button).to_be_focused()
    context.close()


def test_a_film_is_played_to_its_end_with_sound_and_read_in_its_transcript(portal: Portal, context: BrowserContext):
    page = context.new_page()
    page.goto(f"{portal.address}/tim-kiem/?q=cổng+làng+Khê+Thượng")
    page.click(".results a >> text=Dưới bóng cổng làng")
    film, transcript = page.locator("video"), page.locator(".transcript")
    assert film.evaluate("film => [film.readyState, film.poster !== '']") == [0, True], "nothing is fetched before"

    film.evaluate("film => film.play()")
    facts = film.evaluate("film => [film.duration, film.videoWidth, film.videoHeight]")
    film.evaluate("film => { film.currentTime = 8.5 }")

    assert facts == [9, 640, 360]
    expect(film).to_have_js_property("ended", value=True)
    assert film.evaluate("film => film.webkitAudioDecodedByteCount") > 0
    transcript.locator("summary").click()
    expect(transcript).to_contain_text("Ba tiếng trống")


def test_without_scripts_no_button_is_dead_and_everything_is_read(portal, browser):
    context = browser.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    for name, address in page_types(portal).items():
        page.goto(portal.address + address)

        expect(page.locator("h1")).to_have_count(1)
        assert page.locator("main").inner_text().strip(), name
    page.goto(portal.address + page_types(portal)["news:article_detail"])
    for dead in (".textsize-larger", ".read-aloud", ".print-button", ".copy-button"):
        expect(page.locator(dead)).to_be_hidden()
    page.fill("#find", "nông thôn")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tim-kiem/\?q="))
    assert page.locator(".results li").count() > 0
    context.close()


def test_letters_twice_as_large_need_no_scrolling_sideways(portal, browser):
    context = browser.new_context(viewport={"width": 640, "height": 900})
    page = context.new_page()
    for name, address in page_types(portal).items():
        page.goto(portal.address + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")

        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
    context.close()


def test_the_first_sight_is_legible_where_layers_are_unknown(portal, browser):
    """Older browsers drop whatever stands in an `@layer`."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.route(
        re.compile(r"/static/css/.*\.css$"),
        lambda route: route.fulfill(body=without_layers(route.fetch().text()), content_type="text/css"),
    )
    page.goto(portal.address)

    seen = page.evaluate("""() => ({
      family: getComputedStyle(document.body).fontFamily,
      ground: getComputedStyle(document.body).backgroundColor,
      height: parseFloat(getComputedStyle(document.body).lineHeight) / parseFloat(getComputedStyle(document.body).fontSize),
      wide: document.documentElement.scrollWidth,
      emblem: document.querySelector(".emblem").offsetWidth,
      icon: document.querySelector(".menu-button svg").getBoundingClientRect().width,
    })""")

    assert "sans-serif" in seen["family"]
    assert seen["ground"] == "rgb(245, 242, 236)"
    assert seen["height"] >= 1.4
    assert seen["wide"] <= 360
    assert seen["emblem"] <= 64 and seen["icon"] <= 32
    context.close()


def without_layers(style: str) -> str:
    """A style sheet as a browser reads it that knows no `@layer`."""
    kept, place = [], 0
    for found in re.finditer(r"@layer[^{;]*([{;])", style):
        if found.start() < place:
            continue
        kept.append(style[place : found.start()])
        place = found.end()
        depth = 1 if found[1] == "{" else 0
        while depth:
            depth += {"{": 1, "}": -1}.get(style[place], 0)
            place += 1
    return "".join(kept) + style[place:]


def test_an_article_is_light_on_the_wire(portal, browser):
    """What the first visit to an article takes, its pictures aside, as the portal compresses it."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    sizes: dict[str, int] = {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, tuple[str, str]] = {}
    session.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: (event["type"], event["response"]["url"])}),
    )
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(portal.address + page_types(portal)["news:article_detail with tables"])
    page.wait_for_load_state("networkidle")

    loaded = {
        kinds[number][1]: size for number, size in sizes.items() if number in kinds and kinds[number][0] != "Image"
    }

    assert any(address.endswith(".css") for address in loaded) and any(".js" in address for address in loaded)
    assert sum(loaded.values()) <= 50_000, loaded
    context.close()
