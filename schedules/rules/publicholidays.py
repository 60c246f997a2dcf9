"""The official days off of a year, as far as they can be known before the government has decided them.

The fixed days and those of the lunar calendar come from the `holidays` package, which reckons the lunar year
by Hanoi's time (in 2030 it begins a day before China's). Which days next to them are off as well is decided
each year; an administrator confirms the year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

# Years that the lunar calendar is known for.
FIRST_YEAR, LAST_YEAR = 2020, 2099
# The package names each day of the lunar new year; on a page it is one holiday.
LUNAR_NEW_YEAR = "Tết Nguyên đán"
NAMES = {
    "Tết Dương lịch": "Tết Dương lịch",
    "Ngày Giỗ Tổ Hùng Vương": "Giỗ Tổ Hùng Vương",
    "Ngày Chiến thắng": "Ngày Chiến thắng 30/4",
    "Ngày Quốc tế Lao động": "Ngày Quốc tế Lao động 1/5",
    "Quốc khánh": "Quốc khánh 2/9",
    "Ngày nghỉ": "Nghỉ hoán đổi ngày làm việc",
}


@dataclass(frozen=True)
class DaysOff:
    """Days off in a row under one name."""

    begins_on: date
    ends_on: date
    name: str

    def days(self) -> Iterable[date]:
        return (self.begins_on + timedelta(days=ahead) for ahead in range((self.ends_on - self.begins_on).days + 1))


@lru_cache(maxsize=8)
def expected(year: int) -> tuple[DaysOff, ...]:
    """The days off that are expected in `year`, in order; those in a row under one name together."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    runs: list[DaysOff] = []
    for on, name in sorted(_days(year).items()):
        called = _called(name)
        if runs and runs[-1].name == called and runs[-1].ends_on + timedelta(days=1) == on:
            runs[-1] = DaysOff(runs[-1].begins_on, on, called)
        else:
            runs.append(DaysOff(on, on, called))
    return tuple(runs)


def _called(name: str) -> str:
    """One name for the day and for the days off beside it: "29 Tết", "Quốc khánh (nghỉ bù)"."""
    name = name.partition(";")[0].strip()
    if name == "29 Tết" or "Tết Nguyên Đán" in name or name.startswith("Mùng"):
        return LUNAR_NEW_YEAR
    plain = name.partition(" (")[0]
    return NAMES.get(plain, plain)


def lunar_new_year(year: int) -> date:
    """The first day of the lunar year that begins in `year`."""
    return next(on for on, name in _days(year).items() if name.startswith("Tết Nguyên Đán"))


def _days(year: int) -> dict[date, str]:
    from holidays import country_holidays  # takes a moment, and few processes need it

    return dict(country_holidays("VN", years=year, language="vi"))
