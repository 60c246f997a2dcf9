"""Records the data of the present version, from which every later one is tested to upgrade.

    python -m tests.upgrade.recording        # `make release-data`; about a minute

Writes release-VERSION.sql.gz, the demonstration commune as this version stores it, and release-VERSION.json, what must
be found in it after an upgrade. Both belong into the commit that the release is made of.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ADDRESSES_OF_A_KIND = 2
# What ballots are recorded under, and read again.
BALLOT_KEY = "only-for-the-data-of-releases-" + "0" * 20
# What psql alone understands, and what older servers do not know.
NOT_SQL = re.compile(r"^(?:\\|SET transaction_timeout\b).*\n", re.MULTILINE)


def record() -> list[Path]:
    """Fill an empty portal with the demonstration and write down what it holds; the files."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from accounts.roles import create_roles
    from operation import backups
    from running.postgresql import tools

    call_command("migrate", verbosity=0)
    create_roles()
    call_command("load_demo", verbosity=0)
    dump = Path(settings.VAR_DIR) / "dump.sql"
    program, _ = tools.find("pg_dump", tools.server_major(connection))
    left_out = [f"--exclude-table-data={table}" for table in backups.LEFT_OUT]
    tools.run(
        program,
        connection,
        ["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", "--no-comments", f"--file={dump}"]
        + ["--no-unlogged-table-data", *left_out],
    )
    held: dict[str, Any] = {
        "rows": {name: count for name, count in backups.row_counts().items() if name not in backups.LEFT_OUT},
        "polls": backups.poll_results(),
        "addresses": _addresses(),
    }
    data, expected = (FOLDER / f"release-{settings.VERSION}{suffix}" for suffix in (".sql.gz", ".json"))
    data.write_bytes(gzip.compress(NOT_SQL.sub("", dump.read_text(encoding="utf-8")).encode(), mtime=0))
    expected.write_text(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return [data, expected]


def _addresses() -> list[str]:
    """Some of the pages that the sitemap names, of every kind that it has."""
    from django.test import Client
    from django.urls import resolve

    client, found = Client(), {}
    for sitemap in _paths(client, "/sitemap.xml"):
        for path in _paths(client, sitemap):
            found.setdefault(resolve(path).view_name, []).append(path)
    return [path for paths in found.values() for path in list(dict.fromkeys(paths))[:ADDRESSES_OF_A_KIND]]


def _paths(client: Any, sitemap: str) -> list[str]:
    content = client.get(sitemap).content.decode()
    return [re.sub(r"^https?://[^/]+", "", location) for location in re.findall(r"<loc>([^<]+)</loc>", content)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cong-release-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own account must reach it
        os.environ |= {"VAR_DIR": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        os.environ["BALLOT_KEY"] = BALLOT_KEY
        import django
        from django.conf import settings

        from running import embedded_postgres

        with embedded_postgres.running(settings.POSTGRES_DATA):
            django.setup()
            files = record()
    for file in files:
        sys.stdout.write(f"{file.relative_to(Path.cwd())}: {file.stat().st_size / 1000:.0f} KB\n")


if __name__ == "__main__":
    main()
