"""Addresses of: offices, people and their posts, villages."""

from django.urls import URLPattern

app_name = "offices"

urlpatterns: list[URLPattern] = []
