"""How many visitors a crowd behind one address is, with and without a number kept in the tab.

Phones of one carrier share an address, and since browsers shorten what they say of themselves they
look alike. A random number in sessionStorage, sent with the beacon, would tell them apart. This
asks a real browser what such a number makes of a crowd, and of one person who reads as people do:

    python -m benchmarks.studies.visitors.carriers

docs/visitor-statistics.md has the figures and the decision.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import ARGUMENTS, find_browser

CROWD = 20  # browsers for real; each stands for ten of 200
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
PAGE = b"""<!doctype html><title>page</title>
<a id="here" href="/b">same tab</a> <a id="new" href="/c" target="_blank">new tab</a>
<script>
sessionStorage.tab ??= Math.random().toString(36).slice(2);
fetch("/beacon", {method: "POST", body: sessionStorage.tab, keepalive: true});
</script>"""


class _Portal(BaseHTTPRequestHandler):
    signals: list[tuple[str, str, str]] = []

    def do_GET(self) -> None:
        self._answer(PAGE)

    def do_POST(self) -> None:
        number = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.signals.append((self.client_address[0], self.headers["User-Agent"], number))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _visitors() -> dict[str, int]:
    """The visitors of the signals so far: by address and browser, and with the tab's number beside them."""
    signals, _Portal.signals = _Portal.signals, []
    return {
        "views": len(signals),
        "without_number": len({signal[:2] for signal in signals}),
        "with_number": len(set(signals)),
    }


def crowd(browser: Browser, address: str) -> dict[str, int]:
    """Many phones with one address and one browser name, each opening two pages."""
    for _ in range(CROWD):
        context = browser.new_context(user_agent=PHONE)
        page = context.new_page()
        page.goto(f"{address}/a", wait_until="networkidle")
        page.click("#here")
        page.wait_for_load_state("networkidle")
        context.close()
    return _visitors()


def one_person(browser: Browser, address: str) -> dict[str, int]:
    """One person in one hour: reads on, reloads, goes back, opens tabs, comes again from a message."""
    context = browser.new_context(user_agent=PHONE)
    page = context.new_page()
    page.goto(f"{address}/a", wait_until="networkidle")
    page.click("#here")
    page.wait_for_load_state("networkidle")
    page.reload(wait_until="networkidle")
    page.go_back(wait_until="networkidle")
    for click in (lambda: page.click("#new"), lambda: page.click("#here", modifiers=["ControlOrMeta"])):
        with context.expect_page() as opened:
            click()
        opened.value.wait_for_load_state("networkidle")
    for _ in range(3):  # a link in a messenger opens a tab, or a window of its own, each time
        _from_message(context.new_page(), address)
    context.close()
    return _visitors()


def _from_message(page: Page, address: str) -> None:
    page.goto(f"{address}/a", wait_until="networkidle")
    page.close()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        row = {"phones": CROWD, "crowd": crowd(browser, address), "one_person": one_person(browser, address)}
        browser.close()
    server.shutdown()
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
