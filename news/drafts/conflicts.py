"""Two people saved the same article: nobody's text is lost, the second one chooses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from news.documents import store_document
from news.drafts import autosaves, revisions
from news.drafts.comparison import compare
from news.models import Article, Document, Revision
from news.newsroom.forms import ArticleForm


def conflict_page(request: HttpRequest, article: Article, form: ArticleForm) -> HttpResponse:
    """Show both texts and their difference. The own text is kept as unsaved work whatever is chosen."""
    article = Article.objects.select_related("category").get(pk=article.pk)
    mine = _content_of_form(form)
    newest: Revision | None = article.revisions.select_related("saved_by").first()
    theirs = newest.content if newest else revisions.content_of(article)
    data = form.data.copy()
    for name, document in _documents_of(request):
        data[name] = str(document.pk)
    autosaves.keep(request.user, article, _as_typed(form, data), form.cleaned_data["base_version"])
    kept = [(name, value) for name, values in data.lists() for value in values if name not in NOT_RESENT]
    context = admin.site.each_context(request) | {
        "title": _("Somebody else saved this article in the meantime"),
        "subtitle": article.title,
        "article": article,
        "newest": newest,
        "changes": compare(theirs, mine),
        "kept": kept,
        "mine": mine,
        "theirs": theirs,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/conflict.html", context, status=409)


NOT_RESENT = {"csrfmiddlewaretoken", "base_version", "cover_file", "_step", "_save", "_continue"}


def _as_typed(form: ArticleForm, data: QueryDict) -> dict[str, Any]:
    """What the form held, in the shape of `autosaves.keep`: browsers send no unticked box and no empty choice."""
    typed: dict[str, Any] = {name: data[name] for name in data if name not in NOT_RESENT}
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelMultipleChoiceField):
            typed[name] = data.getlist(name)
        elif isinstance(field, forms.BooleanField):
            typed[name] = name in data
    return typed


def _documents_of(request: HttpRequest) -> Iterator[tuple[str, Document]]:
    """The uploads under the article as choices of the library, which took them in when the form was checked."""
    for name, upload in request.FILES.items():
        if name.startswith("attachments-") and name.endswith("-upload"):
            yield name.removesuffix("upload") + "document", store_document(upload, request.user)


def _content_of_form(form: ArticleForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        field: (data[name].pk if data.get(name) else None) if field.endswith("_id") else data.get(name, "")
        for field in revisions.CONTENT_FIELDS
        for name in [field.removesuffix("_id")]
    }
