"""How long a person waits for the proof: the button pressed in the page itself, on processors made slower.

    python -m benchmarks.studies.polls.wait

serves a portal, opens its ballot page in Chromium, presses the button as the 21st, 200th, 300th and
996th person of one network (the 1,000th is the last who may prove), and prints the table of
docs/poll-method.md.

- One core: the page finds the proof in its own thread, which Chromium makes so many times slower
  (Emulation.setCPUThrottlingRate; workers are out of its reach, so they are kept from starting).
- Four and eight cores: the page starts as many workers and shares the work; each core of the telephone is
  so many times slower than one of this machine.

What is measured is the processor time of the page's process, which other work on the machine does not
lengthen (Chromium slows a thread down by keeping it busy). A proof is found somewhere in its range, so each
press gives a speed, and the longest wait is the whole range at that speed. A press that lasts longer than
MOST seconds is ended as a person would end it, by letting the ballot wait. BALLOTS says which to measure.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import django
import psutil

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

    from polls.models import Poll
    from tests.polls.server import Server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
# How many times slower a cheap telephone's core is: Chromium's own figures for two classes of them.
RATES = (4, 6)
WORKERS = (4, 8)
# The person of one network whose ballot is measured.
BALLOTS = [int(ballot) for ballot in os.environ.get("BALLOTS", "21,200,300,996").split(",")]
MOST = float(os.environ.get("MOST", "90"))
FREE = 20
NETWORK = "203.0.113.1"


class Press(NamedTuple):
    """What one press came to, in seconds of processor time. `longest` is the whole range at the speed that was seen."""

    seconds: float
    longest: float
    could_wait: bool
    was_counted: bool


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
            tell(server, browser)
        browser.close()


def tell(server: Server, browser: Browser) -> None:
    """Measure every point, and print the table row by row."""
    heads = [f"{cores} core{'s' * (cores > 1)}, {rate} times slower" for cores in (1, *WORKERS) for rate in RATES]
    _print("| The wait, at most | " + " | ".join(heads) + " |")
    _print("| --- |" + " --- |" * len(heads))
    seen = []
    for ballot in BALLOTS:
        poll = poll_with(server, ballot - 1)
        slowed = [press(browser, server, poll, rate=rate) for rate in RATES]
        shared = [press(browser, server, poll, cores=cores) for cores in WORKERS]
        waits = [one.longest for one in slowed]
        waits += [one.longest * rate / cores for cores, one in zip(WORKERS, shared, strict=True) for rate in RATES]
        _print(f"| ballot {ballot} | {' | '.join(f'{wait:.1f} s' for wait in waits)} |")
        seen += slowed + shared
    _print(
        f"\n{len(seen)} presses: {sum(one.was_counted for one in seen)} found and counted by themselves, the others let"
        f" wait after {MOST:.0f} s. The choice to let the ballot wait could be pressed while the computation ran in"
        f" {sum(one.could_wait for one in seen)}."
    )


def poll_with(server: Server, ballots: int) -> Poll:
    """A poll in which the network has cast so many ballots today; from now on FREE of a day are free."""
    from polls.casting import identity
    from polls.casting.paper import SECONDS
    from tests.polls import storm
    from tests.polls.test_storm import Ballots

    poll = server.make_poll(free_ballots=ballots, proven_ballots=max(1000, ballots + 1))
    writer = Ballots(server, poll)
    votes = [writer.vote(identity.new_token(), 0, address=NETWORK) for _ in range(ballots)]
    answers = storm.send_all([server.port], writer.path, votes, 8)
    if {status for found in answers.values() for status in found} != {303}:
        raise SystemExit("The ballots before the measured one were not all counted")
    server.query("UPDATE polls_poll SET free_ballots = %s WHERE id = %s", FREE, poll.pk)
    time.sleep(SECONDS + 1)  # every worker has read the new budget
    return poll


def press(browser: Browser, server: Server, poll: Poll, *, rate: int = 1, cores: int = 1) -> Press:
    """Vote with the button; wait until the page has sent the proof by itself, or let the ballot wait."""
    from playwright.sync_api import TimeoutError as StillComputing

    context = browser.new_context(base_url=server.address, extra_http_headers={"X-Forwarded-For": NETWORK})
    page = context.new_page()
    slow_down(page, rate, cores)
    sent: list[str] = []
    page.on("request", lambda request: sent.extend(_proofs_in(request)))
    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label("Hài lòng", exact=True).check()
    page.locator("[data-ballot-form] button[type=submit]").click()
    page.wait_for_selector("[data-puzzle] progress:not([hidden])", timeout=60_000)
    begun = page_seconds()
    button = page.locator("[name=wait]")
    could_wait = button.is_visible() and button.is_enabled()
    tries = json.loads(page.get_attribute("[data-puzzle]", "data-puzzle") or "")["parameters"]["data"]["tries"]
    try:
        page.wait_for_selector("[data-announce]", timeout=1000 * MOST)
    except StillComputing:
        seconds = page_seconds() - begun
        share = float(page.locator("[data-puzzle] progress").evaluate("bar => bar.value")) / 100
        button.click()
        page.wait_for_selector("[data-announce]", timeout=60_000)
    else:
        seconds = page_seconds() - begun
        share = (json.loads(base64.b64decode(sent[0]))["solution"]["counter"] + 1) / tries
    context.close()
    return Press(seconds, seconds / share, could_wait=could_wait, was_counted=bool(sent))


def slow_down(page: Page, rate: int, cores: int) -> None:
    """Make the page's own thread so many times slower and leave it alone with the work, or give it so many workers."""
    session = page.context.new_cdp_session(page)
    if cores == 1:
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        page.route("**/poll-worker*.js", lambda route: route.abort())
    else:
        session.send("Emulation.setHardwareConcurrencyOverride", {"hardwareConcurrency": cores})


def page_seconds() -> float:
    """Processor time of all pages of the browser so far; only one of them has something to do."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "--type=renderer" in process.cmdline():
                used += sum(process.cpu_times()[:2])
    return used


def _proofs_in(request: Request) -> list[str]:
    """The proof of a ballot that is being sent, if it has one."""
    if request.method != "POST" or "/binh-chon/" not in request.url:
        return []
    return re.findall(r'name="proof"\r\n\r\n([^\r]+)\r\n', request.post_data or "")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
