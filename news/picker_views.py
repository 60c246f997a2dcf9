"""Choosing a picture of the library, for the text and for the cover."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news import rights
from news.models import Picture
from news.public import search
from vietnamese import one_line

PER_PAGE = 24
SPACE = Value(" ")
DESCRIPTION = ("alt", "caption", "credit", "tags")


@require_safe
def picture_pick(request: HttpRequest) -> HttpResponse:
    """Pictures with the words `?q=`; a press on one hands it to the form that opened this window."""
    if not (request.user.has_perm(rights.WRITE) or request.user.has_perm(rights.CHANGE)):
        raise PermissionDenied
    text = one_line(request.GET.get("q", ""))
    page = Paginator(found(Picture.objects.all(), text), PER_PAGE).get_page(request.GET.get("p"))
    context = admin.site.each_context(request) | {
        "title": _("Choose a picture"),
        "is_popup": True,
        "page": page,
        "text": text,
        "function_number": request.GET.get("CKEditorFuncNum", ""),
    }
    return render(request, "admin/news/picture/pick.html", context)


def found(rows: QuerySet, text: str, names: tuple[str, ...] = DESCRIPTION) -> QuerySet:
    """The rows with every word of `text` in the columns `names`, accents ignored, the newest first."""
    query = search.parse(text)
    if not query:
        return rows
    words = Concat(*(part for name in names for part in (F(name), SPACE)), output_field=CharField())
    vector = SearchVector(Func(words, function="news_fold"), config="simple")
    return rows.annotate(words=vector).filter(words=SearchQuery(query.all_words(), config="simple", search_type="raw"))
