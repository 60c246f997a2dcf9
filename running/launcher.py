"""What happens before Django starts: the local settings file, the secret key, the database server."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from running import embedded_postgres, environment

BASE_DIR = Path(__file__).resolve().parent.parent


class StartError(Exception):
    """The portal cannot start. The message is one line for the operator."""


def run_command(argv: list[str]) -> None:
    """Run one management command; the embedded PostgreSQL lives as long as it does.

    Raises StartError or ImproperlyConfigured with one clear line.
    """
    environment.read_file(BASE_DIR / ".env")
    if argv[1:2] == ["run"]:
        # Whoever deploys sets the variables instead.
        if not environment.text("SECRET_KEY"):
            _keep_key("secret-key")
        if not environment.text("BALLOT_KEY"):
            _keep_key("ballot-key")
        if not environment.text("FACTOR_KEY"):
            _keep_key("factor-key")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    with contextlib.ExitStack() as stack:
        if not settings.DATABASE_URL and _may_start(argv, settings.POSTGRES_DATA):
            try:
                stack.enter_context(embedded_postgres.running(settings.POSTGRES_DATA))
            except embedded_postgres.EmbeddedPostgresError as error:
                raise StartError(str(error)) from error
        execute_from_command_line(argv)


def _may_start(argv: list[str], data: Path) -> bool:
    """Whether the command gets the embedded server: only these make a database where there is none.

    Any other command goes on without one; if it needs the database, `explain_missing_database` says why there is none.
    """
    if argv[1:2] == ["upgrade_postgres"]:  # it starts the earlier server itself
        return False
    return argv[1:2] in (["run"], ["test"], ["restore"]) or embedded_postgres.exists(data)


def explain_missing_database() -> str:
    """What to do when a command found no database because none was ever named or made; empty if that is not so."""
    from django.conf import settings

    if settings.DATABASE_URL or embedded_postgres.exists(settings.POSTGRES_DATA):
        return ""
    return f"There is no database: set DATABASE_URL, or let `manage.py run` make one in {settings.POSTGRES_DATA.parent}"


def _keep_key(file_name: str) -> None:
    """Create a key of this machine on the first start; of two at once, both have the one that was there first."""
    path = Path(environment.text("VAR_DIR") or BASE_DIR / "var") / file_name
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{file_name}-", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
            # Under its name it is whole: who finds it there reads it at once. Unlike a rename it replaces none.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    except OSError as error:
        raise StartError(f"Cannot write to {path.parent}: {error.strerror}") from error
