"""Addresses of: menus, links to other agencies and services, banners."""

from django.urls import URLPattern

app_name = "menus"

urlpatterns: list[URLPattern] = []
