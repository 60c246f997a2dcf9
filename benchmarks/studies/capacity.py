"""How many cores an event needs, by calculation from what `make bench` has measured.

`python -m benchmarks.studies.capacity` reads var/bench.json and prints the table of docs/performance.md. A
request costs the processor time that was measured for it, PostgreSQL's share included; half of every
core stays free, so that queues stay short and one of two machines may fail.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass

from benchmarks.servers import BASE_DIR

PROCESSES = 2  # of each portal
HEARTBEAT_SECONDS = 60
USED = 0.5  # part of a core that is used


@dataclass(frozen=True)
class Event:
    """An hour. The busiest second has `peak` times the requests of the average one."""

    name: str
    portals: int
    people: int
    pages: float = 6  # each person
    minutes: float = 10  # a person has a page open
    hot_pages: int = 30  # different pages of one portal that are asked for all the time
    votes: float = 0.0  # part of the people who vote
    peak: float = 3
    page_seconds: int = 3  # life of a page in memory, in each process

    @property
    def page_rate(self) -> float:
        return self.peak * self.people * self.pages / 3600

    @property
    def online(self) -> float:
        """People with a page open at the peak."""
        return min(self.people, self.peak * self.people * self.minutes / 60)

    @property
    def beacon_rate(self) -> float:
        """A view each page, then a sign of life each minute."""
        return self.page_rate + self.online / HEARTBEAT_SECONDS

    @property
    def vote_rate(self) -> float:
        return self.peak * self.people * self.votes / 3600

    @property
    def render_rate(self) -> float:
        """A page is made when it is asked for after its life: on average, life and wait for a reader apart.

        The hot pages count as equally hot, which is the worst they can be.
        """
        kept = self.portals * PROCESSES * self.hot_pages
        return kept / (self.page_seconds + kept / self.page_rate)


EVENTS = (
    Event("A commune on the night of a flood: 8,000 inhabitants, 5,000 of them within an hour", 1, 5_000, pages=12),
    Event("The same with one in ten voting in a poll", 1, 5_000, pages=12, votes=0.1),
    Event("A province: 166 communes, 300,000 people within an hour", 166, 300_000),
    Event("The same with PAGE_SECONDS=30", 166, 300_000, page_seconds=30),
    Event("A national event: 3,321 communes, 10 million people within an hour", 3_321, 10_000_000, hot_pages=10),
    Event("The same with PAGE_SECONDS=30", 3_321, 10_000_000, hot_pages=10, page_seconds=30),
)


def main() -> None:
    rows = json.loads((BASE_DIR / "var" / "bench.json").read_text(encoding="utf-8"))
    cost = {key: rows[key]["cpu_ms"] for key in ("cached_article", "beacon", "cold_article", "vote")}
    _write("processor time of a request, ms: " + ", ".join(f"{key} {value:g}" for key, value in cost.items()))
    _write("")
    _write("| event | pages/s | online | beacons/s | renders/s | votes/s | cores at work | cores to have | Mbit/s |")
    _write("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for event in EVENTS:
        busy = (
            event.page_rate * cost["cached_article"]
            + event.beacon_rate * cost["beacon"]
            + event.render_rate * cost["cold_article"]
            + event.vote_rate * cost["vote"]
        ) / 1000
        rates = (event.page_rate, event.online, event.beacon_rate, event.render_rate, event.vote_rate)
        cells = " | ".join(f"{rate:,.{0 if rate > 10 else 1}f}" for rate in rates)
        megabits = event.page_rate * rows["cached_article"]["bytes"] * 8 / 1e6
        _write(f"| {event.name} | {cells} | {busy:.2f} | {math.ceil(busy / USED)} | {megabits:,.0f} |")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
