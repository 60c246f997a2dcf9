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

from polls.models import Ballot
from portal.operation import backups
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
        ballots = GaugeMetricFamily("cong_ballots", "Ballots in the database, by status", labels=["status"])
        for status, count in Ballot.objects.order_by().values_list("status").annotate(Count("id")):
            ballots.add_metric([status], count)
        yield ballots
        yield GaugeMetricFamily("cong_mails_waiting", "Mails that were not sent yet", value=Letter.objects.count())
        online = sum(people for people, _staff in count_online(now.timestamp()).values())
        yield GaugeMetricFamily("cong_people_online", "People online, of all communes", value=online)
