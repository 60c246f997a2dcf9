from schedules.models.holiday import ConfirmedYear, Holiday
from schedules.models.opening import HoursException, OpeningHours
from schedules.models.reception import Absence, Reception
from schedules.models.work import Session, Status, WorkItem, WorkWeek

__all__ = [
    "Absence",
    "ConfirmedYear",
    "Holiday",
    "HoursException",
    "OpeningHours",
    "Reception",
    "Session",
    "Status",
    "WorkItem",
    "WorkWeek",
]
