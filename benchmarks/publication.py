"""That a publication delays nobody: the home page from memory while articles are published."""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load import Request, drive
from benchmarks.servers import WORKERS, Server

SECONDS = 6
EVERY = 0.25  # seconds between two publications: a dozen in the life of a page
HOME = Request("/", headers={"Accept-Encoding": "gzip"})
MOST_ASKED = 200


def measure_publication(portal: Server, staff_cookie: str) -> dict[str, float]:
    """Latencies without and with publications, and how often a process rendered the page meanwhile.

    `portal` has its page cache. Raises RuntimeError when nothing was published, and when a process rendered the
    page more than once in its life.
    """
    from django.conf import settings

    drive(portal, HOME, 1)
    quiet = drive(portal, HOME, SECONDS)
    before, started = renders(portal, staff_cookie), time.monotonic()
    with _publishing() as published:
        busy = drive(portal, HOME, SECONDS)
    if not published:
        raise RuntimeError("Nothing was published")
    after, taken = renders(portal, staff_cookie), time.monotonic() - started
    most = max(after[process] - before[process] for process in after)
    if most > taken / settings.PAGE_SECONDS + 2:
        raise RuntimeError(f"A process rendered the home page {most} times in {taken:.1f} s")
    return {
        "per_second": round(busy.per_second, 1),
        "p50_ms": round(busy.p50_ms, 3),
        "p99_ms": round(busy.p99_ms, 3),
        "quiet_per_second": round(quiet.per_second, 1),
        "quiet_p50_ms": round(quiet.p50_ms, 3),
        "quiet_p99_ms": round(quiet.p99_ms, 3),
        "published": len(published),
        "seconds": round(taken, 1),
        "renders_per_process": most,
    }


@contextmanager
def _publishing() -> Iterator[list[int]]:
    """Publish an article every quarter of a second; they are gone afterwards."""
    from django.db import connections
    from django.utils import timezone

    from news.models import Article

    stop, published = threading.Event(), []

    def publish() -> None:
        # With every column: a row that was read in part cannot be stored as a new one.
        template = Article.objects.everywhere().defer(None).order_by("pk").first()
        while not stop.wait(EVERY):
            template.pk, template._state.adding = None, True
            template.title, template.published_at = f"Vừa đăng {len(published)}", timezone.now()
            template.save()
            published.append(template.pk)
        connections.close_all()

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield published
    finally:
        stop.set()
        thread.join()
        Article.objects.everywhere().filter(pk__in=published).delete()


def renders(portal: Server, staff_cookie: str) -> dict[int, int]:
    """How often each process has rendered the home page, from the page that shows staff the counters.

    Every answer comes from one process: asked until all have answered.
    """
    found: dict[int, int] = {}
    for _ in range(MOST_ASKED):
        request = urllib.request.Request(f"{portal.address}/quan-tri/bo-nho-trang/", headers={"Cookie": staff_cookie})
        with urllib.request.urlopen(request, timeout=30) as response:
            html = response.read().decode()
        process = re.search(r"<p>[^<]*?(\d+)[^<]*</p>", html)
        row = re.search(r"<td>/</td>\s*<td>[\d.]+</td>\s*<td>([\d.]+)</td>", html)
        if process and row:
            found[int(process[1])] = int(row[1].replace(".", ""))
        if len(found) == WORKERS:
            return found
    raise RuntimeError(f"Only {len(found)} of {WORKERS} processes showed their counters")
