"""No addresses: the trash has pages in the admin only."""

from django.urls import URLPattern

app_name = "trash"

urlpatterns: list[URLPattern] = []
