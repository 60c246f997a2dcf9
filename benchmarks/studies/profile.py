"""Where the processor time of an uncached page goes, sampled in a portal under load.

`python -m benchmarks.studies.profile [ADDRESS]` looks at the article in the middle of 1,000 (or at ADDRESS)
with py-spy, which needs root or ptrace rights. Only threads that hold the interpreter are counted:
waiting for the database is not work.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import psutil

from benchmarks import servers
from benchmarks.cases import data_folder, prepare
from benchmarks.load import Request, drive, find_wrk

SECONDS = 8
RATE = 500  # samples a second
SHOWN = 20
# The innermost frame that matches says what a sample was doing.
KINDS = (
    ("writing SQL", r"django/db/models/sql|django/db/models/(query_utils|lookups|expressions|aggregates)"),
    ("asking the database", r"django/db/(backends|utils|transaction)|psycopg2"),
    ("making objects of rows", r"django/db/models"),
    ("templates", r"django/template|templatetags|django/utils/(html|safestring|formats|dateformat)"),
    ("addresses", r"django/urls"),
    ("translations", r"django/utils/translation|gettext"),
    ("middleware and request", r"django/(middleware|core/handlers|http)|csp/|whitenoise/|allauth/|middleware\.py"),
    ("visitors", r"[(/]visitors/"),
    ("page cache", r"[(/]serving/pagecache/"),
    ("the portal's own code", r"[(/](portal|news|polls)/|[(/](vietnamese|richtext|compiledquery)"),
)


def main() -> None:
    find_wrk()
    var = data_folder(1_000)
    with contextlib.ExitStack() as stack:
        cases = {case.key: case.request for case in stack.enter_context(prepare(var, 1_000))}
        request = Request(sys.argv[1]) if len(sys.argv) > 1 else cases["cold_article"]
        portal = stack.enter_context(servers.portal(var, PAGE_CACHE="false"))
        drive(portal, request, 2)
        stacks = _record(portal, request)
    total = sum(stacks.values())
    _print(request.path, Counter({kind: 100 * n / total for kind, n in _by_kind(stacks).items()}))
    _print("own time of functions", Counter({name: 100 * n / total for name, n in _by_leaf(stacks).items()}))


def _record(portal: servers.Server, request: Request) -> Counter[tuple[str, ...]]:
    """Stacks of frames, the outermost first, and how often each was seen in the busiest worker."""
    loading = threading.Thread(target=drive, args=(portal, request, SECONDS + 3))
    loading.start()
    worker = max(psutil.Process(portal.pid).children(recursive=True), key=lambda process: sum(process.cpu_times()[:2]))
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        command = [Path(sys.executable).with_name("py-spy"), "record", "--gil", "--format", "raw"]
        options = ["--duration", SECONDS, "--rate", RATE, "--pid", worker.pid, "--output", file.name]
        subprocess.run([str(word) for word in (*command, *options)], check=True, capture_output=True)
        lines = Path(file.name).read_text(encoding="utf-8").splitlines()
    loading.join()
    found: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        frames, _, count = line.rpartition(" ")
        found[tuple(frames.split(";"))] += int(count)
    return found


def _by_kind(stacks: Counter[tuple[str, ...]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for frames, count in stacks.items():
        found[_kind(frames)] += count
    return found


def _kind(frames: tuple[str, ...]) -> str:
    for frame in reversed(frames):
        for kind, pattern in KINDS:
            if re.search(pattern, frame):
                return kind
    return "else"


def _by_leaf(stacks: Counter[tuple[str, ...]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for frames, count in stacks.items():
        found[re.sub(r":\d+\)$", ")", frames[-1])] += count
    return found


def _print(title: str, shares: Counter[str]) -> None:
    sys.stdout.write(f"\n{title}\n")
    for name, share in shares.most_common(SHOWN):
        sys.stdout.write(f"{share:5.1f} %  {name}\n")


if __name__ == "__main__":
    main()
