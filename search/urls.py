"""Addresses of: what people type, and what they mean."""

from django.urls import URLPattern

app_name = "search"

urlpatterns: list[URLPattern] = []
