"""How much disk a year needs, by calculation from the rows and files of the demonstration.

    VAR_DIR=/tmp/growth SECRET_KEY=… python -m benchmarks.growth

loads the demonstration commune into a database of its own in VAR_DIR (or uses the one there), measures what a row of
each kind takes with its indexes and what a picture takes with its copies, and prints the tables of docs/growth.md. What
a commune does in a year stands in USAGE: put your own figures there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

# A row's own header and its pointer in the page (PostgreSQL, "Database Page Layout"), and an entry of an index.
ROW, ENTRY = 28, 40  # bytes
# So few rows say nothing of the size of an index: its pages are nearly empty.
ENOUGH_ROWS = 500
DAYS = 365


@dataclass(frozen=True)
class Kind:
    """What grows: so many of it a year in one commune, and the tables in which one of it has so many rows."""

    name: str
    a_year: int
    rows: dict[str, float]  # of each table
    note: str


# A commune with a busy newsroom: an article and a half each working day, a third of a million views.
USAGE = [
    Kind("articles with their words for the search", 400, {"news_article": 1}, "8 a week"),
    Kind("revisions", 3_200, {"news_revision": 1}, "8 of each article"),
    Kind(
        "steps and lines of the admin's log", 6_000, {"news_transition": 0.4, "django_admin_log": 0.6}, "15 an article"
    ),
    Kind("lines of the audit log, kept for twelve months", 15_000, {"trail_entry": 1}, "60 on a working day"),
    Kind("rows of pictures and documents", 1_000, {"library_picture": 0.8, "library_document": 0.2}, ""),
    Kind(
        "ballots with answers and log", 20_000, {"polls_ballot": 1, "polls_selection": 1, "polls_event": 1}, "two polls"
    ),
    Kind("hours of pages", 365_000, {"visitors_pagehour": 1}, "1,000 a day: 24 hours of some 40 pages"),
    Kind("shares of days", 182_500, {"visitors_dayshare": 1}, "500 a day; at most 300 of each kind"),
    Kind("days with their samples", 365, {"visitors_day": 1, "visitors_minutesamples": 1}, ""),
]
PICTURES, DOCUMENTS = 800, 200
# Bytes. The demonstration's pictures are painted, and smaller than a photograph of 2,560 pixels, as the library keeps
# it; how much more its copies take is measured.
PHOTOGRAPH, DOCUMENT = 900_000, 600_000
REQUESTS = 12_000_000  # a year, of pages, files and beacons: a third of a million views
LOG_LINE = 190  # bytes, as deploy/nginx/cong.conf writes it; gzip leaves an eighth
LOG_DAYS = 15  # as deploy/logrotate keeps


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from running import embedded_postgres
    from serving.files.collected import collect_static_files

    with embedded_postgres.running(settings.POSTGRES_DATA):
        call_command("migrate", verbosity=0)
        call_command("load_demo", if_empty=True, verbosity=0)
        collect_static_files()
        with transaction.atomic():
            _fill_audit_log()
            sizes = {table: size for kind in USAGE for table in kind.rows if (size := bytes_of_a_row(table))}
            transaction.set_rollback(True)
        database = list(_database(sizes))
        media = list(_media(Path(settings.MEDIA_ROOT)))
    year = LOG_LINE * REQUESTS / DAYS
    logs = [
        ("nginx's log, kept for 15 days", 1, year * (2 + (LOG_DAYS - 2) / 8), "two days plain, the others compressed")
    ]
    _print("| what | a year | bytes of one | MB after a year | |")
    _print("| --- | ---: | ---: | ---: | --- |")
    total = 0.0
    for name, count, size, note in [*database, *media, *logs]:
        total += count * size
        _print(f"| {name} | {count:,} | {size:,.0f} | {count * size / 1e6:,.0f} | {note} |")
    _print(f"| **together** | | | **{total / 1e6:,.0f}** | |")
    static = sum(path.stat().st_size for path in Path(settings.STATIC_ROOT).rglob("*") if path.is_file())
    _print(f"\nStatic files, once for a deployment of any number of communes: {static / 1e6:.0f} MB")


def _fill_audit_log() -> None:
    """Lines as changes of articles leave them: the demonstration's people do nothing."""
    from accounts.models import User
    from communes.models import Commune
    from trail.recording import Kind as Act
    from trail.recording import Subject, record

    person, commune = User.objects.order_by("pk").first(), Commune.objects.order_by("pk")[0]
    about = Subject("Lịch tiếp công dân của lãnh đạo xã tháng 12", "news.article", "123")
    for number in range(2 * ENOUGH_ROWS):
        values = {"title": f"Lịch tiếp công dân tháng {number}", "summary": "Tại trụ sở, buổi sáng thứ Năm hằng tuần."}
        record(Act.CHANGE, about=about, before=values, after=values, person=person, commune=commune.pk)


def bytes_of_a_row(table: str) -> float:
    """What one row takes on the disk, with its share of what is stored apart (TOAST) and of the indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), coalesce(avg(pg_column_size(t.*)), 0) FROM {table} t")
        count, row = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), pg_indexes_size(%s::regclass) FROM pg_index WHERE indrelid = %s::regclass", [table] * 2
        )
        indexes, size = cursor.fetchone()
    return float(row) + ROW + (size / count if count >= ENOUGH_ROWS else indexes * ENTRY)


def _database(sizes: dict[str, float]) -> Iterator[tuple[str, int, float, str]]:
    for kind in USAGE:
        yield kind.name, kind.a_year, sum(share * sizes[table] for table, share in kind.rows.items()), kind.note


def _media(folder: Path) -> Iterator[tuple[str, int, float, str]]:
    from library.models import Picture

    originals = set(Picture.objects.everywhere().values_list("file", flat=True))
    files = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    pictures = {name: size for name, size in files.items() if f"{Picture.FOLDER}/" in name}
    kept = sum(size for name, size in pictures.items() if name in originals)
    share = (sum(pictures.values()) - kept) / kept
    yield "photographs as the library keeps them", PICTURES, PHOTOGRAPH, "2 an article; the size is an assumption"
    note = f"{len(pictures) / len(originals) - 1:.1f} files, {share:.2f} times the bytes of the picture"
    yield "their copies (AVIF, WebP, several widths)", PICTURES, PHOTOGRAPH * share, note
    yield "documents", DOCUMENTS, DOCUMENT, "scanned decisions; the size is an assumption"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
