"""Addresses of the portal: the admin's, and those of every section."""

from django.contrib import admin
from django.urls import include, path

from desk.first_person import first_person
from portal import errors
from section import sections

urlpatterns = [
    # First: the admin answers everything below its address.
    path("quan-tri/", include("accounts.access.urls")),
    path("quan-tri/", include([path("nguoi-dau-tien/<str:secret>/", first_person, name="first_person")])),
    path("quan-tri/", include("richtext.urls")),
    path("quan-tri/", admin.site.urls),
    *(path("", include(section.urls)) for section in reversed(sections().values())),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
