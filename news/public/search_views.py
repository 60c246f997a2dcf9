"""The search page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from django.core.paginator import Page
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from communes.models import Commune
from news.models import Article, ArticleQuerySet, SearchMiss
from news.public import search
from news.public.pagination import PER_PAGE, page_of, page_of_ids
from news.public.reading import categories_of, with_texts
from news.public.search_excerpts import Marker
from news.public.search_suggestions import correction, suggestion
from search.answers import answers_to
from search.reading import LONGEST_QUERY, Reading, read
from section import Finds, found_elsewhere
from serving.publiccache import public_page
from vietnamese import one_line, parse_date

MAX_MISSES = 5000  # rows of a commune; a robot asking nonsense cannot fill the disk
LONGEST_MISS = 120  # characters
LONGEST_ASKED = 10 * LONGEST_QUERY  # that are looked at; the rest of a flood is not even normalised
MOST_VARIANTS = 2  # ways to say a query that the other kinds of pages are asked for


@dataclass(frozen=True)
class Result:
    """One article in the list."""

    article: Article
    title: SafeString
    excerpt: SafeString


@require_safe
@public_page
def search_page(request: HttpRequest) -> HttpResponse:
    """What answers to `?q=`, in the category `?chuyen-muc=`, published `?tu-ngay=` … `?den-ngay=`.

    With a filter alone, a list by date.
    """
    commune = request.commune
    text = one_line(request.GET.get("q", "")[:LONGEST_ASKED])[:LONGEST_QUERY].rstrip()
    reading = read(text, commune, partial(search.in_use, commune)) if text else Reading("")
    categories = categories_of(commune)
    category = next((one for one in categories if one.slug == request.GET.get("chuyen-muc")), None)
    branch = tuple(one.pk for one in categories if category and category.pk in {one.pk, one.parent_id})
    scope = search.Scope(commune, branch, _day(request, "tu-ngay"), _day(request, "den-ngay"))
    is_filtered = bool(category or scope.since or scope.until)
    articles = _narrowed(Article.objects.of(commune).published(), scope)
    found = search.find(articles, reading, scope)
    read_rows = partial(with_texts, commune)
    if is_filtered and not text:
        page = page_of(articles.latest_first, request, read=read_rows)
    else:
        page = page_of_ids(found.ids, request, read=read_rows, is_counted_out=not found.is_capped)
    is_plain = bool(reading) and not is_filtered and not page.has_previous()
    answers = answers_to(reading, commune) if is_plain else []
    elsewhere = found_elsewhere(reading, _variants(reading), commune) if is_plain else []
    suggested = suggestion(reading, articles, found, commune) if is_plain and not (answers or elsewhere) else ""
    if is_plain and not (found or elsewhere or answers):
        _count_miss(commune, text[:LONGEST_MISS].rstrip())
    exact, near = _results(page, found, reading)
    return render(
        request,
        "news/search_page.html",
        {
            "text": text,
            "page": page,
            "exact": exact,
            "near": near,
            "is_listing": is_filtered and not text,
            "found": found,
            "kinds": _kinds(found, elsewhere),
            "meant": correction(reading, page.object_list, commune) if found else "",
            "suggested": suggested,
            "answers": answers,
            "elsewhere": elsewhere,
            "categories": categories,
            "category": category,
            "since": scope.since,
            "until": scope.until,
            "is_filtered": is_filtered,
            "page_key": "search",
        },
    )


def _results(page: Page[Article], found: search.Found, reading: Reading) -> tuple[list[Result], list[Result]]:
    """What of the page answers as it was typed, and what only comes near."""
    marker = Marker(reading)
    results = [Result(article, marker.title(article), marker.excerpt(article)) for article in page.object_list]
    near = max(0, found.near - (page.number - 1) * PER_PAGE) if reading else len(results)
    return results[:near], results[near:]


def _kinds(found: search.Found, elsewhere: list[Finds]) -> list[tuple[str, int]]:
    """The other kinds of pages that answer, with their number."""
    return [(str(kind.heading), len(kind.pages)) for kind in elsewhere]


def _variants(reading: Reading) -> list[str]:
    """The query in its telling words, and in words that mean the same."""
    said = [" ".join(word.source or word.folded for word in group.said) for group in reading.groups]
    variants = [" ".join(said)]
    for place, group in enumerate(reading.groups):
        for other in group.others:
            words = [*said[:place], " ".join(word.folded for word in other), *said[place + 1 :]]
            variants.append(" ".join(words))
    return list(dict.fromkeys(variants))[:MOST_VARIANTS]


def _narrowed(articles: ArticleQuerySet, scope: search.Scope) -> ArticleQuerySet:
    if scope.categories:
        articles = articles.filter(category__in=scope.categories)
    if scope.since:
        articles = articles.filter(published_at__gte=_moment(scope.since, time.min))
    if scope.until:
        articles = articles.filter(published_at__lte=_moment(scope.until, time.max))
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
