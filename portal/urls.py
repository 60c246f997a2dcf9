"""Addresses of the portal. The news come last: their first segment is any category's slug."""

from django.contrib import admin
from django.urls import include, path

from portal import errors

urlpatterns = [
    path("quan-tri/", admin.site.urls),
    path("", include("polls.urls")),
    path("", include("visitors.urls")),
    path("", include("portal.public_urls")),
    path("", include("news.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
