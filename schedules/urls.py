"""Addresses of: opening hours, days of reception, work schedules, contact."""

from datetime import date, timedelta

from django.urls import path, register_converter

from schedules import views


class IsoWeek:
    """A week as its Monday: 2026-W48 (ISO 8601). There is no week 54, and no week 53 in most years."""

    regex = r"[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> date:
        year, week = value.split("-W")
        if not 2000 <= int(year) <= 2100:
            raise ValueError(value)
        return date.fromisocalendar(int(year), int(week), 1)

    def to_url(self, value: date) -> str:
        year, week, _day = (value - timedelta(days=value.weekday())).isocalendar()
        return f"{year:04}-W{week:02}"


register_converter(IsoWeek, "iso_week")

app_name = "schedules"
urlpatterns = [
    path("gio-lam-viec/", views.hours, name="hours"),
    path("lien-he/", views.contact, name="contact"),
    path("lich-tiep-cong-dan/", views.receptions, name="receptions"),
    path("lich-tiep-cong-dan.ics", views.receptions_feed, name="receptions_feed"),
    path("lich-cong-tac/", views.work_schedule, name="work_schedule"),
    path("lich-cong-tac.ics", views.work_feed, name="work_feed"),
    path("lich-cong-tac/<iso_week:monday>/", views.work_week, name="work_week"),
]
