"""What somebody with a link sees of a draft, and how they answer."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from news.drafts import revisions
from news.kinds import TEMPLATES
from news.models import Action, Article, Kind, ShareLink, Transition, Verdict
from news.newsroom.steps import notices
from news.public.views import with_players
from richtext import has_video, text_blocks
from vietnamese import paragraphs

COMMENT_LENGTH = 4000
MOST_PARAGRAPHS = 200
WORDS_SHOWN = 60  # characters
# Ends of the address of a frame, and its width in pixels as the style sheet sets it (.share-frame).
WIDTHS = {"dien-thoai": 390, "may-tinh": 1280}
ACTIONS = {Verdict.ENDORSED: Action.ENDORSE, Verdict.CHANGES: Action.REQUEST}


@require_safe
@never_cache
def shared_article(request: HttpRequest, token: str) -> HttpResponse:
    """The real template with the newest text. 404 for a link that is unknown, expired or revoked.

    With `?khung`, inside a frame of `shared_article_at_width`, the answer is left to the page around it.
    """
    return _page(request, token, _open_link(request, token), is_framed="khung" in request.GET)


@require_safe
@never_cache
def shared_article_at_width(request: HttpRequest, token: str, width: str) -> HttpResponse:
    """The same page in a frame as wide as a phone or a desk: the style sheet sees that width. 404 as above."""
    link = _open_link(request, token)
    if width not in WIDTHS:
        raise Http404
    context = {"article": link.article, "share": link, "token": token, "width": width, "page_key": "shared"}
    context["paragraphs"] = _paragraphs(_shown(link.article))
    return _unlisted(render(request, "news/shared_article_at_width.html", context))


def _page(
    request: HttpRequest, token: str, link: ShareLink, *, is_silent: bool = False, is_framed: bool = False
) -> HttpResponse:
    article = _shown(link.article)
    response = with_players(article.body)(render)(
        request,
        TEMPLATES[Kind(article.kind)],
        {
            "article": article,
            "has_video": has_video(article.body),
            "is_preview": True,
            "share": link,
            "paragraphs": _paragraphs(article),
            "token": token,
            "is_framed": is_framed,
            "say_what": is_silent,
            "page_key": "shared",
        },
        status=400 if is_silent else 200,
    )
    return _unlisted(response)


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


@require_POST
@never_cache
def shared_article_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Record what the reader decided, as a step of the article. The newest answer counts."""
    link = _open_link(request, token)
    verdict, comment = request.POST.get("verdict", ""), paragraphs(request.POST.get("comment", ""))[:COMMENT_LENGTH]
    if verdict not in Verdict.values:
        raise Http404
    if verdict == Verdict.CHANGES and not comment:
        return _page(request, token, link, is_silent=True)
    comment = _about(link.article, request.POST.get("paragraph", ""), comment)
    with transaction.atomic():
        link.verdict, link.comment = verdict, comment
        link.answered_at, link.answered_version = timezone.now(), link.article.version
        link.save(update_fields=["verdict", "comment", "answered_at", "answered_version"])
        words = (
            _("Endorsed by %(person)s through a link.")
            if verdict == Verdict.ENDORSED
            else _("Changes asked for by %(person)s through a link.")
        )
        step = Transition.objects.create(
            article=link.article,
            action=ACTIONS[Verdict(verdict)],
            reason=f"{words % {'person': link.recipient}} {comment}".strip(),
        )
        notices.tell(step)
    return redirect("news:shared_article", token)


def _open_link(request: HttpRequest, token: str) -> ShareLink:
    links = ShareLink.objects.filter(article__commune=request.commune).open().with_token(token)
    link = links.select_related("article__category", "article__cover").first()
    if link is None:
        raise Http404
    return link


def _shown(article: Article) -> Article:
    """The article with the change that waits, if there is one."""
    proposal = article.revisions.proposed().first()
    if proposal:
        revisions.apply_content(article, proposal.content)
        article = _with_relations(article)
    return article


def _paragraphs(article: Article) -> list[str]:
    """The first words of every paragraph of the text, for a choice of which one a remark is about."""
    return [Truncator(block).chars(WORDS_SHOWN) for block in text_blocks(article.body)[:MOST_PARAGRAPHS]]


def _about(article: Article, number: str, comment: str) -> str:
    """The comment with the paragraph it is about; as it is without one, or when the text has become shorter since."""
    if not comment or not (number.isascii() and number.isdigit() and len(number) < 4):
        return comment
    found = _paragraphs(_shown(article))[int(number) - 1 : int(number)] if int(number) else []
    text = _("Paragraph %(number)s (%(words)s): %(comment)s")
    return text % {"number": number, "words": found[0], "comment": comment} if found else comment


def _with_relations(article: Article) -> Article:
    # The related objects follow the ids just set.
    article._state.fields_cache.clear()
    return article
