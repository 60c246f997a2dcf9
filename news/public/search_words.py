"""The clock's part of the search: the words of the articles, counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from communes.models import Commune
from news.models import Article, ArticleQuerySet
from search.vocabulary import SAMPLE, add_words, count_words

# Longer than the clock waits from one look to the next.
LATELY = timedelta(minutes=30)


def count_all_words(at: datetime) -> int:
    """Count the words of every commune anew; returns how many there are."""
    return sum(count_words_of(commune, at) for commune in Commune.objects.order_by("pk"))


def count_words_of(commune: Commune, at: datetime | None = None) -> int:
    """Count the words in the newest articles that citizens of `commune` may read."""
    articles = Article.every_kind.of(commune).published(at)
    return count_words(commune, _vectors(articles.latest_first()[:SAMPLE]), articles.count())


def add_new_words(at: datetime) -> int:
    """Take up the words of articles that appeared lately; returns how many are new."""
    new = 0
    articles = Article.every_kind.everywhere().filter(published_at__gt=at - LATELY).published(at)
    for commune in Commune.objects.filter(pk__in=articles.order_by().values("commune")):
        sql, parameters = articles.filter(commune=commune).order_by().values("terms").query.sql_with_params()
        new += add_words(commune, sql, parameters)
    return new


def _vectors(articles: ArticleQuerySet) -> str:
    """A statement without parameters that selects the words of each article."""
    sql, parameters = articles.values("terms").query.sql_with_params()
    with connection.cursor() as cursor:
        statement: str = cursor.mogrify(sql, parameters).decode()
    return statement
