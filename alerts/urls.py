"""Addresses of: the banner that warns."""

from django.urls import URLPattern

app_name = "alerts"

urlpatterns: list[URLPattern] = []
