"""`make bench`: the portal beside what it is compared with, in one run, as ratios.

Times of a shared machine are noise; a ratio of two measurements taken in turns is not. Every case
is driven A B C A B C: the portal, a bare WSGI application that sends the same bytes, a minimal
Django view. SCALE is the number of articles, ROUNDS and SECONDS how long to look.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks import servers
from benchmarks.load import Request, Result, drive, find_wrk

BASE_DIR = Path(__file__).resolve().parent.parent
SCALE = int(os.environ.get("SCALE", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "3"))
VAR = BASE_DIR / "var" / f"bench-{SCALE}"
# What the server adds by itself, or what belongs to the connection the answer was captured on.
HOP_BY_HOP = {"connection", "date", "keep-alive", "transfer-encoding"}
SUFFIX = "_1m" if SCALE >= 1_000_000 else ""


def main() -> None:
    find_wrk()
    from benchmarks.cases import prepare  # sets Django up on the data folder

    responses = VAR / "responses"
    responses.mkdir(parents=True, exist_ok=True)
    with prepare(VAR, SCALE) as cases:
        results = {}
        with (
            servers.portal(VAR) as cached,
            servers.portal(VAR, PAGE_CACHE="false") as cold,
            servers.application("benchmarks.minimal:application") as minimal,
        ):
            addresses = {True: cached, False: cold}
            for case in cases:
                capture(addresses[case.is_cached], case.request, responses / case.key)
            with servers.application("benchmarks.bare:application", RESPONSES=str(responses)) as bare:
                for case in cases:
                    results[case.key + SUFFIX] = measure(
                        case.key, addresses[case.is_cached], case.request, bare, minimal
                    )
                    print_row(case.key + SUFFIX, results[case.key + SUFFIX])
    write(results)


def capture(address: str, request: Request, target: Path) -> None:
    """Keep what the portal answers, to have the bare application answer the same."""
    data = request.body.encode() or None
    query = urllib.request.Request(address + request.path, data, request.headers, method=request.method)
    try:
        with urllib.request.urlopen(query, timeout=60) as response:
            status, headers, body = response.status, response.getheaders(), response.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, error.headers.items(), error.read()
    if status >= 400:
        raise SystemExit(f"{request.method} {request.path} answers {status}")
    kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
    target.with_suffix(".json").write_text(json.dumps({"status": f"{status} -", "headers": kept}), encoding="utf-8")
    target.with_suffix(".body").write_bytes(body)


def measure(key: str, portal: str, request: Request, bare: str, minimal: str) -> dict[str, float]:
    """Medians over the rounds; each ratio is the median of the ratios within a round."""
    same_bytes = Request(f"/{key}", request.method, request.headers, request.body)
    hello = Request("/")
    drive(portal, request, 1)  # caches fill, connections open
    rounds: list[tuple[Result, Result, Result]] = []
    for _ in range(ROUNDS):
        rounds.append(
            (drive(portal, request, SECONDS), drive(bare, same_bytes, SECONDS), drive(minimal, hello, SECONDS))
        )
    per_second = statistics.median(ours.per_second for ours, _, _ in rounds)
    at_80_percent = drive(portal, request, SECONDS, rate=0.8 * per_second)
    return {
        "per_second": round(per_second, 1),
        "p50_ms": round(statistics.median(ours.p50_ms for ours, _, _ in rounds), 3),
        "p99_ms": round(statistics.median(ours.p99_ms for ours, _, _ in rounds), 3),
        "p50_ms_at_80_percent": round(at_80_percent.p50_ms, 3),
        "p99_ms_at_80_percent": round(at_80_percent.p99_ms, 3),
        "ratio_to_bare_wsgi": round(statistics.median(a.per_second / b.per_second for a, b, _ in rounds), 3),
        "ratio_to_minimal_django": round(statistics.median(a.per_second / c.per_second for a, _, c in rounds), 3),
    }


def print_row(key: str, row: dict[str, float]) -> None:
    sys.stdout.write(
        f"{key:24} {row['per_second']:>10.0f}/s  p50 {row['p50_ms']:>8.2f} ms  p99 {row['p99_ms']:>8.2f} ms"
        f"  × bare {row['ratio_to_bare_wsgi']:.3f}  × Django {row['ratio_to_minimal_django']:.3f}\n"
    )
    sys.stdout.flush()


def write(results: dict[str, dict[str, float]]) -> None:
    """Merge into var/bench.json, so that runs at several scales stand side by side."""
    path = BASE_DIR / "var" / "bench.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | results, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"Written to {path.relative_to(BASE_DIR)}\n")


if __name__ == "__main__":
    main()
