"""The first days of a portal without a demonstration, by clicks on a phone: one administrator, then a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from running import embedded_postgres
from tests.e2e.conftest import Portal, start_portal
from tests.waiting import eventually

pytestmark = pytest.mark.e2e

PASSWORD = "tám cái ghế gỗ bên sông"
ANOTHER = "chín con đò trên bến vắng"


@pytest.fixture
def empty_portal(server_folder) -> Iterator[Portal]:
    """A portal without content on a server named by DATABASE_URL, as on a machine with its own PostgreSQL."""
    data = server_folder / "elsewhere" / "postgres" / "data"
    socket_folder = quote(str(embedded_postgres.socket_directory(data)), safe="")
    address = f"postgres://postgres@{socket_folder}/postgres"
    with (
        embedded_postgres.running(data),
        start_portal(server_folder / "empty", "--no-demo", DATABASE_URL=address) as portal,
    ):
        yield portal


def said(portal: Portal, pattern: str) -> str:
    """What the portal says on its terminal that fits; without a mail server, its mails stand there too."""
    found: list[str] = []
    eventually(lambda: found.extend(re.findall(pattern, (portal.var / "server.txt").read_text())) or found)
    return found[0]


def on_phone(browser: Browser, problems: list[str]) -> Page:
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 390, "height": 844}
    )
    context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    return context.new_page()


def send(page: Page, **answers: str) -> None:
    """Answer what a page asks, by the names of its fields, and press its main button."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name, value in answers.items():
        page.fill(f"[name={name}]", value)
    page.click("#content .submit-row [type=submit] >> nth=0")


def test_the_first_administrator_invites_a_colleague_who_signs_in(empty_portal: Portal, browser: Browser):
    problems: list[str] = []
    first = on_phone(browser, problems)
    first.goto(empty_portal.address)
    expect(first.locator("h1")).to_have_count(1)
    first.goto(said(empty_portal, r"http:\S+/nguoi-dau-tien/\S+"))
    send(first, last_name="Phạm Đức", first_name="Long", password1=PASSWORD, password2=PASSWORD)
    send(first, username="longpd", password=PASSWORD)
    steps = first.locator(".first-steps")
    expect(steps.locator("li.next h2")).to_contain_text("Thông tin đơn vị")
    first.click("button[name=step]")
    expect(steps.locator("li.done h2").first).to_contain_text("Chuyên mục")

    steps.locator("li", has_text="Cán bộ, đồng nghiệp").get_by_role("link").click()
    first.select_option("#id_memberships-0-group", label="Phóng viên")
    send(first, last_name="Trần Thị Minh", first_name="Hạnh", email="hanh@example.vn")
    expect(first.locator(".messagelist")).to_contain_text("hanh@example.vn")
    colleague = on_phone(browser, problems)
    colleague.goto(said(empty_portal, r"http://\S+/loi-moi/\S+"))
    send(colleague, new_password1=ANOTHER, new_password2=ANOTHER)
    colleague.click("#content a")
    send(colleague, username="hanhttm", password=ANOTHER)

    expect(colleague.locator("#user-tools")).to_contain_text("Trần Thị Minh Hạnh")
    expect(colleague.locator("h1")).to_have_text("Bàn làm việc")
    assert not (empty_portal.var / "postgres").exists()
    assert [text for text in problems if "Content Security Policy" in text or "Error" in text] == []
