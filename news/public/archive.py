"""Everything that was published, by month."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communes.models import Commune
from news.models import Article, ArticleQuerySet
from news.public import reading
from news.public.pagination import page_of
from serving.publiccache import public_page
from vietnamese import VIETNAM

FIRST_YEAR, LAST_YEAR = 1900, 9998  # what PostgreSQL and Python both take, with a month on either side


@require_safe
@public_page
def archive(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The years with articles, and the months of one of them: of the newest, where none is named."""
    years = years_of(request.commune)
    if year is not None and year not in years:
        raise Http404
    year = year or next(iter(years), None)
    months = months_of(request.commune, year) if year else []
    context = {"years": years, "year": year, "months": months, "page_key": "archive"}
    return render(request, "news/archive.html", context)


@require_safe
@public_page
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The articles of one month, the newest first."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404
    start, end = bounds_of(year, month)
    published = Article.objects.of(request.commune).published()
    page = page_of(
        lambda: within(published, start, end).latest_first(),
        request,
        read=partial(reading.cards, request.commune),
        place=f"archive:{request.commune.pk}:{year}-{month}",
    )
    if not page.object_list:
        raise Http404
    times = published.values_list("published_at", flat=True)
    context = {
        "start": start,
        "page": page,
        "earlier": times.filter(published_at__lt=start).latest_first().first(),
        "later": times.filter(published_at__gte=end).order_by("published_at", "id").first(),
    }
    return render(request, "news/archive_month.html", context)


def years_of(commune: Commune) -> list[int]:
    """The years between the first article of `commune` and the newest, the newest first: two looks at the index."""
    times = Article.objects.of(commune).published().values_list("published_at", flat=True)
    newest = times.latest_first().first()
    if newest is None:
        return []
    first = times.order_by("published_at", "id").first() or newest
    return list(range(newest.astimezone(VIETNAM).year, first.astimezone(VIETNAM).year - 1, -1))


def months_of(commune: Commune, year: int) -> list[datetime]:
    """The first moments of the months of `year` with articles: twelve looks at the index, in one query."""
    published = Article.objects.of(commune).published()
    months = {f"month_{month}": bounds_of(year, month) for month in range(1, 13)}
    # The newest of each, not whether there is any: that PostgreSQL might look up without the index.
    newest = published.latest_first().values("published_at")
    asked = {month: Subquery(within(newest, *bounds)[:1]) for month, bounds in months.items()}
    found = Commune.objects.filter(pk=commune.pk).values(**asked).get()
    return [start for month, (start, _end) in months.items() if found[month]]


def within(articles: ArticleQuerySet, start: datetime, end: datetime) -> ArticleQuerySet:
    return articles.filter(published_at__gte=start, published_at__lt=end)


def bounds_of(year: int, month: int) -> tuple[datetime, datetime]:
    """The first moment of the month in Vietnam, and that of the next month."""
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    return datetime(year, month, 1, tzinfo=VIETNAM), datetime(*following, 1, tzinfo=VIETNAM)
