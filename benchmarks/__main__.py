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
from dataclasses import replace
from pathlib import Path

from benchmarks import servers
from benchmarks.cases import Case, prepare
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
    responses = VAR / "responses"
    responses.mkdir(parents=True, exist_ok=True)
    results: dict[str, dict[str, float]] = {}
    with (
        prepare(VAR, SCALE) as cases,
        servers.portal(VAR) as cached,
        servers.portal(VAR, PAGE_CACHE="false", TRUSTED_PROXIES="127.0.0.1") as cold,
        servers.application("benchmarks.minimal:application") as minimal,
    ):
        addresses = {True: cached, False: cold}
        requests = {case.key: capture(addresses[case.is_cached], case, responses / case.key) for case in cases}
        with servers.application("benchmarks.bare:application", RESPONSES=str(responses)) as bare:
            for case in cases:
                row = measure(case.key, addresses[case.is_cached], requests[case.key], bare, minimal)
                results[case.key + SUFFIX] = row
                print_row(case.key + SUFFIX, row)
        others = {"vote": votes(cold, minimal), "beacon": beacons(cold, minimal), "bare_sql": bare_sql()}
        for key, row in others.items():
            results[key + SUFFIX] = row
            print_row(key + SUFFIX, row)
    write(results)


def capture(address: str, case: Case, target: Path) -> Request:
    """Keep what the portal answers, for the bare application to answer the same; returns what to ask.

    A conditional case is asked for with the ETag of the page, so that 304 is the answer.
    """
    request = case.request
    status, headers, body = ask(address, request)
    if case.is_conditional:
        request = replace(request, headers=request.headers | {"If-None-Match": dict(headers)["etag"]})
        status, headers, body = ask(address, request)
        if status != 304:
            raise SystemExit(f"{case.key}: {request.path} answers {status} to its own ETag")
    if status >= 400:
        raise SystemExit(f"{case.key}: {request.method} {request.path} answers {status}")
    kept = [(name, value) for name, value in headers if name not in HOP_BY_HOP]
    target.with_suffix(".json").write_text(json.dumps({"status": f"{status} -", "headers": kept}), encoding="utf-8")
    target.with_suffix(".body").write_bytes(body)
    return request


def ask(address: str, request: Request) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers with lower-case names, and body of one answer."""
    data = request.body.encode() or None
    query = urllib.request.Request(address + request.path, data, request.headers, method=request.method)
    try:
        with urllib.request.urlopen(query, timeout=120) as response:
            status, headers, body = response.status, response.getheaders(), response.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, list(error.headers.items()), error.read()
    return status, [(name.lower(), value) for name, value in headers], body


def votes(portal: str, minimal: str) -> dict[str, float]:
    """Acknowledged votes, recounted afterwards, beside bare inserts and a minimal Django view."""
    from benchmarks.polls import measure_votes

    row = measure_votes(portal)
    row["ratio_to_minimal_django"] = round(row["per_second"] / drive(minimal, Request("/"), SECONDS).per_second, 3)
    return row


def beacons(portal: str, minimal: str) -> dict[str, float]:
    """Views of 50,000 invented readers, every one of them found in the database afterwards."""
    from benchmarks.visitors import measure_beacons

    return measure_beacons(portal, minimal)


def bare_sql() -> dict[str, float]:
    from benchmarks.data import bare_sql_per_second
    from news.models import Article

    pk = Article.objects.published().latest_first().values_list("pk", flat=True)[0]
    return {"per_second": round(statistics.median(bare_sql_per_second(pk) for _ in range(ROUNDS)), 1)}


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
    others = "  ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row.items() if name != "per_second")
    sys.stdout.write(f"{key:24} {row['per_second']:>9.0f}/s  {others}\n")
    sys.stdout.flush()


def write(results: dict[str, dict[str, float]]) -> None:
    """Merge into var/bench.json, so that runs at several scales stand side by side."""
    path = BASE_DIR / "var" / "bench.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | results, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"Written to {path.relative_to(BASE_DIR)}\n")


if __name__ == "__main__":
    main()
