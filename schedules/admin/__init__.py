from schedules.admin.hours import HolidayAdmin, HoursExceptionAdmin, OpeningHoursAdmin
from schedules.admin.receptions import ReceptionAdmin
from schedules.admin.work import WorkWeekAdmin

__all__ = ["HolidayAdmin", "HoursExceptionAdmin", "OpeningHoursAdmin", "ReceptionAdmin", "WorkWeekAdmin"]
