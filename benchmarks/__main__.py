"""`make bench`: the portal beside what it is compared with, in one run, as ratios.

Times of a shared machine are noise; a ratio of two measurements taken in turns is not. Every round
drives every case A B C, the next one C B A: the portal, a bare WSGI application that sends the same
bytes, a minimal Django view; at a large scale also the portal with 1,000 articles. SCALE is the
number of articles, ROUNDS and SECONDS how long to look, CASES (a comma between keys) which to measure.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks import servers
from benchmarks.answers import capture
from benchmarks.cases import Case, cases_elsewhere, data_folder, prepare
from benchmarks.load import Request, Result, cpu_ratio, drive, drive_at, find_wrk, middle, ratio, row_of
from benchmarks.servers import BASE_DIR, Server
from benchmarks.targets import print_row, print_table

SMALL, LARGE = 1_000, 1_000_000
SCALE = int(os.environ.get("SCALE", SMALL))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS", "2"))  # wrk counts whole ones
CASES = [key for key in os.environ.get("CASES", "").split(",") if key]
SUFFIX = "_1m" if SCALE >= LARGE else ""
HELLO = Request("/")
# The others answer so often that half the time says as much.
SLOW_SIDES = {"ours", "small"}
BEACON, VOTE, PUBLICATION, BARE_SQL = "beacon", "vote", "publication", "bare_sql"
# What a case of the large scale costs is compared with the same case at 1,000 articles, or with this.
COUNTERPARTS = {"list_page_1000": "list_page_1"}


def main() -> None:
    find_wrk()
    started = time.monotonic()
    results: dict[str, dict[str, float]] = {}
    with contextlib.ExitStack() as stack:
        # The small scale first: its data is made by a process of its own, which then ends.
        small = cases_elsewhere(SMALL) if SCALE > SMALL else []
        var = data_folder(SCALE)
        cases = [case for case in stack.enter_context(prepare(var, SCALE)) if _is_wanted(case.key)]
        answers = var / "responses"
        answers.mkdir(parents=True, exist_ok=True)
        cached = stack.enter_context(servers.portal(var))
        cold = stack.enter_context(servers.portal(var, PAGE_CACHE="false", TRUSTED_PROXIES="127.0.0.1"))
        minimal = stack.enter_context(servers.application("benchmarks.minimal:application"))
        requests = {}
        for case in cases:
            server = cached if case.is_cached else cold
            requests[case.key] = capture(server, case.key, case.request, answers, is_conditional=case.is_conditional)
        _capture_others(cold, answers)
        bare = stack.enter_context(servers.application("benchmarks.bare:application", RESPONSES=str(answers)))
        contestants = {
            case.key: {
                "ours": (cached if case.is_cached else cold, requests[case.key]),
                "bare": (bare, _same_bytes(case.key, requests[case.key])),
                "minimal": (minimal, HELLO),
            }
            for case in cases
        }
        if small:
            _add_small(stack, contestants, {case.key: case for case in small}, answers)
        for key, row in _measure(contestants).items():
            results[key + SUFFIX] = row | {"bytes": (answers / f"{key}.body").stat().st_size}
        for key, row in _measure_others(var, cached, cold, bare, minimal).items():
            results[key + SUFFIX] = row
            print_row(key + SUFFIX, row)
    known = _merge(results)
    print_table(known)
    sys.stdout.write(f"Written to var/bench.json after {time.monotonic() - started:.0f} s\n")


def _is_wanted(key: str) -> bool:
    return not CASES or key in CASES


def _same_bytes(key: str, request: Request) -> Request:
    return Request(f"/{key}", request.method, request.headers, request.body)


def _capture_others(cold: Server, answers: Path) -> None:
    from benchmarks.polls import one_vote
    from benchmarks.visitors import VIEW

    if _is_wanted(BEACON):
        capture(cold, BEACON, VIEW, answers)
    if _is_wanted(VOTE):
        capture(cold, VOTE, one_vote(), answers)


def _add_small(
    stack: contextlib.ExitStack,
    contestants: dict[str, dict[str, tuple[Server, Request]]],
    cases: dict[str, Case],
    answers: Path,
) -> None:
    """Put the portal with 1,000 articles beside the large one, in the same rounds."""
    var = data_folder(SMALL)
    cached = stack.enter_context(servers.portal(var))
    cold = stack.enter_context(servers.portal(var, PAGE_CACHE="false"))
    for key, sides in contestants.items():
        case = cases[COUNTERPARTS.get(key, key)]
        server = cached if case.is_cached else cold
        request = case.request
        if case.is_conditional:
            request = capture(server, f"small_{key}", request, answers, is_conditional=True)
        sides["small"] = (server, request)


def _measure(contestants: dict[str, dict[str, tuple[Server, Request]]]) -> dict[str, dict[str, float]]:
    """A row for each case. All cases take part in every round, so that a slow minute is nobody's own."""
    found: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for sides in contestants.values():
        for server, request in sides.values():
            drive(server, request, 1)  # caches fill, connections open
    for number in range(ROUNDS):
        turns = [(key, name, *side) for key, sides in contestants.items() for name, side in sides.items()]
        for key, name, server, request in turns if number % 2 == 0 else reversed(turns):
            seconds = SECONDS if name in SLOW_SIDES else max(SECONDS // 2, 1)
            found[key][name].append(drive(server, request, seconds))
    # One view answers for all cases: ten looks at it in a round say more than the one beside a case.
    minimal = [middle(looks) for looks in zip(*(results["minimal"] for results in found.values()), strict=True)]
    rows = {}
    for key, results in found.items():
        rows[key] = row_of(results["ours"], results["bare"], minimal)
        if "small" in results:
            rows[key] |= {
                "cost_ratio_to_1k": ratio(results["small"], results["ours"]),
                "cpu_cost_ratio_to_1k": cpu_ratio(results["small"], results["ours"]),
            }
        rows[key] |= _at_80_percent(*contestants[key]["ours"], rows[key]["per_second"])
        print_row(key + SUFFIX, rows[key])
    return rows


def _at_80_percent(server: Server, request: Request, per_second: float) -> dict[str, float]:
    """Latencies when four fifths of what the portal can answer is asked for."""
    results = drive_at(server, request, SECONDS, 0.8 * per_second)
    return {
        "p50_ms_at_80_percent": round(statistics.median(one.p50_ms for one in results), 3),
        "p99_ms_at_80_percent": round(statistics.median(one.p99_ms for one in results), 3),
        "p99_to_p50_at_80_percent": round(statistics.median(one.p99_ms / one.p50_ms for one in results), 2),
        "load_at_80_percent": round(statistics.median(one.per_second for one in results) / per_second, 2),
    }


def _measure_others(
    var: Path, cached: Server, cold: Server, bare: Server, minimal: Server
) -> dict[str, dict[str, float]]:
    """What is not one request again and again, and what writes: last, for it leaves rows behind."""
    from benchmarks.data import bare_sql, first_commune, staff_cookie
    from benchmarks.polls import measure_votes
    from benchmarks.publication import measure_publication
    from benchmarks.visitors import measure_beacons
    from news.models import Article

    rows = {}
    if _is_wanted(BARE_SQL):
        pk = Article.objects.of(first_commune()).published().latest_first().values_list("pk", flat=True)[0]
        rows[BARE_SQL] = _row_of_seconds([bare_sql(pk, SECONDS) for _ in range(ROUNDS)])
    if _is_wanted(PUBLICATION):
        rows[PUBLICATION] = measure_publication(cached, staff_cookie())
    if _is_wanted(BEACON):
        rows[BEACON] = measure_beacons(cold, bare, minimal)
    if _is_wanted(VOTE):
        rows[VOTE] = measure_votes(cold, bare, minimal)
    return rows


def _row_of_seconds(rounds: Sequence[list[float]]) -> dict[str, float]:
    quantiles = [statistics.quantiles(taken, n=100) for taken in rounds]
    return {
        "per_second": round(statistics.median(len(taken) / sum(taken) for taken in rounds), 1),
        "p50_ms": round(1000 * statistics.median(one[49] for one in quantiles), 4),
        "p99_ms": round(1000 * statistics.median(one[98] for one in quantiles), 4),
    }


def _merge(results: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Keep the results of runs at several scales side by side; returns all of them."""
    path = BASE_DIR / "var" / "bench.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known |= results
    path.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return known


if __name__ == "__main__":
    main()
