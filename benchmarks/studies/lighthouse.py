"""Lighthouse on the pages of a running portal: the median of several runs of each, as a phone and as a desk.

    python -m benchmarks.studies.lighthouse http://127.0.0.1:8000 --runs 5

Needs Node, and Chromium where CHROME_PATH says or on the path; `npx` fetches the version named here. The scores come
from one machine under whatever it does beside: accessibility, best practices and SEO are exact, performance is not.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import urllib.request

VERSION = "12.8.2"
KINDS = ("performance", "accessibility", "best-practices", "seo")
ARTICLE = re.compile(r'href="(/[a-z0-9-]+/[a-z0-9-]+-\d+/)"')
CATEGORY = re.compile(r'id="block-\d+"><a href="(/[a-z0-9-]+/)"')
ATTEMPTS = 3  # now and then a browser does not come up
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def pages_of(origin: str) -> dict[str, str]:
    """One address of each kind, as the home page leads to them."""
    with urllib.request.urlopen(origin + "/") as response:
        home = response.read().decode()
    return {
        "home": "/",
        "category": CATEGORY.search(home)[1],
        "article": ARTICLE.search(home)[1],
        "page": "/gioi-thieu/",
        "search": "/tim-kiem/",  # with an answer on it, search engines are asked to leave it alone
        "site map": "/so-do-trang/",
    }


def scores_of(lighthouse: list[str], address: str, *, as_desk: bool) -> tuple[dict[str, float], list[str]]:
    """The scores of one run, each of 100, and the audits that are not passed."""
    command = [*lighthouse, address, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(KINDS)}", *(["--preset=desktop"] if as_desk else [])]
    for attempts_left in reversed(range(ATTEMPTS)):
        done = subprocess.run(command, check=not attempts_left, capture_output=True, text=True)
        if not done.returncode:
            break
    report = json.loads(done.stdout)
    scores = {kind: 100 * (report["categories"][kind]["score"] or 0) for kind in KINDS}
    weighed = {one["id"] for kind in KINDS[1:] for one in report["categories"][kind]["auditRefs"] if one["weight"]}
    failed = [name for name in weighed if report["audits"][name]["score"] not in (None, 1)]
    return scores, sorted(failed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("origin")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pages", help="some of the kinds alone, with commas between: search,page")
    parser.add_argument("--lighthouse", help="an installed lighthouse; otherwise npx fetches it")
    options = parser.parse_args()
    npx = shutil.which("npx")
    if not (options.lighthouse or npx):
        raise SystemExit("No npx found: install Node, or name a lighthouse with --lighthouse")
    lighthouse = [options.lighthouse] if options.lighthouse else [npx, "--yes", f"lighthouse@{VERSION}"]
    sys.stdout.write(f"{'page':10} {'as':6} " + " ".join(f"{kind:>14}" for kind in KINDS) + "\n")
    pages = pages_of(options.origin.rstrip("/"))
    chosen = options.pages.split(",") if options.pages else list(pages)
    for name in chosen:
        path = pages[name]
        for as_desk in (False, True):
            runs = [
                scores_of(lighthouse, options.origin.rstrip("/") + path, as_desk=as_desk) for _ in range(options.runs)
            ]
            medians = [statistics.median(scores[kind] for scores, _failed in runs) for kind in KINDS]
            failed = sorted({audit for _scores, audits in runs for audit in audits})
            line = f"{name:10} {'desk' if as_desk else 'phone':6} " + " ".join(f"{score:14.0f}" for score in medians)
            sys.stdout.write(f"{line}   {' '.join(failed)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
