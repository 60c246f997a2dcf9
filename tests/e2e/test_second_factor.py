"""Second factors, from their set-up to the next sign-in: a passkey with the authenticator that Chromium plays, an app by keyboard."""

import dataclasses
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.factories import code
from tests.e2e.conftest import BASE_DIR, Portal, sign_in
from tests.waiting import LONG

pytestmark = pytest.mark.e2e
NAME = "phongvien"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def named_portal(portal):
    """The portal by a name, as passkeys are bound to one; its person has no factor afterwards."""
    yield dataclasses.replace(portal, address=portal.address.replace("127.0.0.1", "localhost"))
    subprocess.run(
        [sys.executable, "manage.py", "factor_remove", NAME],
        cwd=BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "VAR_DIR": str(portal.var)},
        timeout=LONG,
        check=True,
    )


def test_a_passkey_is_set_up_and_signs_in(context: BrowserContext, page: Page, named_portal: Portal):
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    sign_in(page, named_portal, NAME)

    page.click("text=Tài khoản của tôi")
    page.click("text=Thiết lập khóa truy cập")
    page.click("[type=submit][value='Thiết lập khóa truy cập']")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.click("text=Tôi đã cất mã")
    expect(page.locator("#content-main")).to_contain_text("Khóa truy cập tại localhost")

    page.click("#logout-form button")
    page.goto(f"{named_portal.address}/quan-tri/login/")
    page.fill("#id_username", NAME)
    page.fill("#id_password", named_portal.passwords[NAME])
    page.click("[type=submit]")
    page.click("text=Dùng khóa truy cập")
    page.wait_for_url(f"{named_portal.address}/quan-tri/")
    assert devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"][0]["signCount"]


def go_to(page: Page, selector: str) -> None:
    """Press Tab until what `selector` names has the focus."""
    wanted = page.locator(selector).first
    expect(wanted).to_be_visible()
    for _press in range(80):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached at {page.url}")


def press(page: Page, selector: str) -> None:
    go_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def enter(page: Page, name: str, password: str) -> None:
    go_to(page, "#id_username")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_app_is_set_up_and_signs_in_by_keyboard_and_without_scripts(browser: Browser, named_portal: Portal):
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{named_portal.address}/quan-tri/login/")
    enter(page, NAME, named_portal.passwords[NAME])

    press(page, "a:has-text('Tài khoản của tôi')")
    press(page, "a:has-text('Thiết lập ứng dụng')")
    secret = page.locator("#content-main code").inner_text()
    go_to(page, "#id_code")
    page.keyboard.type(code(secret))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    spare = page.locator(".recovery-codes code").first.inner_text()
    press(page, "a:has-text('Tôi đã cất mã')")
    press(page, "#logout-form button")
    page.goto(f"{named_portal.address}/quan-tri/login/")
    enter(page, NAME, named_portal.passwords[NAME])
    go_to(page, "#id_code")
    page.keyboard.type(spare)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.url == f"{named_portal.address}/quan-tri/"
    context.close()
