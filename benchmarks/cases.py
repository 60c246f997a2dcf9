"""What is measured, and the data it is measured on.

`python -m benchmarks.cases SCALE` makes the data of a scale and prints its cases as JSON: a second
scale in the same run needs a second Django.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote_plus

import django
from django.core.management import call_command

from benchmarks.load import Request
from benchmarks.servers import BASE_DIR

GZIP = {"Accept-Encoding": "gzip"}
FAR_PAGE = 1000
# Nothing of the database's own housekeeping falls into a measurement.
QUIET = {"autovacuum": "off", "checkpoint_timeout": "'1h'", "max_wal_size": "'8GB'", "maintenance_work_mem": "'512MB'"}


@dataclass(frozen=True)
class Case:
    key: str
    request: Request
    is_cached: bool = False  # on the portal with its page cache, or on the one without
    is_conditional: bool = False  # with the ETag of the page as it is


def data_folder(scale: int) -> Path:
    return BASE_DIR / "var" / f"bench-{scale}"


@contextlib.contextmanager
def prepare(var: Path, scale: int) -> Iterator[list[Case]]:
    """Keep a database with `scale` articles running; yields the cases on it."""
    os.environ["VAR_DIR"] = str(var)
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0" * 40)
    os.environ.setdefault("BALLOT_KEY", "only-for-measuring-" + "1" * 40)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection, connections

    from running import embedded_postgres

    with contextlib.ExitStack() as stack:
        if not settings.DATABASE_URL:
            stack.enter_context(embedded_postgres.running(settings.POSTGRES_DATA))
            with connection.cursor() as cursor:
                for name, value in QUIET.items():
                    cursor.execute(f"ALTER SYSTEM SET {name} = {value}")
                cursor.execute("SELECT pg_reload_conf()")
        call_command("migrate", verbosity=0)
        from serving.files.collected import collect_static_files

        collect_static_files()
        cases = _cases(scale)
        connections.close_all()
        yield cases


def cases_elsewhere(scale: int) -> list[Case]:
    """The cases of another scale, its data made if it is not there."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.cases", str(scale)],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(process.stdout.strip().splitlines()[-1])
    return [Case(**{**case, "request": Request(**case["request"])}) for case in found]


def _cases(scale: int) -> list[Case]:
    from benchmarks.data import ABSENT, CATEGORY_COUNT, COMMON, RARE, ensure_articles, staff_cookie
    from news.public.pagination import PER_PAGE

    article = ensure_articles(scale)
    address = article.get_absolute_url()
    category = article.category.get_absolute_url()
    pages = [Case("list_page_1", Request(category, headers=GZIP))]
    if scale >= FAR_PAGE * PER_PAGE * CATEGORY_COUNT:
        pages.append(Case(f"list_page_{FAR_PAGE}", Request(f"{category}?trang={FAR_PAGE}", headers=GZIP)))
    searches = {"common": COMMON, "rare": RARE, "absent": ABSENT}
    return [
        Case("cached_article", Request(address, headers=GZIP), is_cached=True),
        Case("cached_home", Request("/", headers=GZIP), is_cached=True),
        Case("conditional_304", Request("/", headers=GZIP), is_cached=True, is_conditional=True),
        Case("cold_article", Request(address, headers=GZIP)),
        Case("cold_home", Request("/", headers=GZIP)),
        *pages,
        *(
            Case(f"search_{name}", Request(f"/tim-kiem/?q={quote_plus(words)}", headers=GZIP))
            for name, words in searches.items()
        ),
        Case("admin_change_list", Request("/quan-tri/news/article/", headers=GZIP | {"Cookie": staff_cookie()})),
    ]


def main() -> None:
    scale = int(sys.argv[1])
    with prepare(data_folder(scale), scale) as cases:
        sys.stdout.write(json.dumps([asdict(case) for case in cases]) + "\n")


if __name__ == "__main__":
    main()
