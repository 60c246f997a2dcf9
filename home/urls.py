"""No addresses: the first page has the root of the portal, which `portal/public_urls.py` names `portal:home`."""

from django.urls import URLPattern

app_name = "home"

urlpatterns: list[URLPattern] = []
