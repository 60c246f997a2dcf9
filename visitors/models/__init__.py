"""What the portal remembers of its visitors: who is here now, and numbers about the past."""

from visitors.models.carryover import Carryover
from visitors.models.correction import Scope, Strike
from visitors.models.day import Day, Hour, MinuteSamples, Month, PageHour
from visitors.models.display import Display
from visitors.models.network import StruckNetwork, Trace
from visitors.models.presence import Presence, Reading, Salt, Seen, Writer
from visitors.models.share import DayShare, Dimension, MonthShare

__all__ = [
    "Carryover",
    "Day",
    "DayShare",
    "Dimension",
    "Display",
    "Hour",
    "MinuteSamples",
    "Month",
    "MonthShare",
    "PageHour",
    "Presence",
    "Reading",
    "Salt",
    "Scope",
    "Seen",
    "Strike",
    "StruckNetwork",
    "Trace",
    "Writer",
]
