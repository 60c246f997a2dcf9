"""What the database knows, as numbers for Prometheus; read when they are asked for."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from communes.models import Commune
from operation import backups
from polls.models import Ballot
from upkeep.models import Letter, TaskState
from visitors.counting.presence import count_online

LOOK_AGAIN_AFTER = 300  # seconds


class PortalCollector(Collector):
    """Numbers of the whole portal, the same from whichever machine they are asked."""

    def __init__(self) -> None:
        self._backup_made_at: datetime | None = None
        self._look_again_at = 0.0

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("cong_database_up", "1 when the database answers")
        try:
            yield from self._from_database()
        except (DatabaseError, InterfaceError):
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
        finally:
            connection.close()
        yield up
        if made_at := self._newest_backup():
            age = (timezone.now() - made_at).total_seconds()
            yield GaugeMetricFamily("cong_backup_age_seconds", "Age of the newest backup", value=age)

    def _newest_backup(self) -> datetime | None:
        """When it was made; asked for every few minutes only, because the backups may lie in a store elsewhere."""
        if time.monotonic() >= self._look_again_at:
            self._look_again_at = time.monotonic() + LOOK_AGAIN_AFTER
            with contextlib.suppress(OSError):
                newest = next(iter(backups.place(patience=2, attempts=1).backups()), None)
                self._backup_made_at = newest and newest.made_at
        return self._backup_made_at

    def _from_database(self) -> Iterator[Metric]:
        now = timezone.now()
        states = list(TaskState.objects.all())
        failing = GaugeMetricFamily("cong_task_failures", "Failures in a row of a task of the clock", labels=["task"])
        late = GaugeMetricFamily("cong_task_late_seconds", "Seconds by which a task is late", labels=["task"])
        for state in states:
            failing.add_metric([state.name], state.failures)
            late.add_metric([state.name], max((now - state.next_at).total_seconds(), 0))
        yield failing
        yield late
        slugs = dict(Commune.objects.values_list("pk", "slug"))
        ballots = GaugeMetricFamily("cong_ballots", "Ballots, by commune and status", labels=["commune", "status"])
        counted = Ballot.objects.order_by().values_list("poll__commune", "status").annotate(Count("id"))
        for commune, status, count in counted:
            ballots.add_metric([slugs[commune], status], count)
        yield ballots
        online = GaugeMetricFamily("cong_people_online", "People online, by commune", labels=["commune"])
        people = count_online(now.timestamp())
        for commune, slug in slugs.items():
            online.add_metric([slug], people.get(commune, (0, 0))[0])
        yield online
        given_up = Letter.objects.filter(given_up_at__isnull=False).count()
        waiting = Letter.objects.filter(given_up_at__isnull=True).count()
        yield GaugeMetricFamily("cong_mails_waiting", "Mails that were not sent yet", value=waiting)
        yield GaugeMetricFamily("cong_mails_given_up", "Mails that could not be sent", value=given_up)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_database_size(datname), numbackends FROM pg_stat_database WHERE datname = current_database()"
            )
            size, backends = cursor.fetchone()
        yield GaugeMetricFamily("cong_database_bytes", "Size of the database", value=size)
        yield GaugeMetricFamily("cong_database_connections", "Connections to the database, everybody's", value=backends)
