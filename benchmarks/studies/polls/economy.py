"""What a ballot beyond the free budget costs a program on a desktop's core. A person's wait: benchmarks.studies.polls.wait.

`python -m benchmarks.studies.polls.economy` measures tries of the proof for some seconds, with this machine's
scrypt and in Chromium, and prints the table of docs/poll-method.md. SECONDS bounds each measurement.
"""

from __future__ import annotations

import hashlib
import http.server
import os
import secrets
import sys
import threading
import time
from functools import partial
from pathlib import Path

STATIC = Path(__file__).resolve().parents[3] / "static" / "js"
SECONDS = float(os.environ.get("SECONDS", "3"))
# Networks and addresses of the table, and a day's ballots of each.
FREE, ROOM = 20, 180

PAGE = """<!doctype html><script type="module">
import { search } from "/poll-search.js";
const parameters = { algorithm: "SCRYPT", cost: %d, memoryCost: %d, keyPrefix: "x", nonce: "0".repeat(32), salt: "0".repeat(32) };
window.measure = (seconds) => {
  const next = search(parameters, 0, 1);
  const end = performance.now() + 1000 * seconds;
  let tries = 0;
  for (; performance.now() < end; tries++) next();
  return tries;
};
</script>"""


def program_tries_per_second() -> float:
    """Tries of one core in a second of its time, by OpenSSL's scrypt."""
    from polls.casting.proof import SCRYPT_N, SCRYPT_R

    salt, tries, started = secrets.token_bytes(16), 0, time.thread_time()
    while time.thread_time() - started < SECONDS:
        hashlib.scrypt(tries.to_bytes(20), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=1, maxmem=2**26, dklen=32)
        tries += 1
    return tries / (time.thread_time() - started)


def browser_tries_per_second() -> float:
    """Tries of one core in a second, by the page's own script in Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, find_browser

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_function("typeof window.measure === 'function'")
            page.evaluate("measure(0.5)")
            tries = page.evaluate(f"measure({SECONDS})")
            browser.close()
    finally:
        server.shutdown()
    return tries / SECONDS


class _Files(http.server.SimpleHTTPRequestHandler):
    """The scripts, and a page that measures."""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        from polls.casting.proof import SCRYPT_N, SCRYPT_R

        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((PAGE % (SCRYPT_N, SCRYPT_R)).encode())

    def log_message(self, *arguments: object) -> None:
        pass


def room_seconds(program: float, *, hoarded: bool) -> float:
    """Core seconds of the 21st to 200th ballot; with proofs asked for at once, at the price of the first."""
    from polls.casting.proof import tries

    return sum(tries(0 if hoarded else beyond) / 2 for beyond in range(ROOM)) / program


def area_day(program: float) -> tuple[int, float]:
    """Ballots and core seconds of a whole day in one area, up to the last that a proof lets in."""
    from polls.casting.proof import AREA_TIMES, tries

    free, proven = AREA_TIMES * FREE, AREA_TIMES * 1000
    return proven, sum(tries((ballot - free) // AREA_TIMES) / 2 for ballot in range(free, proven)) / program


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from polls.casting.proof import AREA_TIMES

    program, browser = program_tries_per_second(), browser_tries_per_second()
    lines = [f"One core: {program:.0f} tries a second by OpenSSL, {browser:.0f} in Chromium.", ""]
    honest, hoarded = room_seconds(program, hoarded=False), room_seconds(program, hoarded=True)
    ballots, seconds = area_day(program)
    rows = [
        ("one address", "one network", "20", "0", "free"),
        (
            "one address",
            "one network",
            "21st to 200th",
            f"{hoarded / 60:.1f} min (proofs hoarded), {honest / 60:.1f} min",
            f"{3600 * ROOM / honest:.0f}",
        ),
        ("256 addresses", f"one /24 (or /48): {AREA_TIMES} × the budget", f"{AREA_TIMES * FREE}", "0", "free"),
        (
            "256 addresses",
            "one /24 (or /48)",
            f"up to {ballots}",
            f"{seconds / 3600:.1f} h",
            f"{3600 * ballots / seconds:.0f}",
        ),
        ("100 addresses", "100 areas", f"{100 * FREE}", "0", "free; the burst alert sees them"),
    ]
    lines += ["| Addresses | Networks | Ballots a day | A desktop's core | Ballots an hour and core |"]
    lines += ["| --- | --- | --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
