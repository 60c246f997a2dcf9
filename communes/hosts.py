"""Which commune answers at which host: a table in memory, renewed every few seconds.

It holds the communes with their identities too, so that neither costs a page a query. Nothing changes the
rows it hands out: threads share them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http.request import split_domain_port, validate_host

from communes.models import Commune

# A changed identity or a new host is known everywhere within this time.
SECONDS = 5
# Host headers that are kept as they were understood: those of a province, and not many that a stranger invents.
KEPT = 512


class Place(NamedTuple):
    """Where a request arrived; `main` names the host it should have gone to, if that is another."""

    commune: Commune
    main: str | None


@lru_cache(maxsize=KEPT)
def _name_in(host: str) -> str:
    return split_domain_port(host)[0]


@lru_cache(maxsize=KEPT)
def _is_own(name: str, own_hosts: tuple[str, ...]) -> bool:
    return validate_host(name, own_hosts)


class HostTable:
    """The communes by host and by number. `clock`: seconds that only grow; `seconds`: how long they are kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS) -> None:
        self._clock = clock
        self.seconds = seconds
        self._renewing = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Read it again before the next answer: something was changed in this process."""
        self._read_at: float | None = None
        self._places: dict[str, Place] = {}
        self._communes: dict[int, Commune] = {}
        self._first: Commune | None = None  # who answers at the names of the settings

    def find(self, host: str) -> Place | None:
        """Who answers at `host`, a Host header; None for a stranger's name.

        The names that the settings allow need no row: they are those of a portal alone, and of the first
        commune of several as long as it has no host of its own.
        """
        name = _name_in(host)
        if not name:
            return None
        self._renew()
        place = self._places.get(name)
        if place is None and self._first is not None and _is_own(name, tuple(settings.OWN_HOSTS)):
            return Place(self._first, None)
        if place is None and self._renewing.locked():
            # Another thread is reading, and what there is may be as old as the last request: the name may be new.
            with self._renewing:
                return self._places.get(name)
        return place

    def commune(self, number: int) -> Commune | None:
        """The commune with this primary key."""
        self._renew()
        return self._communes.get(number)

    def communes(self) -> list[Commune]:
        """All communes, by name."""
        self._renew()
        return list(self._communes.values())

    def _renew(self) -> None:
        """Read the rows when they are old. One thread does; the others go on with what there is."""
        if self._read_at is not None and self._clock() < self._read_at + self.seconds:
            return
        if not self._renewing.acquire(blocking=self._read_at is None):
            return
        try:
            if self._read_at is None or self._clock() >= self._read_at + self.seconds:
                self._read()
        except (DatabaseError, InterfaceError):
            # What was true a moment ago is better than no portal; pages from memory need it.
            if self._read_at is None:
                raise
            self._read_at = self._clock()
        finally:
            self._renewing.release()

    def _read(self) -> None:
        communes = list(Commune.objects.select_related("identity").prefetch_related("hosts").order_by("name", "pk"))
        places = {}
        for commune in communes:
            hosts = list(commune.hosts.all())
            main = next((host.name for host in hosts if host.is_main), None)
            for host in hosts:
                places[host.name] = Place(commune, main if main != host.name else None)
        self._communes = {commune.pk: commune for commune in communes}
        first = min(communes, key=lambda commune: commune.pk, default=None)
        self._first = first if first and (len(communes) == 1 or not first.hosts.all()) else None
        self._places = places
        self._read_at = self._clock()


table = HostTable()


def commune_number(host: str) -> int | None:
    """The primary key of the commune at `host`, as a key of what is kept in memory; None for a stranger's name."""
    place = table.find(host)
    return place.commune.pk if place else None
