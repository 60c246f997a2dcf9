"""The page of an article for those who may read it but not write in it: its look, its state, its steps."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from news import rights
from news.drafts import autosaves, revisions
from news.kinds import TEMPLATES
from news.models import Article, Kind
from news.newsroom.forms import ArticleForm
from news.newsroom.requests import workable_article
from news.newsroom.standing import standing_of
from news.newsroom.steps import workflow


def reader_page(request: HttpRequest, article: Article) -> HttpResponse:
    """Show the article as it will look, what happened to it, and the steps open to the person.

    A form sent here was opened while the person still wrote in the article: it is refused with 403,
    and what it held is kept as the person's unsaved work, which this page shows.
    """
    is_refused = request.method == "POST"
    if is_refused:
        _keep_typed(request, article)
    proposal = article.revisions.proposed().select_related("saved_by").first()
    context = admin.site.each_context(request) | {
        "title": gettext("Page") if article.is_page else capfirst(article._meta.verbose_name),
        "subtitle": article.title,
        "article": article,
        "original": article,
        "steps": workflow.steps_open_to(article, request.user),
        "proposal": proposal,
        "standing": standing_of(article, request.user, proposal),
        "transitions": article.transitions.select_related("made_by"),
        "may_share": rights.may_share(request.user, article),
        "unsaved": (unsaved := autosaves.offer(request.user, article)),
        "lost": unsaved["content"].get(autosaves.LOST, "") if unsaved else "",
        "is_refused": is_refused,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/reader.html", context, status=403 if is_refused else 200)


@require_safe
def article_look(request: HttpRequest, pk: int) -> HttpResponse:
    """The article with its newest text in the public template, for a frame. 404 for one the person does not work on."""
    among = Article.every_kind.of(request.commune).select_related("category", "cover").with_details()
    article = workable_article(request, pk, among=among)
    proposal = article.revisions.proposed().first()
    if proposal:
        revisions.apply_content(article, proposal.content)
        # The related objects follow the ids just set.
        article._state.fields_cache.clear()
    context = {"article": article, "is_preview": True, "is_framed": True, "page_key": "preview"}
    response = render(request, TEMPLATES[Kind(article.kind)], context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _keep_typed(request: HttpRequest, article: Article) -> None:
    """Keep what a refused form held; a press of a mere step button says nothing and replaces nothing."""
    if "title" not in request.POST and "body" not in request.POST:
        return
    typed = autosaves.as_typed(request.POST, ArticleForm.base_fields, request.commune)
    version = request.POST.get("base_version", "")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    autosaves.keep(request.user, article, typed, int(version) if is_number else article.version)
