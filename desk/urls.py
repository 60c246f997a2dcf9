"""Addresses of the desk's pages, within the admin's."""

from collections.abc import Callable

from django.urls import URLPattern, path

from desk.first_steps import first_steps
from desk.guide_pages import guide
from desk.leaving import leaving
from desk.register import personal_data


def desk_pages(guarded: Callable) -> list[URLPattern]:
    """The pages, each `guarded` as the admin guards its own (AdminSite.admin_view)."""
    return [
        path("du-lieu-ca-nhan/", guarded(personal_data), name="personal_data"),
        path("ban-giao/<int:pk>/", guarded(leaving), name="leaving"),
        path("buoc-dau/", guarded(first_steps), name="first_steps"),
        path("huong-dan/", guarded(guide), name="guides"),
        path("huong-dan/<slug:slug>/", guarded(guide), name="guide"),
    ]
