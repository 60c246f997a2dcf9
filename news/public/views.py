"""Pages citizens read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from news.links import outgoing
from news.links.redirect_views import lead_on
from news.models import Article, Status, Tag
from news.models.transition import Action
from news.newsroom.requests import form_for, record_reading
from news.public import reading
from news.public.pagination import PER_PAGE, page_of
from richtext import has_video, player_sources
from section import answered_elsewhere
from serving.publiccache import public_page
from upkeep.believedtime import believed_now
from vietnamese import sort_key, xml_text

BRANCH_PAGES = 50  # of a category with others below it, walked through side by side; those have pages of their own
TAG_PAGES = 100  # no index orders the articles of a tag; older ones are found by search
NEWS_SPAN = timedelta(days=2)


@require_safe
@public_page
def category_list(request: HttpRequest, slug: str) -> HttpResponse:
    category = reading.category_at(request.commune, slug)
    if category is None:
        return lead_on(request)
    page_key = f"category:{category.pk}"
    read = partial(reading.cards, request.commune)
    if category.below:
        newest = partial(reading.newest_in_branch, category, BRANCH_PAGES * PER_PAGE)
        page = page_of(newest, request, read=read, most=BRANCH_PAGES)
    else:
        page = page_of(
            lambda: category.articles.published().latest_first(),
            request,
            read=read,
            begin=lambda: reading.newest_in(category),
            follow=lambda place: reading.following_in(category, place),
            place=page_key,
        )
    return render(
        request,
        "news/category_list.html",
        {"category": category, "page": page, "page_key": page_key},
    )


@require_safe
@public_page
def article_detail(request: HttpRequest, category_slug: str, slug: str, pk: int) -> HttpResponse:
    article = reading.article_for(request.user, request.commune, pk)
    if article is None:
        return lead_on(request)
    if (category_slug, slug) != (article.category.slug, article.slug):
        # "/gioi-thieu/ke-hoach-2026/" may be a page, whatever the article 2026 is.
        page = None if category_slug == article.category.slug else answered_elsewhere(request)
        return page or redirect(article, permanent=True)
    if not article.is_published():
        record_reading(request, article)
    if article.status == Status.WITHDRAWN:
        step = article.transitions.filter(action=Action.WITHDRAW).order_by("-made_at").first()
        context = {"article": article, "withdrawn_at": step and step.made_at, "page_key": f"article:{pk}"}
        return render(request, "news/article_withdrawn.html", context, status=410)
    if article.has_expired() and not request.user.is_staff:
        context = {"article": article, "page_key": f"article:{pk}"}
        return render(request, "news/article_expired.html", context, status=410)
    neighbours = reading.neighbours_of(article)
    return with_players(article.body)(render)(
        request,
        "news/article_detail.html",
        {
            "article": article,
            "is_preview": not article.is_published(),
            "previous": neighbours.previous,
            "next": neighbours.next,
            "related": reading.related_to(article),
            "same_category": neighbours.newest,
            "notes": [note | {"at": datetime.fromisoformat(note["at"])} for note in article.note_list],
            "has_video": has_video(article.body),
            "form_address": form_for(request, article),
            "page_key": f"article:{pk}",
        },
    )


def with_players(body: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A decorator that lets a page show the players of videos, when the text `body` on it has any."""
    return csp_update({"frame-src": [SELF, *player_sources()]} if has_video(body) else {})


@require_safe
@public_page
def article_saved(request: HttpRequest, category_slug: str, slug: str, pk: int) -> HttpResponse:
    """The article as one HTML file that needs nothing else: pictures and style are inside."""
    article = get_object_or_404(
        Article.objects.of(request.commune).published().select_related("category", "cover"), pk=pk
    )
    address = request.build_absolute_uri(article.get_absolute_url())
    cover = SafeString()
    if article.cover:
        cover = format_html('<img src="{}" alt="{}">', article.cover.file.url, article.cover_alt)
    response = render(
        request,
        "news/article_saved.html",
        {
            "article": article,
            "body": outgoing.embedded_pictures(article.body),
            "cover": outgoing.embedded_pictures(cover),
            "style": outgoing.embedded_style("css/saved-article.css"),
            "address": address,
            "qr": outgoing.qr_code(address),
            "now": timezone.now(),
        },
    )
    response["Content-Disposition"] = f'attachment; filename="{article.slug}.html"'
    return response


@require_safe
@public_page
def article_qr(request: HttpRequest, category_slug: str, slug: str, pk: int) -> HttpResponse:
    """The QR code on the printed article. Drawn only for print, because it takes longer than the rest of the page."""
    article = get_object_or_404(Article.objects.of(request.commune).published().select_related("category"), pk=pk)
    address = request.build_absolute_uri(article.get_absolute_url())
    return HttpResponse(outgoing.qr_image(address), content_type="image/svg+xml")


@require_safe
@public_page
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """Articles of the last two days, in the form news search engines read."""
    articles = Article.objects.of(request.commune).published().filter(published_at__gt=believed_now() - NEWS_SPAN)
    context = {"articles": articles.as_cards().latest_first()[:1000], "origin": request.build_absolute_uri("/")[:-1]}
    text = render_to_string("news/news_sitemap.xml", context, request)
    return HttpResponse(xml_text(text), content_type="application/xml")


@require_safe
@public_page
def tag_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Articles under a tag; of a running story, its course day by day."""
    tag = Tag.objects.of(request.commune).filter(slug=slug).first()
    if tag is None:
        return lead_on(request)
    page_key = f"tag:{tag.pk}"
    # The commune is said again for the index of its newest articles.
    articles = tag.articles.of(request.commune).published().latest_first()
    page = page_of(
        lambda: articles, request, read=partial(reading.cards, request.commune), place=page_key, most=TAG_PAGES
    )
    context = {"tag": tag, "page": page, "page_key": page_key}
    if tag.is_story:
        context["first"] = articles.only("published_at").last()
    return render(request, "news/tag_list.html", context)


@require_safe
@public_page
def tag_index(request: HttpRequest) -> HttpResponse:
    """Every topic that an article carries: running stories with what they are about, then the others by name."""
    tags = list(Tag.objects.of(request.commune).carried_by(Article.objects.of(request.commune).published()))
    tags.sort(key=lambda tag: sort_key(tag.name))
    context = {
        "stories": [tag for tag in tags if tag.is_story],
        "topics": [tag for tag in tags if not tag.is_story],
        "page_key": "topics",
    }
    return render(request, "news/tag_index.html", context)


@require_safe
@public_page
def author_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything signed with one byline, named as it is spelt under the newest article."""
    articles = Article.objects.of(request.commune).published().signed_by(slug).latest_first()
    name = articles.values_list("byline", flat=True).first()
    if name is None:
        return lead_on(request)
    page = page_of(
        lambda: articles,
        request,
        read=partial(reading.cards, request.commune),
        place=f"author:{request.commune.pk}:{slug}",
    )
    return render(request, "news/author_list.html", {"name": name, "page": page})
