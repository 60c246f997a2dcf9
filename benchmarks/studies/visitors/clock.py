"""A served portal whose clock jumps: three days ahead and back, six years back and right again, started years back.

Needs Debian's package `faketime`: the portal, its workers and its database all see the false clock.
(Under it an absolute time.sleep may fail, so a helping thread can be missed; the story does not need it.)

    python -m benchmarks.studies.visitors.clock

prints one JSON row for each stage: people online as the beacon says, all visits, the salts of the
database, what /healthz answers, and whether the home page shows the one article that was published.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.visitors.served import ServedPortal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
YEARS = -2190  # days
TITLE = "Lịch tiếp công dân"
ARTICLE = f"""
from django.utils import timezone
from accounts.models import User
from news.models import Article, Category, Status
author = User.objects.create_user("tac-gia", is_staff=True)
category = Category.objects.create(name="Tin tức", slug="tin-tuc")
Article.objects.create(
    title="{TITLE}", body="<p>Sáng thứ Năm.</p>", category=category, author=author,
    status=Status.PUBLISHED, published_at=timezone.now(),
)
"""
SETTLED = 35  # seconds: flushed, sampled and read again, with a clock that is read every 20 seconds


def main() -> None:
    if not LIBRARIES:
        raise SystemExit("libfaketime is missing: apt-get install faketime")
    django.setup()
    from tests.visitors.served import served_portal

    with tempfile.TemporaryDirectory(prefix="cong-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        offset = folder / "offset"
        offset.write_text("+0")
        # Each process reads the file anew; monotonic time stays true, or servers would stop waiting.
        false_time = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        os.environ |= false_time
        with served_portal(folder, passed_on=tuple(false_time)) as it:
            it.manage("shell", "-c", ARTICLE)
            tell(it, offset)
        # A machine whose battery is empty starts so: no process remembers what time it was.
        offset.write_text(f"{YEARS:+}d")
        with served_portal(folder, passed_on=tuple(false_time)) as it:
            stage(it, offset, "started six years behind", YEARS)


def tell(portal: ServedPortal, offset: Path) -> None:
    """The story, stage by stage."""
    stage(portal, offset, "right", 0, range(40))
    stage(portal, offset, "three days ahead", 3, range(100, 130))
    stage(portal, offset, "back", 0)
    stage(portal, offset, "the first forty again", 0, range(40))
    stage(portal, offset, "six years behind", YEARS)
    stage(portal, offset, "right again", 0, range(40))


def stage(portal: ServedPortal, offset: Path, name: str, days: int, visitors: Sequence[int] = ()) -> None:
    """Put the clock so many days off, let the visitors come, and say how everything stands afterwards."""
    offset.write_text(f"{days:+}d")
    for number in visitors:
        portal.signal(number)
    time.sleep(SETTLED)
    row = {
        "stage": name,
        "online": portal.signal(0, "beat"),
        "visits": portal.query("SELECT sum(visits) FROM visitors_day"),
        "views": portal.query("SELECT sum(views) FROM visitors_day"),
        "days": portal.query("SELECT count(*) FROM visitors_day"),
        "salts": portal.query("SELECT count(*) FROM visitors_salt"),
        "healthz": portal.status("/healthz"),
        "home shows its article": TITLE in portal.get("/").decode(),
    }
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
