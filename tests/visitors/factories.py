"""Visitors, clocks and batches for tests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from communes.models import Commune
from tests.communes.factories import first_commune
from visitors.calendar import midnight_of
from visitors.counting.buffer import Buffer
from visitors.counting.identity import Source
from visitors.counting.presence import count_online
from visitors.counting.rollups import Arrival
from visitors.models import DayShare, MinuteSamples

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
ZALO = (
    "Mozilla/5.0 (Linux; Android 14; SM-A556E Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/141.0.7390.97 Mobile Safari/537.36 Zalo android/25091221 ZaloTheme/light ZaloLanguage/vi"
)
GOOGLEBOT = (
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    " Chrome/142.0.0.0 Safari/537.36"
)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def moment(text: str) -> float:
    """Seconds since 1970 of a local time such as "2026-11-18 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, text: str) -> None:
        self.now = moment(text)

    def __call__(self) -> float:
        return self.now

    def set(self, text: str) -> None:
        self.now = moment(text)

    def advance(self, seconds: float) -> None:
        self.now += seconds


def make_buffer(clock: Clock) -> Buffer:
    """Another process, as far as counting goes."""
    return Buffer(clock)


def make_source(number: int = 1, *, agent: str = CHROME, commune: int | None = None) -> Source:
    """Visitor `number` of a commune (the first), each alone in a network of its own."""
    return Source(ip_address(0x0B000000 + number * 256), agent, first_commune().pk if commune is None else commune)


def online(clock: Clock, commune: Commune | None = None) -> tuple[int, int]:
    """How many people and staff a commune (the first) has online."""
    return count_online(clock()).get((commune or first_commune()).pk, (0, 0))


def samples(commune: Commune | None = None) -> dict[float, int]:
    """The number online by minute, of a commune (the first); struck ones are missing."""
    found = {}
    for row in MinuteSamples.objects.of(commune or first_commune()):
        for minute, people in enumerate(row.online):
            if people is not None and minute not in row.struck:
                found[midnight_of(row.day).timestamp() + 60 * minute] = people
    return found


def make_arrival(**changes: str) -> Arrival:
    return Arrival(
        **{
            "entry": "home",
            "source": "direct",
            "referrer": "",
            "device": "computer",
            "browser": "Chrome",
            "system": "Windows",
            "language": "vi",
            **changes,
        }
    )


def shares(dimension: int, commune: Commune | None = None) -> Counter[str]:
    """All that is stored of one dimension for a commune (the first)."""
    totals: Counter[str] = Counter()
    for value, total in (
        DayShare.objects.of(commune or first_commune()).filter(dimension=dimension).values_list("value", "total")
    ):
        totals[value] += total
    return totals
