"""Finding the browser that the stories are told in."""

import shutil

from playwright.sync_api import expect

# Milliseconds that `expect` waits: far more than anything takes, for a machine that is busy.
expect.set_options(timeout=30_000)

# The first is the same browser without windows, tabs and menus of its own, for less than half of the processor's time.
CANDIDATES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# The first group is what a container needs, the second keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str:
    """The path of an installed Chromium; raises RuntimeError, because a story untold has not passed."""
    for name in CANDIDATES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("No Chromium found: install your system's package of it (`make browser` on Debian)")
