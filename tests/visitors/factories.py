"""Visitors, clocks and batches for tests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from visitors.counting.buffer import Buffer
from visitors.counting.identity import Source
from visitors.counting.rollups import Arrival

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


def make_source(number: int = 1, *, agent: str = CHROME, host: str = "localhost") -> Source:
    """Visitor `number`, each alone in a network of its own."""
    return Source(ip_address(0x0B000000 + number * 256), agent, host)


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


def shares(dimension: int) -> Counter[str]:
    """All that is stored of one dimension."""
    from visitors.models import DayShare

    totals: Counter[str] = Counter()
    for value, total in DayShare.objects.filter(dimension=dimension).values_list("value", "total"):
        totals[value] += total
    return totals
