"""The beacon in a real browser: views, heartbeats, prerendering, back and forward, privacy signals."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect, sync_playwright

from tests.browser import ARGUMENTS, find_browser
from tests.served import served
from tests.visitors.factories import CHROME, shares
from tests.waiting import LONG
from visitors.counting.buffer import buffer
from visitors.models import Day, Dimension, Presence

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PAGE = "/thong-ke-truy-cap/"
OTHER = "/so-do-trang/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(transactional_db) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = make_context(browser, address)
    yield context
    context.close()


def make_context(browser: Browser, address: str, **options: Any) -> BrowserContext:
    # Headless Chromium calls itself so, and would be counted as the bot it is.
    context = browser.new_context(user_agent=CHROME, base_url=address, **options)
    context.route("**/static/**", give_static_file)
    return context


def give_static_file(route: Route) -> None:
    route.fulfill(path=settings.BASE_DIR / urlsplit(route.request.url).path.removeprefix("/"))


def kinds(page: Page) -> list[str]:
    """The signals of a page that are answered from now on, by kind."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/nhip/" in request.url:
            found.append(request.post_data_json["kind"])

    page.on("requestfinished", note)
    return found


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser's events come in until `condition` holds, and any that would be too many."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)


def test_a_page_view_is_counted_and_the_number_shown(context):
    page = context.new_page()
    sent = kinds(page)

    page.goto(PAGE)
    wait_for(page, lambda: bool(sent))
    buffer.flush()

    assert sent == ["view"]
    assert shares(Dimension.PAGE) == {"statistics": 1}
    expect(page.locator(".online-count [data-online]")).to_have_text("1")
    assert context.cookies() == []


def test_the_heart_beats_while_the_page_is_in_view(context):
    page = context.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(1)  # nothing passes but what the test lets pass
    sent = kinds(page)
    page.goto(PAGE)
    wait_for(page, lambda: bool(sent))

    page.clock.run_for(53_000)
    page.wait_for_timeout(300)
    early = list(sent)
    page.clock.run_for(14_000)
    page.clock.run_for(133_000)
    wait_for(page, lambda: len(sent) > 3)

    assert early == ["view"]
    assert sent[1:] == ["beat"] * 3


def test_a_page_one_comes_back_to_is_read_again(context):
    page = context.new_page()
    sent = kinds(page)
    page.goto(PAGE)
    wait_for(page, lambda: sent.count("view") == 1)
    page.goto(OTHER)
    wait_for(page, lambda: sent.count("view") == 2)

    page.go_back()
    wait_for(page, lambda: sent.count("view") > 2)

    assert sent.count("view") == 3


def test_the_view_from_the_cache_is_sent_on_pageshow(context):
    page = context.new_page()
    sent = kinds(page)
    page.goto(PAGE)
    wait_for(page, lambda: len(sent) == 1)

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))")
    wait_for(page, lambda: len(sent) > 1)

    assert sent == ["view", "view"]


def test_a_prerendered_page_counts_when_it_is_shown(context):
    page = context.new_page()
    page.add_init_script("Object.defineProperty(document, 'prerendering', { get: () => !window.isShown });")
    sent = kinds(page)

    page.goto(PAGE)
    page.wait_for_timeout(300)
    before = list(sent)
    page.evaluate("window.isShown = true; document.dispatchEvent(new Event('prerenderingchange'))")
    wait_for(page, lambda: bool(sent))

    assert (before, sent) == ([], ["view"])


def test_a_prefetched_page_counts_nothing(context):
    page = context.new_page()
    sent = kinds(page)
    page.goto(PAGE)
    wait_for(page, lambda: bool(sent))

    page.evaluate(f"fetch('{OTHER}', {{ headers: {{ 'Sec-Purpose': 'prefetch' }} }}).then((reply) => reply.text())")
    buffer.flush()

    assert shares(Dimension.PAGE) == {"statistics": 1}


@pytest.mark.parametrize(
    ("script", "headers"),
    [
        ("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })", {"Sec-GPC": "1"}),
        ("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })", {"DNT": "1"}),
    ],
)
def test_who_asks_not_to_be_followed_sends_one_view_and_gets_no_hash(context, script, headers):
    context.set_extra_http_headers(headers)
    page = context.new_page()
    page.add_init_script(script)
    page.clock.install()
    sent = kinds(page)

    page.goto(PAGE)
    wait_for(page, lambda: bool(sent))
    page.clock.run_for(300_000)
    page.wait_for_timeout(500)
    buffer.flush()

    assert sent == ["view"]
    assert Day.objects.everywhere().get().views == 1
    assert not Presence.objects.everywhere().exists()


def test_without_javascript_the_picture_counts(browser, address):
    context = make_context(browser, address, java_script_enabled=False)
    page = context.new_page()

    with page.expect_request_finished(lambda request: request.resource_type == "image" and "/nhip" in request.url):
        page.goto(PAGE)
    buffer.flush()

    assert shares(Dimension.PAGE) == {"statistics": 1}
    assert Presence.objects.everywhere().count() == 1
    context.close()
