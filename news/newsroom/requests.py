"""What the views of the newsroom read of a request: the article they are about, and a message of a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Person
from news.models import Article, ArticleQuerySet


def workable_article(
    request: HttpRequest,
    pk: int | str,
    *,
    among: ArticleQuerySet | None = None,
    may: Callable[[Person, Article], bool] = lambda _user, _article: True,
) -> Article:
    """The article `among` those the person works on, else 404; 403 where the person is not one who `may`.

    Every view of an article beside its form begins with it, so that none forgets the permission. The
    category comes with the article unless `among` says otherwise.
    """
    articles = Article.objects.select_related("category") if among is None else among
    try:
        article = get_object_or_404(articles.workable_by(request.user), pk=pk)
    except ValueError as error:  # a pk from an address of Django's admin may be any text
        raise Http404 from error
    if not may(request.user, article):
        raise PermissionDenied
    return article


def json_message(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body. Raises BadRequest (400) for anything else."""
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(message, dict):
        raise BadRequest
    return message
