"""What is broken on purpose, what is promised then, and what came of it."""

from __future__ import annotations

import itertools
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from deploy.cluster.cluster import Cluster
from deploy.cluster.load import Load
from deploy.cluster.services import send

TTL = 20  # seconds; as in patroni.yaml
# Seconds without an acknowledged vote at most: while a server is replaced, and until a silent machine has lost the lead.
QUICK, SILENT = 6.0, TTL + 5.0
AWAY = 30.0  # seconds a machine stays away
CALM = 6.0  # seconds of load before, and after all is whole again
FLUSH = 7.0  # seconds after which a portal has written down what it counted

Repair = Callable[[], None]


@dataclass(frozen=True)
class Drill:
    """One fault. `strike` breaks something and returns what repairs it after `lasts` seconds, if that is not by itself."""

    name: str
    strike: Callable[[Cluster], Repair | None]
    longest_gap: float | None = QUICK  # seconds without an acknowledged vote; None: nothing is promised
    lasts: float = 0.0
    # Readers of cached pages see nothing of it.
    is_hidden: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of one drill. Times in seconds."""

    drill: Drill
    votes: int
    votes_lost: int
    voters_waiting: int
    saves: int
    saves_lost: int
    views: int
    views_lost: int
    gap: float
    whole_after: float
    statuses: dict[str, Counter[int]]
    slowest_cached: float
    stale: int

    def failed(self, kind: str) -> int:
        """Requests of a kind that got no answer or one that says sorry."""
        return sum(count for status, count in self.statuses[kind].items() if status == 0 or status >= 500)

    def broken_promises(self) -> list[str]:
        """What was promised and did not hold, in words; empty when all did."""
        broken = []
        if self.votes_lost:
            broken.append(f"{self.votes_lost} of {self.votes} acknowledged votes are lost")
        if self.saves_lost:
            broken.append(f"{self.saves_lost} of {self.saves} acknowledged saves are lost")
        if self.voters_waiting:
            broken.append(f"{self.voters_waiting} voters were never answered")
        if self.drill.longest_gap is not None and self.gap > self.drill.longest_gap:
            broken.append(f"no vote for {self.gap:.1f} s instead of {self.drill.longest_gap:.0f} s at most")
        if self.drill.is_hidden and (failed := self.failed("cached")):
            broken.append(f"{failed} of {self.statuses['cached'].total()} cached reads failed")
        return broken


def run(drill: Drill, cluster: Cluster, load: Load) -> Outcome:
    """Break something under load, wait until all is whole again, and count."""
    cluster.wait("everything", cluster.is_whole)
    ballots, views = _ballots(cluster), _views(cluster)
    load.begin()
    time.sleep(CALM)
    struck = time.monotonic()
    repair = drill.strike(cluster)
    if repair is not None:
        time.sleep(drill.lasts)
        repair()
    cluster.wait("everything", cluster.is_whole)
    whole_after = time.monotonic() - struck
    time.sleep(CALM)
    calm_until = time.monotonic()
    book = load.end()
    time.sleep(FLUSH)
    statuses = {kind: Counter[int]() for kind in ("ballot", "vote", "save", "beacon", "cached", "uncached")}
    for event in book.events:
        statuses[event.kind][event.status] += 1
    counted = statuses["beacon"][200]
    return Outcome(
        drill,
        votes=len(book.acknowledged),
        votes_lost=max(0, len(book.acknowledged) - (_ballots(cluster) - ballots)),
        voters_waiting=book.waiting,
        saves=len(book.saved),
        saves_lost=len(book.saved) - _saved(cluster, book.saved),
        views=counted,
        views_lost=counted - (_views(cluster) - views),
        gap=longest_gap(book.acknowledged, struck - CALM / 2, calm_until),
        whole_after=whole_after,
        statuses=statuses,
        slowest_cached=max((event.seconds for event in book.events if event.kind == "cached"), default=0.0),
        stale=sum(event.cache == "STALE" for event in book.events),
    )


def longest_gap(moments: list[float], begin: float, end: float) -> float:
    """The longest time between two of the moments, or between one of them and the ends."""
    inside = sorted(moment for moment in moments if begin <= moment <= end)
    edges = [begin, *inside, end]
    return max(later - earlier for earlier, later in itertools.pairwise(edges))


def _ballots(cluster: Cluster) -> int:
    return int(cluster.value("cong", "SELECT count(*) FROM polls_ballot"))


def _views(cluster: Cluster) -> int:
    return int(cluster.value("cong", "SELECT coalesce(sum(views), 0) FROM visitors_day"))


def _saved(cluster: Cluster, titles: list[str]) -> int:
    statement = "SELECT count(DISTINCT content->>'title') FROM news_revision WHERE content->>'title' = ANY(%s)"
    return int(cluster.value("cong", statement, titles))


# --- The faults --------------------------------------------------------------------------------


def _kill_postmaster(cluster: Cluster) -> None:
    send([cluster.postmaster(cluster.primary())], signal.SIGKILL)


def _lose_machine(cluster: Cluster) -> Repair:
    number = cluster.primary()
    cluster.kill_machine(number)
    return cluster.patroni[number].start


def _freeze(cluster: Cluster) -> Repair:
    number = cluster.primary()
    cluster.freeze_machine(number)
    return lambda: cluster.thaw_machine(number)


def _lose_patroni(cluster: Cluster) -> Repair:
    number = cluster.primary()
    cluster.patroni[number].stop()
    return cluster.patroni[number].start


def _lose_synchronous(cluster: Cluster) -> Repair:
    number = cluster.synchronous()
    cluster.kill_machine(number)
    return cluster.patroni[number].start


def _lose_etcd(count: int) -> Callable[[Cluster], Repair]:
    def strike(cluster: Cluster) -> Repair:
        lost = cluster.etcd[:count]
        for service in lost:
            service.stop()

        def repair() -> None:
            for service in lost:
                service.start()

        return repair

    return strike


def _lose_all_databases(cluster: Cluster) -> Repair:
    for number in range(len(cluster.patroni)):
        cluster.kill_machine(number)

    def repair() -> None:
        for service in cluster.patroni:
            service.start()

    return repair


DRILLS = {
    "postmaster": Drill("PostgreSQL of the primary is killed", _kill_postmaster),
    "machine": Drill("machine of the primary is lost for 30 s", _lose_machine, SILENT, AWAY),
    "freeze": Drill("machine of the primary stands still for 30 s", _freeze, SILENT, AWAY),
    "patroni": Drill("Patroni of the primary is lost for 30 s, its PostgreSQL lives", _lose_patroni, SILENT, AWAY),
    "synchronous": Drill("synchronous standby is lost for 10 s", _lose_synchronous, QUICK, 10),
    "etcd": Drill("one etcd is lost for 20 s", _lose_etcd(1), QUICK, 20),
    "etcds": Drill("two of three etcd are lost for 30 s", _lose_etcd(2), QUICK, AWAY),
    "pgbouncer": Drill("pgbouncer of a node is killed", lambda cluster: cluster.pgbouncer[0].kill()),
    "portal": Drill("all processes of a web node are killed", lambda cluster: cluster.portal[0].kill()),
    "haproxy": Drill("HAProxy of a node is killed", lambda cluster: cluster.haproxy[0].kill()),
    # The one front of this cluster; two, with an address that moves, hide it (docs/cluster.md).
    "nginx": Drill("nginx is killed", lambda cluster: cluster.nginx.kill(), is_hidden=False),
    "databases": Drill("all databases are lost for 20 s", _lose_all_databases, None, 20),
    # The former primary writes down everything before it stops.
    "switchover": Drill("another database is made the primary, as planned", lambda cluster: cluster.switch_over(), 10),
}
