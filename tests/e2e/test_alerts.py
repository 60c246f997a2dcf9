"""An alert in a real browser: written, seen by whoever reads already, closed, folded, withdrawn."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Portal, sign_in
from tests.waiting import LONG

pytestmark = pytest.mark.e2e

URGENT, WARNING = "Đê bối thôn Hạ sắp tràn, sơ tán ngay", "Mất điện toàn xã từ 13h"


def publish(page: Page, portal: Portal, headline: str, level: int) -> str:
    """Write and publish an alert; the address of the page where it is withdrawn."""
    page.goto(f"{portal.address}/quan-tri/alerts/alert/add/")
    page.check(f"input[name=level][value='{level}']")
    page.fill("#id_headline", headline)
    page.fill("#id_text", "Lên nhà văn hóa thôn.")
    page.click("[name=_look]")
    expect(page.locator(".alerts-sample [data-alert]")).to_contain_text(headline)
    page.click("[name=publish]")
    expect(page.locator(".messagelist .success").first).to_be_visible()
    return page.url


def test_reaches_who_reads_already_and_stays_closed(portal: Portal, browser: Browser, context):
    editor = context.new_page()
    sign_in(editor, portal, "bientapvien")
    reader = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 800}).new_page()
    reader.clock.install()
    reader.goto(f"{portal.address}/so-do-trang/")
    published = [publish(editor, portal, WARNING, 2), publish(editor, portal, URGENT, 1)]

    time.sleep(3)  # what the portal keeps of the answer
    reader.clock.run_for(70_000)  # a minute later the page asks, and waits before it says the words
    wait_and_run(reader)
    urgent, warning = alert(reader, URGENT), alert(reader, WARNING)
    expect(urgent).to_have_attribute("role", "alert")
    expect(warning).to_have_attribute("role", "status")
    assert urgent.bounding_box()["y"] < warning.bounding_box()["y"] < reader.locator(".masthead").bounding_box()["y"]

    warning.locator("button").press("Enter")
    expect(warning).to_be_hidden()
    urgent.locator("summary").click()
    expect(urgent.locator("details")).not_to_have_attribute("open", "")
    reader.goto(f"{portal.address}/")
    expect(alert(reader, WARNING)).to_be_hidden()
    expect(alert(reader, URGENT)).to_be_visible()
    expect(alert(reader, URGENT).locator("details")).not_to_have_attribute("open", "")
    assert reader.context.cookies() == []

    alert(reader, URGENT).locator("summary").focus()
    for address in published:
        editor.goto(address)
        editor.click("[name=withdraw]")
    time.sleep(3)
    reader.clock.run_for(70_000)
    wait_and_run(reader, gone=True)
    expect(alert(reader, URGENT)).to_have_count(0)
    # At another alert that is there, or at the page.
    assert reader.evaluate("document.activeElement.closest('[data-alert], main') !== null")
    reader.context.close()


def test_without_scripts_it_simply_stays(portal: Portal, browser: Browser, context):
    editor = context.new_page()
    sign_in(editor, portal, "bientapvien")
    address = publish(editor, portal, WARNING, 2)
    plain = browser.new_context(locale="vi-VN", java_script_enabled=False).new_page()
    deadline = time.monotonic() + LONG

    plain.goto(portal.address)
    while alert(plain, WARNING).count() == 0 and time.monotonic() < deadline:
        plain.reload()

    expect(alert(plain, WARNING)).to_be_visible()
    expect(alert(plain, WARNING).locator("button")).to_be_hidden()
    editor.goto(address)
    editor.click("[name=withdraw]")
    plain.context.close()


def alert(page: Page, headline: str):
    return page.locator("[data-alerts] [data-alert]").filter(has_text=headline)


def wait_and_run(page: Page, *, gone: bool = False) -> None:
    """Let the page's clock run until its question is answered."""
    deadline = time.monotonic() + LONG
    while (alert(page, URGENT).count() == 0) is not gone and time.monotonic() < deadline:
        time.sleep(0.1)
    page.clock.run_for(1_000)
