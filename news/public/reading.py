"""What the busiest public pages read. The rules are the querysets'; their SQL is written once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import Person
from communes.models import Commune
from compiledquery import CompiledQuery, Parameter
from news.models import Article, ArticleQuerySet, Category
from news.public.pagination import BEGINNING, Place
from upkeep.believedtime import believed_now

SAME_CATEGORY = 5
RELATED = 4
FEATURED = 5
PER_BLOCK = 3
NOTICES = 6
UNDATED = timedelta(days=30)  # so long a notice without a deadline counts as open


def _each(ids: Parameter) -> models.Func:
    """Each of some ids that come with the run, for a condition."""
    return models.Func(ids, template="(SELECT unnest(%(expressions)s::bigint[]))", output_field=ids.output_field)


def _once_public(articles: ArticleQuerySet, at: Any) -> ArticleQuerySet:
    """Those at whose addresses citizens find something: the article, or why it is there no more."""
    return articles.published(at) | articles.withdrawn() | articles.expired(at)


_article_for_citizens = CompiledQuery(
    lambda commune, pk, at: _once_public(Article.objects.of(commune), at).with_details().filter(pk=pk),
    commune=models.BigIntegerField(),
    pk=models.BigIntegerField(),
    at=models.DateTimeField(),
)
_around_article = CompiledQuery(
    lambda pk, category, since, at: (
        Article.objects.in_category(category).published(at).around(pk, category, since, SAME_CATEGORY)
    ),
    pk=models.BigIntegerField(),
    category=models.BigIntegerField(),
    since=models.DateTimeField(),
    at=models.DateTimeField(),
)


_related_to_article = CompiledQuery(
    lambda commune, pk, at: Article.objects.of(commune).published(at).related_to(pk, RELATED),
    commune=models.BigIntegerField(),
    pk=models.BigIntegerField(),
    at=models.DateTimeField(),
)

_featured = CompiledQuery(
    lambda commune, at: Article.objects.of(commune).published(at).featured().as_cards()[:FEATURED],
    commune=models.BigIntegerField(),
    at=models.DateTimeField(),
)
_open_notices = CompiledQuery(
    lambda commune, at, today, since: (
        Article.objects.of(commune).published(at).as_cards().open_notices(today, since, NOTICES)
    ),
    commune=models.BigIntegerField(),
    at=models.DateTimeField(),
    today=models.DateField(),
    since=models.DateTimeField(),
)
_newest_per_category = CompiledQuery(
    lambda commune, ids, at: Article.objects.newest_per_category(commune, PER_BLOCK, at, but=_each(ids)),
    commune=models.BigIntegerField(),
    ids=ArrayField(models.BigIntegerField()),
    at=models.DateTimeField(),
)
_category_at = CompiledQuery(
    lambda commune, slug: Category.objects.of(commune).filter(slug=slug).with_branch(),
    commune=models.BigIntegerField(),
    slug=models.TextField(),
)
_newest_in_category = CompiledQuery(
    lambda category, at: (
        Article.objects.in_category(category).published(at).latest_first().values_list("pk", flat=True)[:BEGINNING]
    ),
    category=models.BigIntegerField(),
    at=models.DateTimeField(),
)
_following_in_category = CompiledQuery(
    lambda category, pk, since, at: (
        Article.objects.in_category(category)
        .published(at)
        .before(pk, since)
        .values_list("published_at", "pk")[:BEGINNING]
    ),
    category=models.BigIntegerField(),
    pk=models.BigIntegerField(),
    since=models.DateTimeField(),
    at=models.DateTimeField(),
)
_cards = CompiledQuery(
    lambda commune, ids, at: Article.objects.of(commune).published(at).as_cards().filter(pk__in=_each(ids)),
    commune=models.BigIntegerField(),
    ids=ArrayField(models.BigIntegerField()),
    at=models.DateTimeField(),
)
_with_texts = CompiledQuery(
    lambda commune, ids, at: (
        Article.objects.of(commune).published(at).select_related("category").filter(pk__in=_each(ids))
    ),
    commune=models.BigIntegerField(),
    ids=ArrayField(models.BigIntegerField()),
    at=models.DateTimeField(),
)
_categories_in_tree = CompiledQuery(
    lambda commune: Category.objects.of(commune).in_tree(), commune=models.BigIntegerField()
)


@cache
def _latest(count: int) -> CompiledQuery:
    return CompiledQuery(
        lambda commune, ids, at: (
            Article.objects.of(commune).published(at).exclude(pk__in=_each(ids)).as_cards().latest_first()[:count]
        ),
        commune=models.BigIntegerField(),
        ids=ArrayField(models.BigIntegerField()),
        at=models.DateTimeField(),
    )


class Neighbours(NamedTuple):
    """What stands beside an article in its category: the ones published just before and after it, the newest."""

    previous: Article | None
    next: Article | None
    newest: list[Article]


def article_for(user: Person, commune: Commune, pk: int, at: datetime | None = None) -> Article | None:
    """The article of `commune` as its own page shows it to `user` at the moment `at` (default: now).

    Also one that was withdrawn or has expired, which its page says; None where there is nothing to see.
    """
    if pk > models.BigIntegerField.MAX_BIGINT:  # an address that nobody made
        return None
    at = at or believed_now()
    if user.is_staff:
        articles = Article.objects.of(commune).with_details()
        return (articles.visible_to(user, at) | articles.withdrawn()).filter(pk=pk).first()
    return next(iter(_article_for_citizens(commune=commune.pk, pk=pk, at=at)), None)


def neighbours_of(article: Article, at: datetime | None = None) -> Neighbours:
    """The published articles around `article` in its category, in one query."""
    others = _around_article(
        pk=article.pk, category=article.category_id, since=article.published_at, at=at or believed_now()
    )
    found: dict[str, list[Article]] = {"newest": [], "previous": [], "next": []}
    for other in others:
        other.category = article.category
        found[other.part].append(other)
    found["newest"].sort(key=lambda other: (other.published_at, other.pk), reverse=True)
    return Neighbours(next(iter(found["previous"]), None), next(iter(found["next"]), None), found["newest"])


def related_to(article: Article, at: datetime | None = None) -> list[Article]:
    """Published articles chosen by hand for `article`, else the newest that share a tag with it.

    `article` comes from `article_for`; without tags and choices no query is made.
    """
    if not (article.has_chosen or article.tag_list):
        return []
    found = _related_to_article(commune=article.commune_id, pk=article.pk, at=at or believed_now())
    return [other for other in found if other.is_chosen] or found


def category_at(commune: Commune, slug: str) -> Category | None:
    """The category of `commune` whose page has the address `slug`, with its parent and what stands under it."""
    return next(iter(_category_at(commune=commune.pk, slug=slug)), None)


def newest_in(category: Category, at: datetime | None = None) -> list[int]:
    """The ids of the newest published articles of `category`, as many as its first page looks at."""
    return _newest_in_category(category=category.pk, at=at or believed_now())


def following_in(category: Category, place: Place, at: datetime | None = None) -> list[Place]:
    """The places of the published articles of `category` that come after `place`, as many as a page looks at."""
    since, pk = place
    return _following_in_category(category=category.pk, pk=pk, since=since, at=at or believed_now())


def newest_in_branch(category: Category, count: int, at: datetime | None = None) -> ArticleQuerySet:
    """The newest published articles of `category` and of those under it, at most `count` of each."""
    return Article.objects.newest_in(category.branch, count, at)


def featured(commune: Commune, at: datetime | None = None) -> list[Article]:
    """The articles at the top of the home page of `commune`, in the editors' order."""
    return _featured(commune=commune.pk, at=at or believed_now())


def newest_per_category(
    commune: Commune, at: datetime | None = None, *, but: Collection[int] = ()
) -> list[tuple[Category, list[Article]]]:
    """Every category of the menu of `commune` that has articles, with its newest ones beside those with the ids `but`."""
    articles = _newest_per_category(commune=commune.pk, ids=list(but), at=at or believed_now())
    return [(category, list(found)) for category, found in groupby(articles, attrgetter("category"))]


def open_notices(commune: Commune, at: datetime | None = None) -> list[Article]:
    """The notices whose deadline is near, and the newest without one of the last weeks."""
    at = at or believed_now()
    return _open_notices(commune=commune.pk, at=at, today=timezone.localdate(at), since=at - UNDATED)


def latest(commune: Commune, count: int, at: datetime | None = None, *, but: Collection[int] = ()) -> list[Article]:
    """The newest articles of the whole portal of `commune` beside those with the ids `but`."""
    return _latest(count)(commune=commune.pk, ids=list(but), at=at or believed_now())


def cards(commune: Commune, ids: list[int], at: datetime | None = None) -> list[Article]:
    """What lists show of the articles `ids` of `commune` that are published, in any order."""
    return _cards(commune=commune.pk, ids=ids, at=at or believed_now())


def with_texts(commune: Commune, ids: Sequence[int], at: datetime | None = None) -> list[Article]:
    """The articles `ids` of `commune` that are published, whole, with their category, in any order."""
    return _with_texts(commune=commune.pk, ids=list(ids), at=at or believed_now())


def categories_of(commune: Commune) -> list[Category]:
    """All categories of `commune` in their order, each followed by those that stand under it."""
    return _categories_in_tree(commune=commune.pk)
