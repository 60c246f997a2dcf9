"""Two people saved the same article: nobody's text is lost, the second one takes the changes one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from library.documents import store_document
from library.models import Document, Picture
from news.drafts import autosaves, details, merging, revisions
from news.models import Article, Category, Revision, Status
from news.newsroom.forms import ArticleForm


def conflict_page(
    request: HttpRequest, article: Article, form: ArticleForm, clashes: list[details.Clash]
) -> HttpResponse:
    """Show both texts and their difference, and the `clashes` of what surrounds them. The own text is kept as unsaved work whatever is chosen."""
    article = Article.every_kind.of(article.commune_id).select_related("category").get(pk=article.pk)
    mine = _content_of_form(form)
    newest: Revision | None = article.revisions.select_related("saved_by").first()
    theirs = _saved_text(article)
    data = form.data.copy()
    for field in revisions.CONTENT_FIELDS:  # as checked: pictures pasted into the text are in the library now
        data[field.removesuffix("_id")] = "" if mine[field] is None else str(mine[field])
    for name, document in _documents_of(request):
        data[name] = str(document.pk)
    ticks = {name: name in data for name, field in form.fields.items() if isinstance(field, forms.BooleanField)}
    typed = autosaves.as_typed(data, form.fields, request.commune) | ticks  # browsers send no unticked box
    autosaves.keep(request.user, article, typed, form.cleaned_data["base_version"])
    base_version = form.cleaned_data["base_version"]
    hunks = merging.hunks(_text_of(article, base_version), theirs, mine)
    kept = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in NOT_RESENT and not name.startswith(CHOICE)
    ]
    context = admin.site.each_context(request) | {
        "title": _("Somebody else saved this article in the meantime"),
        "subtitle": article.title,
        "article": article,
        "newest": newest,
        "hunks": [
            (hunk, _shown(article, hunk.name, hunk.theirs), _shown(article, hunk.name, hunk.mine)) for hunk in hunks
        ],
        "clashes": clashes,
        "kept": kept,
        "base_version": base_version,
        "prefix": CHOICE,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/conflict.html", context, status=409)


def take_choices(article: Article, data: QueryDict) -> tuple[QueryDict, merging.Merged | None]:
    """The form with both texts put together as chosen on the conflict page, and what that leaves out.

    `_merge` is "chosen", or "mine" for the whole own text. When the article was saved once more since
    the page was made, the form stays as it was, so that saving it shows the newest difference.
    """
    seen, base_version = _number(data.get("_seen", "")), _number(data.get("base_version", ""))
    if seen is None or base_version is None or seen != article.version:
        return data, None
    mine: dict[str, Any] = {
        field: _number(data.get(field.removesuffix("_id"), "")) if field.endswith("_id") else data.get(field, "")
        for field in revisions.CONTENT_FIELDS
    }
    base, theirs = _text_of(article, base_version), _saved_text(article)
    choices = {
        hunk.name: "mine" if data["_merge"] == "mine" else data.get(CHOICE + hunk.name)
        for hunk in merging.hunks(base, theirs, mine)
    }
    known = {name: choice for name, choice in choices.items() if choice in merging.CHOICES}
    merged = merging.merge(base, theirs, mine, known)
    data = data.copy()
    for field, value in merged.content.items():
        data[field.removesuffix("_id")] = "" if value is None else str(value)
    data["base_version"] = str(seen)
    return data, merged


def chosen_details(data: QueryDict) -> dict[str, str]:
    """What was chosen on the conflict page for the fields around the text, by their names."""
    if data.get("_merge") != "chosen":
        return {}
    return {name.removeprefix(CHOICE): value for name, value in data.items() if name.startswith(CHOICE)}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _saved_text(article: Article) -> dict[str, Any]:
    """What the form would show now: the change that waits, else the text itself."""
    proposal = article.revisions.proposed().first() if article.status == Status.PUBLISHED else None
    return proposal.content if proposal else revisions.content_of(article)


def _text_of(article: Article, version: int) -> dict[str, Any] | None:
    revision = article.revisions.filter(number=version).first()
    return revision.content if revision else None


def _shown(article: Article, name: str, value: Any) -> str:
    if name == "category_id":
        return str(Category.objects.of(article.commune_id).filter(pk=value or None).first() or "–")
    if name == "cover_id":
        return str(Picture.objects.of(article.commune_id).filter(pk=value or None).first() or "–")
    return str(value)


CHOICE = "choice-"  # before the name of a hunk
NOT_RESENT = {"csrfmiddlewaretoken", "base_version", "cover_file", "_step", "_save", "_continue", "_merge", "_seen"}


def _documents_of(request: HttpRequest) -> Iterator[tuple[str, Document]]:
    """The uploads under the article as choices of the library, which took them in when the form was checked."""
    for name, upload in request.FILES.items():
        if name.startswith("attachments-") and name.endswith("-upload"):
            yield name.removesuffix("upload") + "document", store_document(upload, request.commune, request.user)


def _content_of_form(form: ArticleForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        field: (data[name].pk if data.get(name) else None) if field.endswith("_id") else data.get(name, "")
        for field in revisions.CONTENT_FIELDS
        for name in [field.removesuffix("_id")]
    }
