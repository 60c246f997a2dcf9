"""Where the form sends unsaved work."""

from __future__ import annotations

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communes.work import FORM_FIELD, opened_for_another
from news import rights
from news.drafts import autosaves
from news.models import Article, Kind
from news.newsroom.requests import answers_script, json_message, workable_article
from vietnamese import format_datetime_12h

MAX_BODY = 2_000_000  # bytes


@require_POST
@answers_script
def article_autosave(request: HttpRequest) -> JsonResponse:
    """Keep the JSON `{_commune, article, kind, version, content}`; answer when, and who else is at work.

    `content` null is a heartbeat. 400 for anything else, 403 and 404 as in the form itself, 409 for the form of
    another commune than the one worked for now, 413 beyond MAX_BODY.
    """
    message = json_message(request, MAX_BODY)
    if refusal := opened_for_another(request, str(message.get(FORM_FIELD) or "")):
        return JsonResponse({"error": refusal}, status=409)
    article = _article(request, message)
    content = message.get("content")
    version = message.get("version")
    if not (content is None or isinstance(content, dict)) or not isinstance(version, int) or version < 0:
        raise BadRequest
    autosave = autosaves.keep(request.user, article, content, min(version, 2**31 - 1), is_page=_is_page(message))
    return JsonResponse(
        {
            "saved": format_datetime_12h(autosave.saved_at) if autosave.saved_at else None,
            "at": autosave.saved_at,
            "lost": autosave.content.get(autosaves.LOST, "") if content is not None else "",
            "others": autosaves.others_at_work(article, request.user) if article else [],
            "version": article.version if article else 0,
        }
    )


@require_POST
@answers_script
def article_autosave_discard(request: HttpRequest) -> JsonResponse:
    """Forget the unsaved work of the article in the JSON `{_commune, article, kind}`; refusals as in `article_autosave`."""
    message = json_message(request, MAX_BODY)
    if refusal := opened_for_another(request, str(message.get(FORM_FIELD) or "")):
        return JsonResponse({"error": refusal}, status=409)
    autosaves.discard(request.user, _article(request, message), is_page=_is_page(message))
    return JsonResponse({})


@require_safe
@never_cache
def form_token(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and a CSRF token of the session: signing in again made the one in an open form invalid.

    Nobody signed in is led to the sign-in page, as everywhere in the admin.
    """
    return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})


def _is_page(message: dict) -> bool:
    return message.get("kind") == Kind.PAGE


def _article(request: HttpRequest, message: dict) -> Article | None:
    pk = message.get("article")
    if pk is None:
        if not request.user.has_perm(rights.WRITE):
            raise PermissionDenied
        return None
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 < pk < 2**63:
        raise BadRequest
    return workable_article(request, pk, may=rights.may_edit)
