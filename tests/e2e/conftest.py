"""A portal started as an operator starts it, and a browser to visit it with."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import ARGUMENTS, find_browser
from tests.prepared import copy_of_portal, free_port, wait_for
from tests.waiting import LONG

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Portal:
    """A running portal: where it answers, what it runs on, the passwords of its demo staff."""

    address: str
    var: Path
    pid: int
    passwords: dict[str, str]

    def get(self, path: str) -> str:
        """The body of a page, as a program reads it."""
        with urllib.request.urlopen(self.address + path, timeout=LONG) as response:
            return response.read().decode()

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def postgres_options(self) -> str:
        """What its PostgreSQL was started with, for a test that starts it again."""
        return (self.var / "postgres" / "data" / "postmaster.opts").read_text().split(" ", 1)[1]


@contextlib.contextmanager
def start_portal(var: Path, *arguments: str, **environment: str) -> Iterator[Portal]:
    """`manage.py run` in `var` until the block ends; by default with demo content and its own PostgreSQL.

    Nothing but a portal on a database of another server sees its first start here: see tests.prepared.
    """
    if "DATABASE_URL" in environment:
        var.mkdir()
    else:
        copy_of_portal(var, demo="--no-demo" not in arguments)
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PORT": str(port), **environment}
    log = (var / "server.txt").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run", *arguments],
        cwd=BASE_DIR,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process, var / "server.txt")
        accounts = var / "demo-accounts.txt"
        lines = accounts.read_text(encoding="utf-8") if accounts.exists() else ""
        yield Portal(address, var, process.pid, dict(re.findall(r"^(\S+)\s+(\S+)", lines, re.MULTILINE)))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(2 * LONG)
        log.close()
    assert not (var / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was left behind"


@pytest.fixture(scope="session")
def portal(server_folder) -> Iterator[Portal]:
    """One portal for all stories that do not disturb each other."""
    with start_portal(server_folder / "portal") as portal:
        yield portal


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    """One person's browser: its own cookies and storage. Fails the test on a refused script or style."""
    context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    problems: list[str] = []
    context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context
    context.close()
    assert [text for text in problems if "Content Security Policy" in text or "Error" in text] == []


@pytest.fixture
def page(context) -> Page:
    return context.new_page()


def sign_in(page: Page, portal: Portal, name: str) -> None:
    """Sign in to the admin as one of the demo staff."""
    page.goto(f"{portal.address}/quan-tri/login/?next=/quan-tri/")
    page.fill("#id_username", name)
    page.fill("#id_password", portal.passwords[name])
    page.click("[type=submit]")
    page.wait_for_url(f"{portal.address}/quan-tri/")
