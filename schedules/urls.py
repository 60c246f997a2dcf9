"""Addresses of: opening hours, days of reception, work schedules, contact."""

from django.urls import URLPattern

app_name = "schedules"

urlpatterns: list[URLPattern] = []
