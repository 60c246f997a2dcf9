"""Addresses of: administrative procedures in plain words."""

from django.urls import URLPattern

app_name = "procedures"

urlpatterns: list[URLPattern] = []
