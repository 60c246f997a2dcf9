"""Choosing a picture of the library, for the text and for the cover."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from finding import found
from library.models import Picture, Recording
from vietnamese import one_line

PER_PAGE = 24
MOST = 60  # pictures of an album
DIGITS = 19  # of the first number that no column holds


def numbers_in(values: Iterable[str]) -> list[int]:
    """The numbers of rows among what an address or a form says, each once."""
    return list(dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < DIGITS))


@require_safe
def picture_pick(request: HttpRequest) -> HttpResponse:
    """Pictures with the words `?q=`; a press on one hands it to the form that opened this window.

    `?cho=` is the id of the text it is for, which the form's script finds again in what it is handed. `?nhieu=` lets
    several be chosen for an album: those of `?anh=` are, on whatever page or search they were.
    """
    if not request.user.has_perm("library.view_picture"):
        raise PermissionDenied
    text = one_line(request.GET.get("q", ""))
    pictures = found(Picture.objects.of(request.commune), text, Picture.DESCRIPTION)
    page = Paginator(pictures, PER_PAGE).get_page(request.GET.get("p"))
    many = bool(request.GET.get("nhieu"))
    context = admin.site.each_context(request) | {
        "title": _("Choose pictures for an album") if many else _("Choose a picture"),
        "is_popup": True,
        "page": page,
        "text": text,
        "field": request.GET.get("cho", ""),
    }
    if not many:
        return render(request, "admin/library/picture/pick.html", context)
    keys = numbers_in(request.GET.getlist("anh")[:MOST])
    chosen = Picture.objects.of(request.commune).in_bulk(keys)
    context |= {"chosen": [chosen[key] for key in keys if key in chosen]}
    return render(request, "admin/library/picture/pick_many.html", context)


@require_safe
def recording_pick(request: HttpRequest) -> HttpResponse:
    """Video and sound with the words `?q=`; a press on one hands it to the text `?cho=` of the form that opened this window."""
    if not request.user.has_perm("library.view_recording"):
        raise PermissionDenied
    text = one_line(request.GET.get("q", ""))
    recordings = found(
        Recording.objects.of(request.commune).select_related("poster"), text, ("title", "tags", "transcript")
    )
    context = admin.site.each_context(request) | {
        "title": _("Choose video or sound"),
        "is_popup": True,
        "page": Paginator(recordings, PER_PAGE).get_page(request.GET.get("p")),
        "text": text,
        "field": request.GET.get("cho", ""),
    }
    return render(request, "admin/library/recording/pick.html", context)
