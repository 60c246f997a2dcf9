"""What the views of the newsroom read of a request, and how those for scripts refuse one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from accounts.models import Person
from communes.work import chosen_commune, groups_held
from news import rights
from news.models import Article, ArticleQuerySet, Status
from trail.recording import Kind, record


def workable_article(
    request: HttpRequest,
    pk: int | str,
    *,
    among: ArticleQuerySet | None = None,
    may: Callable[[Person, Article], bool] = lambda _user, _article: True,
) -> Article:
    """The article `among` those of the commune that the person works on, else 404; 403 where the person is not one who `may`.

    Every view of an article beside its form begins with it, so that none forgets the permission. The
    category comes with the article unless `among` says otherwise.
    """
    articles = Article.every_kind.of(request.commune).select_related("category") if among is None else among
    try:
        article = get_object_or_404(articles.workable_by(request.user), pk=pk)
    except ValueError as error:  # a pk from an address of Django's admin may be any text
        raise Http404 from error
    if not may(request.user, article):
        raise PermissionDenied
    record_reading(request, article)
    return article


def record_reading(request: HttpRequest, article: Article) -> None:
    """Record that whoever operates the deployment, and is no member of the commune, opens what is not public."""
    was_public = article.is_published() or article.status == Status.WITHDRAWN or article.has_expired()
    if request.method != "GET" or not request.user.is_superuser or was_public:
        return
    if not groups_held(request.user, request.commune):
        record(Kind.READ, request, about=article)


def form_for(request: HttpRequest, article: Article) -> str:
    """Where whoever reads `article` on its public page writes in it; empty for those who do not.

    Readers have no session: nothing is asked for them, and what shared caches keep has no such link. The admin
    opens the commune that was chosen there, so that in the portal of another the link would lead nowhere.
    """
    if not request.user.is_staff or not rights.may_edit(request.user, article):
        return ""
    return article.form_address if chosen_commune(request) == request.commune else ""


def json_message(request: HttpRequest, most: int) -> dict[str, Any]:
    """The JSON object in the body. Raises BadRequest for anything else, RequestDataTooBig beyond `most` bytes."""
    if len(request.body) > most:
        raise RequestDataTooBig
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(message, dict):
        raise BadRequest
    return message


def answers_script(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Let a view for scripts refuse as it answers: `{"error": a sentence}` in JSON instead of a page.

    400 for a message that is none, 403 and 404 as in the form the script belongs to, 413 for one that is too long.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            return view(request, *args, **kwargs)
        except BadRequest:
            return refusal(400, gettext("The server did not understand the form. Please reload the page."))
        except PermissionDenied:
            return refusal(403, gettext("Your account may not do this."))
        except Http404:
            return refusal(404, gettext("There is no such article, or you do not work on it."))
        except RequestDataTooBig:
            return refusal(413, gettext("The text is too long. Please divide it."))

    return answering


def refusal(status: int, sentence: str) -> JsonResponse:
    """The answer of a view for scripts that does not do what it was asked for."""
    return JsonResponse({"error": sentence}, status=status)
