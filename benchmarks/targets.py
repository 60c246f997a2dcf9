"""What the numbers should be, and how they are shown. A missed target is printed like a met one.

`python -m benchmarks.targets` prints the figures of docs/performance.md, and more, from var/bench.json.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from benchmarks.servers import BASE_DIR

Row = dict[str, float]
Rows = dict[str, Row]

PARTS = {
    "per_second": "a second",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "ratio_to_bare_wsgi": "× bare",
    "ratio_to_minimal_django": "× Django",
    "cpu_ms": "cpu ms",
    "cpu_ratio_to_bare_wsgi": "cpu × bare",
    "cpu_ratio_to_minimal_django": "cpu × Django",
    "cost_ratio_to_1k": "cost × 1k",
    "cpu_cost_ratio_to_1k": "cpu × 1k",
    "p99_to_p50_at_80_percent": "p99/p50 at 80 %",
}
SAME_COST = ("cold_article", "cold_home", "list_page_1", "list_page_1000")
SEARCHES = ("search_common", "search_rare", "search_absent")


@dataclass(frozen=True)
class Target:
    """What a number of a case should be: at least or at most so much."""

    key: str
    part: str
    limit: float
    is_most: bool = False

    def verdict(self, row: Row) -> bool:
        value = row[self.part]
        return value <= self.limit if self.is_most else value >= self.limit

    def line(self, row: Row) -> str:
        sign = "≤" if self.is_most else "≥"
        word = "met" if self.verdict(row) else "MISSED"
        line = f"{word:7} {self.key:22} {PARTS[self.part]:18} {row[self.part]:>10g}  ({sign} {self.limit:g})"
        by_cpu = row.get(f"cpu_{self.part}")
        return line if by_cpu is None else f"{line}  by processor time {by_cpu:g}"


# Each line is met when one of its targets is.
TARGETS: tuple[tuple[Target, ...], ...] = (
    (Target("cached_article", "ratio_to_bare_wsgi", 0.6),),
    (Target("beacon", "ratio_to_minimal_django", 0.5),),
    (Target("cold_article", "per_second", 400), Target("cold_article", "ratio_to_minimal_django", 0.15)),
    *((Target(f"{key}_1m", "cost_ratio_to_1k", 1.3, is_most=True),) for key in SAME_COST),
    *((Target(f"{key}_1m", "cost_ratio_to_1k", 3, is_most=True),) for key in SEARCHES),
)


def print_row(key: str, row: Row) -> None:
    """Everything measured of one case, while the others are still running."""
    _write(f"{key:24} " + "  ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row.items()))


def print_table(rows: Rows) -> None:
    """Every case in a line, then every target with its verdict."""
    _write("")
    _write(f"{'':24} " + " ".join(f"{title:>{_width(title)}}" for title in PARTS.values()))
    for key, row in rows.items():
        cells = [f"{row[part]:g}" if part in row else "" for part in PARTS]
        _write(f"{key:24} " + " ".join(f"{cell:>{_width(t)}}" for cell, t in zip(cells, PARTS.values(), strict=True)))
    _write("")
    for choices in TARGETS:
        measured = [target for target in choices if target.part in rows.get(target.key, {})]
        if measured:
            _print_verdict(measured, rows)
    for key in ("publication", "publication_1m"):
        if key in rows:
            _write(
                "{key}: {published:g} articles published in {seconds:g} s; each process rendered the home page"
                " {renders_per_process:g} times; p99 {quiet_p99_ms:g} ms before, {p99_ms:g} ms meanwhile".format(
                    key=key, **rows[key]
                )
            )


def print_markdown(rows: Rows) -> None:
    """The tables of the documentation: the small scale, then the large one."""
    for is_large in (False, True):
        parts = [part for part in PARTS if is_large or "1k" not in part]
        _write("| case | " + " | ".join(PARTS[part] for part in parts) + " |")
        _write("| --- |" + " ---: |" * len(parts))
        for key, row in rows.items():
            if key.endswith("_1m") == is_large:
                cells = [f"{row[part]:.3g}" if row.get(part, 1000) < 1000 else _whole(row, part) for part in parts]
                _write(f"| {key.removesuffix('_1m').replace('_', ' ')} | " + " | ".join(cells) + " |")
        _write("")


def _whole(row: Row, part: str) -> str:
    return f"{row[part]:,.0f}" if part in row else ""


def _print_verdict(choices: list[Target], rows: Rows) -> None:
    chosen = next((target for target in choices if target.verdict(rows[target.key])), choices[0])
    _write(chosen.line(rows[chosen.key]))


def _width(title: str) -> int:
    return max(len(title), 9)


def _write(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def main() -> None:
    print_markdown(json.loads((BASE_DIR / "var" / "bench.json").read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
