"""A room of 300 people at one address votes at once: 30 of them in real browsers, the others as their requests.

    python -m benchmarks.studies.polls.room

Everybody opens the ballot first; then all send. Whoever is asked for a proof gives it: the browsers by
their own script, the others by OpenSSL's scrypt, PROOFS of them; the rest lets the ballot wait, as a person
who has no time would. Prints what became of the 300 ballots, and ends with code 1 unless each is accounted for.
PEOPLE, BROWSERS and PROOFS bound the room: a proof is some two seconds of a core.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import django

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from polls.models import Poll
    from tests.polls.server import Server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
PEOPLE = int(os.environ.get("PEOPLE", "300"))
BROWSERS = int(os.environ.get("BROWSERS", "30"))
PROOFS = int(os.environ.get("PROOFS", str(PEOPLE)))
NETWORK = {"X-Forwarded-For": "203.0.113.1"}
# A browser waits for its turn on a machine that computes the proofs of the whole room.
PATIENCE = 900.0  # seconds
CHOICE = "Hài lòng"


class Guest:
    """Somebody of the room whose browser is left out: a cookie jar, and what stands in the pages."""

    def __init__(self, server: Server, poll: Poll) -> None:
        self.address = f"{server.address}/binh-chon/{poll.pk}/"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self._page = ""
        self._opened_at = 0.0

    def open(self) -> None:
        """Read the ballot."""
        self._ask(None)

    def vote(self, may_prove: Iterator[bool]) -> str:
        """Send the ballot; with the proof that is asked for, or let it wait. Returns what became of it."""
        if self._send() == 200:
            return "counted at once"
        if not next(may_prove, False):
            return "waits by choice" if self._send(wait="1") == 200 else "lost"
        return "counted by proof" if self._send(proof=self._prove()) == 200 else "lost"

    def _prove(self) -> str:
        import altcha

        found = re.search(r'data-puzzle="([^"]*)"', self._page)
        if found is None:
            raise SystemExit(f"No proof is asked for: {self._page[:500]}")
        puzzle = altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))
        solution = altcha.solve_challenge(puzzle, timeout=PATIENCE)
        if solution is None:
            raise SystemExit("A proof took too long")
        return altcha.Payload(puzzle, solution).to_base64()

    def _send(self, **more: str) -> int:
        from polls.casting.challenge import MINIMUM_AGE

        time.sleep(max(0.0, self._opened_at + MINIMUM_AGE + 0.1 - time.monotonic()))
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self._page))
        [(name, value)] = re.findall(rf'name="(q\d+)" value="(\d+)"[^>]*> <span>{CHOICE}<', self._page)
        data = {key: html.unescape(text) for key, text in fields.items()} | {name: value, "website": ""} | more
        return self._ask(urlencode(data).encode())

    def _ask(self, data: bytes | None) -> int:
        headers = {**NETWORK, "Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (room)"}
        try:
            with self._opener.open(urllib.request.Request(self.address, data, headers), timeout=60) as response:
                self._page, code = response.read().decode(), response.status
        except urllib.error.HTTPError as error:
            self._page, code = error.read().decode(), error.code
        self._opened_at = time.monotonic()
        return code


def main() -> None:
    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, find_browser
    from tests.polls.server import running_server

    with tempfile.TemporaryDirectory(prefix="cong-") as name, sync_playwright() as playwright:
        folder = Path(name)
        folder.chmod(0o755)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        with running_server(folder / "portal") as server:
            poll = server.make_poll()
            contexts = [
                browser.new_context(base_url=server.address, extra_http_headers=NETWORK) for _ in range(BROWSERS)
            ]
            is_whole = tell(server, poll, contexts)
        browser.close()
    sys.exit(0 if is_whole else 1)


def tell(server: Server, poll: Poll, contexts: list[BrowserContext]) -> bool:
    """The story; returns whether each ballot is accounted for."""
    pages = [open_ballot(context, poll) for context in contexts]
    guests = [Guest(server, poll) for _ in range(PEOPLE - len(pages))]
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(Guest.open, guests))
        started = time.monotonic()
        may_prove = iter([True] * PROOFS)
        votes = [pool.submit(guest.vote, may_prove) for guest in guests]
        for page in pages:
            page.locator("[data-ballot-form] button[type=submit]").first.click()
        became = Counter(outcome_of(page) for page in pages)
        took = {"browsers": time.monotonic() - started}
        became.update(vote.result() for vote in votes)
        took["all"] = time.monotonic() - started
    stored = dict(server.query("SELECT status, count(*) FROM polls_ballot WHERE poll_id = %s GROUP BY status", poll.pk))
    audit = server.manage("poll_audit", str(poll.pk))
    waiting = became["waits by choice"]
    is_whole = (
        became.total() == PEOPLE
        and stored.get("counted", 0) == PEOPLE - waiting
        and stored.get("quarantined", 0) == waiting
        and audit.returncode == 0
    )
    row = {
        "people": PEOPLE,
        "browsers": len(pages),
        "became": dict(became),
        "stored": stored,
        "seconds": {name: round(seconds) for name, seconds in took.items()},
        "audit": audit.returncode,
        "accounted for": is_whole,
    }
    sys.stdout.write(json.dumps(row) + "\n")
    return is_whole


def open_ballot(context: BrowserContext, poll: Poll) -> Page:
    """The ballot page with its choice made."""
    page = context.new_page()
    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label(CHOICE, exact=True).check()
    return page


def outcome_of(page: Page) -> str:
    """What a browser's page says in the end."""
    page.wait_for_selector("[data-announce]", timeout=1000 * PATIENCE)
    return {"moi": "counted in a browser", "cho": "waits"}.get(page.url.rpartition("=")[2], page.url)


if __name__ == "__main__":
    main()
