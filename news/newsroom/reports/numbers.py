"""Numbers for the leaders of a commune: who published how much, where, and what has gone quiet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.people import name_of
from communes.models import Commune
from news.models import Article, ArticleQuerySet, Category
from section import readings_of
from spreadsheet import Sheet
from vietnamese import name_sort_key

MAX_DUE = 5000  # rows
MAX_EXPORTED = 10_000
AUTHOR_NAMES = ("author__last_name", "author__first_name", "author__username")


def articles_by_author(commune: Commune, since: date, until: date) -> Sheet:
    """Articles that appeared from the day `since` to the day `until`, by author, category and month."""
    counted = (
        _appeared(commune, since, until)
        .annotate(month=TruncMonth("published_at"))
        .values(*AUTHOR_NAMES, "category__name", "month")
        .annotate(article_count=Count("pk"))
    )
    rows = [
        [
            f"{row['author__last_name']} {row['author__first_name']}".strip() or row["author__username"],
            row["category__name"],
            f"{row['month']:%m/%Y}",
            row["article_count"],
            row["month"],
        ]
        for row in counted
    ]
    rows.sort(key=lambda row: (row[4], name_sort_key(row[0]), row[1]))
    columns = [_("Author"), _("Category"), _("Month"), _("Articles")]
    return Sheet(_("Articles by author, category and month"), columns, [row[:4] for row in rows])


def quiet_categories(commune: Commune, now: datetime | None = None) -> Sheet:
    """Days since the last article of every category, the quietest first."""
    now = now or timezone.now()
    newest = dict(
        Article.objects.of(commune)
        .published(now)
        .values("category")
        .annotate(newest=Max("published_at"))
        .values_list("category", "newest")
    )
    rows = []
    for category in Category.objects.of(commune):
        last = newest.get(category.pk)
        days = (timezone.localdate(now) - timezone.localdate(last)).days if last else None
        rows.append([category.name, timezone.localdate(last) if last else None, days])
    rows.sort(key=lambda row: (row[2] is not None, -(row[2] or 0)))
    return Sheet(_("Days since the last article"), [_("Category"), _("Last article"), _("Days")], rows)


def to_check_again(commune: Commune, now: datetime | None = None) -> Sheet:
    """Published articles whose day of review has come, the longest overdue first."""
    now = now or timezone.now()
    due = (
        Article.objects.of(commune)
        .published(now)
        .filter(review_on__lte=timezone.localdate(now))
        .order_by("review_on", "pk")
    )
    articles = due.select_related("category", "author").only("title", "review_on", "category__name", *AUTHOR_NAMES)
    rows = [
        [article.title, article.category.name, name_of(article.author), article.review_on]
        for article in articles[:MAX_DUE]
    ]
    return Sheet(_("Articles to be checked again"), [_("Title"), _("Category"), _("Author"), _("Due since")], rows)


def article_table(commune: Commune, articles: ArticleQuerySet) -> Sheet:
    """What the list of the newsroom shows of `articles`, with their addresses, for a spreadsheet."""
    found = list(articles[:MAX_EXPORTED])
    read = readings_of(commune, [article.page_key for article in found])
    rows = [
        [
            article.title,
            article.category.name if article.category else "",
            article.get_state_display(),
            name_of(article.author),
            article.published_at,
            read.get(article.page_key, 0),
            commune.origin + article.get_absolute_url(),
        ]
        for article in found
    ]
    columns = [_("Title"), _("Category"), _("Status"), _("Author"), _("Published"), _("Views in 30 days"), _("Address")]
    return Sheet(_("Articles"), columns, rows)


def month_span(today: date) -> tuple[date, date]:
    """The twelve months up to today."""
    return (today.replace(day=1) - timedelta(days=334)).replace(day=1), today


def _appeared(commune: Commune, since: date, until: date) -> Iterable:
    return Article.objects.of(commune).published().filter(published_at__date__gte=since, published_at__date__lte=until)
