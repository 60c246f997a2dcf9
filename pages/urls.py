"""Addresses of: pages of the portal that are no news: what it is, who works there, privacy."""

from django.urls import URLPattern

app_name = "pages"

urlpatterns: list[URLPattern] = []
