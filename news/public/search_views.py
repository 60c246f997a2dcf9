"""The search page."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communes.models import Commune
from news.models import Article, ArticleQuerySet, Category, SearchMiss
from news.public import search
from news.public.pagination import page_of
from section import found_elsewhere
from serving.publiccache import public_page
from vietnamese import one_line, parse_date

MAX_MISSES = 5000  # rows of a commune; a robot asking nonsense cannot fill the disk


@require_safe
@public_page
def search_page(request: HttpRequest) -> HttpResponse:
    """Articles with the words `?q=`, in the category `?chuyen-muc=`, published `?tu-ngay=` … `?den-ngay=`."""
    text = one_line(request.GET.get("q", ""))[: search.QUERY_LENGTH].rstrip()
    query = search.parse(text)
    categories = list(Category.objects.of(request.commune))
    category = next((one for one in categories if one.slug == request.GET.get("chuyen-muc")), None)
    since, until = _day(request, "tu-ngay"), _day(request, "den-ngay")
    articles = _narrowed(Article.objects.of(request.commune).published(), category, since, until)
    found = articles.select_related("category")
    page = page_of(
        lambda: search.matching(articles, request.commune, query), request, read=lambda ids: found.filter(pk__in=ids)
    )
    is_plain = bool(query) and not (category or since or until)
    elsewhere = found_elsewhere(text, request.commune) if is_plain and not page.has_previous() else []
    if is_plain and not page.object_list and not elsewhere:
        _count_miss(request.commune, text)
    return render(
        request,
        "news/search_page.html",
        {
            "text": text,
            "query": query,
            "page": page,
            "results": [
                (article, search.marked_title(article, query), search.excerpt(article, query))
                for article in page.object_list
            ],
            "elsewhere": elsewhere,
            "categories": categories,
            "category": category,
            "since": since,
            "until": until,
            "page_key": "search",
        },
    )


def _narrowed(
    articles: ArticleQuerySet, category: Category | None, since: date | None, until: date | None
) -> ArticleQuerySet:
    if category:
        articles = articles.filter(category=category)
    if since:
        articles = articles.filter(published_at__gte=_moment(since, time.min))
    if until:
        articles = articles.filter(published_at__lte=_moment(until, time.max))
    return articles


def _moment(day: date, clock: time) -> datetime:
    """A moment in Vietnam: unlike a day, it is found in the index of publication times."""
    return timezone.make_aware(datetime.combine(day, clock))


def _day(request: HttpRequest, name: str) -> date | None:
    """The date in the address; an invalid one is ignored, so that the link still works."""
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


def _count_miss(commune: Commune, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {SearchMiss._meta.db_table} (commune_id, query, hits, last_at)
            SELECT %s, %s, 1, now() WHERE (SELECT count(*) FROM {SearchMiss._meta.db_table} WHERE commune_id = %s) < %s
            ON CONFLICT (commune_id, query) DO UPDATE SET hits = {SearchMiss._meta.db_table}.hits + 1, last_at = now()
            """,
            [commune.pk, text.lower(), commune.pk, MAX_MISSES],
        )
