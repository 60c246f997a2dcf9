"""`python -m benchmarks.studies.communes`: many communes in one deployment beside one commune of the same size.

COMMUNES (166) communes of EACH (1,000) articles, and one commune with as many articles as all of them, each in a
database of its own, are asked in turns in one run. Prints for each case how many times as many pages from memory
the many answer as the one, and how many times the processor time of a page that is not in memory they take; then the
memory of a worker after every commune's home page was asked for, and what a flood of one host leaves of the
others' pages. Making the data takes some minutes, once.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import psutil

from benchmarks import servers
from benchmarks.cases import GZIP, prepare
from benchmarks.load import Request, Result, drive
from benchmarks.servers import BASE_DIR, Server

COMMUNES = int(os.environ.get("COMMUNES", "166"))
EACH = int(os.environ.get("EACH", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS", "2"))
ONE, MANY = "one", "many"
FLOOD = 4_000  # addresses of the flooded host
# What the many may cost, as a ratio to the one.
TARGETS = {"cached article": 0.9, "article": 1.1, "home": 1.1, "list": 1.1, "search": 1.2}


def var_of(side: str) -> Path:
    return BASE_DIR / "var" / f"bench-{side}-{COMMUNES}-{EACH}"


def host_of(number: int) -> str:
    return f"xa-{number}.example"


@contextlib.contextmanager
def world(side: str) -> Iterator[None]:
    """Keep the database of a side running, its data made if it is not there."""
    with prepare(var_of(side), EACH if side == MANY else COMMUNES * EACH):
        from benchmarks.data import first_commune
        from communes.hosts import table
        from communes.models import Host

        first = first_commune()
        Host.objects.get_or_create(name=host_of(0), defaults={"commune": first, "is_main": True})
        if side == MANY:
            _copy_to_others(first)
        table.forget()
        yield


def make(side: str) -> None:
    """The database of a side; prints the addresses of an article and its category."""
    with world(side):
        from communes.hosts import table
        from news.models import Article

        commune = table.find(host_of(COMMUNES // 2 if side == MANY else 0)).commune
        article = Article.objects.of(commune).published().latest_first().select_related("category")[EACH // 2]
        sys.stdout.write(f"{article.get_absolute_url()} {article.category.get_absolute_url()}\n")


def _copy_to_others(first) -> None:
    """Give every other commune the categories and the articles of the first."""
    from django.db import connection

    from benchmarks.data import _settle
    from communes.models import Commune, Host
    from news.models import Article, Category

    if Commune.objects.count() >= COMMUNES:
        return
    communes = Commune.objects.bulk_create(
        Commune(name=f"Xã {number}", slug=f"xa-{number}") for number in range(1, COMMUNES)
    )
    Host.objects.bulk_create(
        Host(commune=commune, name=host_of(number), is_main=True) for number, commune in enumerate(communes, start=1)
    )
    columns = {
        model: [
            field.column
            for field in model._meta.concrete_fields
            if not field.primary_key and not getattr(field, "generated", False)
        ]
        for model in (Category, Article)
    }
    with connection.cursor() as cursor:
        for model, joins, changes in (
            (Category, "", {}),
            (
                Article,
                (
                    "JOIN news_category old ON old.id = t.category_id"
                    " JOIN news_category new ON new.slug = old.slug AND new.commune_id = c.id"
                ),
                {"category_id": "new.id"},
            ),
        ):
            changes["commune_id"] = "c.id"
            names = ", ".join(f'"{name}"' for name in columns[model])
            values = ", ".join(changes.get(name, f't."{name}"') for name in columns[model])
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {model._meta.db_table} t"
                f" CROSS JOIN communes_commune c {joins} WHERE t.commune_id = %s AND c.id <> %s",
                [first.pk, first.pk],
            )
    _settle()


def main() -> None:
    if len(sys.argv) > 1:
        make(sys.argv[1])
        return
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0" * 40)  # as benchmarks.cases has it
    os.environ.setdefault("BALLOT_KEY", "only-for-measuring-" + "1" * 40)
    places = {side: _made(side) for side in (ONE, MANY)}
    with contextlib.ExitStack() as stack:
        cached = {side: stack.enter_context(servers.portal(var_of(side))) for side in places}
        cold = {side: stack.enter_context(servers.portal(var_of(side), PAGE_CACHE="false")) for side in places}
        _compare(places, cached, cold)
        _fill(cached[MANY])
        _flood(cached[MANY])


def _made(side: str) -> tuple[str, str, str]:
    """(host, address of an article, address of its category)"""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.studies.communes", side],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    article, category = process.stdout.strip().splitlines()[-1].split()
    return host_of(COMMUNES // 2 if side == MANY else 0), article, category


def _compare(places: dict[str, tuple[str, str, str]], cached: dict[str, Server], cold: dict[str, Server]) -> None:
    turns = []
    for side, (host, article, category) in places.items():
        headers = GZIP | {"Host": host}
        paths = {"article": article, "home": "/", "list": category, "search": f"/tim-kiem/?q={quote_plus('nông thôn')}"}
        turns.append(("cached article", side, cached[side], Request(article, headers=headers)))
        turns += [(name, side, cold[side], Request(path, headers=headers)) for name, path in paths.items()]
    found: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for _name, _side, server, request in turns:
        drive(server, request, 1)
    for number in range(ROUNDS):
        for name, side, server, request in turns if number % 2 == 0 else reversed(turns):
            found[name][side].append(drive(server, request, SECONDS))
    for name, sides in found.items():
        pairs = list(zip(sides[ONE], sides[MANY], strict=True))
        if name == "cached article":
            ratio, what = statistics.median(many.per_second / one.per_second for one, many in pairs), "pages a second"
            is_met = ratio >= TARGETS[name]
        else:
            ratio, what = statistics.median(many.cpu_ms / one.cpu_ms for one, many in pairs), "processor time"
            is_met = ratio <= TARGETS[name]
        sys.stdout.write(f"{name:<16} {ratio:5.2f} × {what:<16} {'met' if is_met else 'NOT MET'}\n")


def _ask(server: Server, number: int, path: str) -> str:
    """The Cache-Status of an answer."""
    request = urllib.request.Request(server.address + path, headers=GZIP | {"Host": host_of(number)})
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=30) as response:
        return response.headers.get("Cache-Status", "")
    return ""


def _fill(server: Server) -> None:
    """Every home page, often enough that each worker has it, and what that leaves in a worker."""
    workers = psutil.Process(server.pid).children(recursive=True)
    before = max(worker.memory_info().rss for worker in workers)
    for _ in range(6):
        for number in range(COMMUNES):
            _ask(server, number, "/")
    after = max(worker.memory_info().rss for worker in workers)
    sys.stdout.write(f"{'worker':<16} {before / 2**20:.0f} MB, after {COMMUNES} home pages {after / 2**20:.0f} MB\n")


def _flood(server: Server) -> None:
    """The others' home pages while strangers ask one host for thousands of addresses."""
    is_over = threading.Event()

    def ask_for_everything() -> None:
        for number in range(FLOOD):
            if not is_over.is_set():
                _ask(server, 0, f"/tim-kiem/?q=x{number}")

    flooding = threading.Thread(target=ask_for_everything)
    flooding.start()
    hits = asked = 0
    while flooding.is_alive() and asked < 20 * COMMUNES:
        for number in range(1, COMMUNES):
            for _ in range(2):  # kept three seconds: the first may make it anew
                status = _ask(server, number, "/")
            asked += 1
            hits += "hit" in status or "stale" in status
    is_over.set()
    flooding.join()
    sys.stdout.write(f"{'flood':<16} {hits / max(asked, 1):.3f} of the others' pages from memory (target 0.95)\n")


if __name__ == "__main__":
    main()
