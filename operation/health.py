"""What machines ask about the portal's health: does a process answer, and is everything ready behind it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from serving import safety
from serving.outages import full_disk
from upkeep import machineclock
from visitors import samples

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# What the table of migrations held when every migration was found applied: to read it takes one query, to
# load all migrations a tenth of a second.
_complete: tuple[int, int] | None = None


@require_safe
@never_cache
def health_live(request: HttpRequest) -> HttpResponse:
    """200: a process answers. Served, `answering_health` gives the same without Django."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def health_ready(request: HttpRequest) -> JsonResponse:
    """200 when the database takes writes, every migration is applied and the clock can be right; else 503 and why."""
    found = state()
    return JsonResponse(found, status=200 if is_ready(found) else 503)


def is_ready(found: dict[str, Any]) -> bool:
    """Whether a state is that of a portal in order."""
    return found["database"] == "ok" and not found["pending_migrations"] and "clock" not in found


def state() -> dict[str, Any]:
    """How database, migrations and clock stand, in words."""
    try:
        return _asked_state()
    except (DatabaseError, InterfaceError):
        return {"database": "unreachable"}


def _asked_state() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        is_read_only = cursor.fetchone() == ("on",)
    if is_read_only:
        return {"database": "takes no writes"}
    if full_disk.is_full:
        return {"database": "its disk is full"}
    pending = pending_migrations()
    found: dict[str, Any] = {"database": "ok", "pending_migrations": pending}
    if not pending and machineclock.is_behind(timezone.now(), _newest_moments()):
        # Pages go on with the last moment that was believed (upkeep.believedtime): somebody has to put it right.
        found["clock"] = "behind"
    return found


def pending_migrations() -> int:
    """How many migrations this version has that the database lacks."""
    global _complete
    applied = _applied_migrations()
    if applied is not None and applied == _complete:
        return 0
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _complete = None if pending else applied
    return pending


def _applied_migrations() -> tuple[int, int] | None:
    """How many migrations were applied, and the number of the last; None on an empty database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() == (False,):
            return None
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM django_migrations")
        applied: tuple[int, int] = cursor.fetchone()
    return applied


def _newest_moments() -> list[datetime | None]:
    """When the database was written to last, for any commune, by rows that nobody dates ahead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT applied FROM django_migrations ORDER BY id DESC LIMIT 1")
        applied = cursor.fetchone()
    return [
        samples.newest(),
        LogEntry.objects.order_by("-pk").values_list("action_time", flat=True).first(),
        applied[0] if applied else None,
    ]


def answering_health(application: Application) -> Application:
    """Answer the questions of machines whatever host they name: they know a process by its address only.

    Whether the process lives is answered here: Django's threads may all wait for the database.
    """
    live = reverse("operation:health_live")
    others = {reverse("operation:healthz"), reverse("operation:health_ready")}
    name = settings.OWN_HOSTS[0].lstrip(".")
    host = "localhost" if name == "*" else name

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == live and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            start_response(
                "200 OK",
                [
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("Content-Length", "6"),
                    ("Cache-Control", "no-store"),
                    *safety.ANSWER,
                ],
            )
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"alive\n"]
        if path in others:
            environ["HTTP_HOST"] = host
            environ.pop("HTTP_X_FORWARDED_HOST", None)
        return application(environ, start_response)

    return answer
