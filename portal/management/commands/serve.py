from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.db import OperationalError, connection

from operation.sentry import report_mistakes
from polls.auditing.keys import ballot_key_is_set
from serving import metrics
from serving.files.collected import collect_static_files
from serving.server import ensure_port_is_free, passed_socket, serve


class Command(BaseCommand):
    help = "Serve the portal with granian on HOST:PORT; the database must be migrated."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for warning in ballot_key_is_set():
            self.stderr.write(f"{warning.msg}. {warning.hint}")
        report_mistakes()
        passed = passed_socket()
        if passed is None:
            ensure_port_is_free(settings.HOST, settings.PORT)
        # Without them every page would be a 500.
        collect_static_files(begin=lambda: self._say("Collecting static files"))
        self._warn_of_no_limit()
        host, port = passed.getsockname()[:2] if passed else (settings.HOST, settings.PORT)
        self._say(
            f"Serving http://{host}:{port} with {settings.WORKERS} processes"
            + (", socket held by systemd" if passed else "")
        )
        if settings.METRICS_PORT:
            metrics.prepare()
            from operation.metrics import PortalCollector  # imports the library, which must find the folder

            ensure_port_is_free(settings.METRICS_HOST, settings.METRICS_PORT)
            metrics.answer_scrapes(settings.METRICS_HOST, settings.METRICS_PORT, [PortalCollector()])
            self._say(f"Metrics: http://{settings.METRICS_HOST}:{settings.METRICS_PORT}/metrics")
        serve(passed)

    def _warn_of_no_limit(self) -> None:
        """Behind a pool the portal cannot limit its queries itself."""
        if not settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW statement_timeout")
                has_limit = cursor.fetchone() != ("0",)
        except OperationalError:
            return  # it may come back, and pages are not all that is served
        if not has_limit:
            self.stderr.write(
                "Queries have no limit: give pgbouncer's database connect_query=\"SET statement_timeout = '15s'\","
                " or the role ALTER ROLE … SET statement_timeout = '15s'"
            )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
