"""The history of an article: its texts, their differences, and the way back."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from news import rights
from news.drafts import revisions
from news.drafts.comparison import compare
from news.models import Article, Revision
from news.newsroom.requests import workable_article


@require_safe
def article_history(request: HttpRequest, pk: str) -> HttpResponse:
    article = workable_article(request, pk)
    context = admin.site.each_context(request) | {
        "title": _("History"),
        "subtitle": article.title,
        "article": article,
        "revisions": article.revisions.select_related("saved_by").defer("content"),
        "transitions": article.transitions.select_related("made_by"),
        "may_restore": rights.may_edit(request.user, article),
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/history.html", context)


@require_safe
def revision_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the revisions `?cu=` (old) and `?moi=` (new) of one article."""
    article = workable_article(request, pk)
    old, new = (_revision(article, request.GET.get(name, "")) for name in ("cu", "moi"))
    context = admin.site.each_context(request) | {
        "title": _("Compare two texts"),
        "subtitle": article.title,
        "article": article,
        "old": old,
        "new": new,
        "changes": compare(old.content, new.content, article.commune_id),
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/compare.html", context)


@require_POST
def revision_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring a text back as a new revision; of a published article, as a change that waits for approval."""
    article = workable_article(request, pk, may=rights.may_edit)
    revision = get_object_or_404(article.revisions, number=number)
    try:
        is_whole = revisions.restore_revision(article, revision, request.user)
    except revisions.EditConflictError:
        messages.error(request, _("Somebody saved the article at this moment. Please look at the history again."))
        return redirect("admin:news_article_history", pk)
    messages.success(request, _("The text of version %(number)s is back.") % {"number": number})
    if not is_whole:
        text = _("The article stays in “%(category)s”: you do not write in the category of that version.")
        messages.warning(request, text % {"category": article.category})
    return redirect(article.form_address)


def _revision(article: Article, number: str) -> Revision:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    return get_object_or_404(article.revisions.select_related("saved_by"), number=number)
