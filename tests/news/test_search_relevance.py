"""What people type finds what they mean, on the demonstration and on texts that are nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from communes.models import Commune
from demo.articles import load_articles
from news.models import Article, Status
from news.public import search
from news.public.search_suggestions import suggestion
from news.public.search_words import count_words_of
from search.reading import read
from tests.communes.factories import first_commune
from tests.news.factories import make_category, make_writer
from tests.news.relevance import CLOSE_AT_BEST, HELD_OUT, NEAR_MISSES, SUGGESTED, SUGGESTED_HELD_OUT, TUNED

pytestmark = pytest.mark.django_db
FIRST = 3


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker) -> Iterator[Commune]:
    """The demonstration's articles among the near misses, their words counted; made once and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        commune, category, author, now = first_commune(), make_category(), make_writer(), timezone.now()
        texts = {article.file_name[:2]: article for article in load_articles()}
        rows = [(key, text.title, text.summary, text.body, text.days_ago) for key, text in texts.items()]
        rows += [(key, *text, 40 + 9 * number) for number, (key, text) in enumerate(NEAR_MISSES.items())]
        Article.objects.bulk_create(
            Article(
                commune=commune,
                category=category,
                author=author,
                slug=key,
                title=title,
                summary=summary,
                body=body,
                status=Status.PUBLISHED,
                published_at=now - timedelta(days=days, hours=1),
            )
            for key, title, summary, body, days in rows
        )
        count_words_of(commune)
        yield commune
        transaction.set_rollback(True)


def found(commune: Commune, typed: str) -> list[str]:
    exact, near = found_exactly_and_nearly(commune, typed)
    return [*exact, *near]


def found_exactly_and_nearly(commune: Commune, typed: str) -> tuple[list[str], list[str]]:
    reading = read(typed, commune, partial(search.in_use, commune))
    answer = search.find(Article.objects.of(commune).published(), reading, search.Scope(commune))
    slugs = dict(Article.objects.of(commune).filter(pk__in=answer.ids).values_list("pk", "slug"))
    ordered = [slugs[pk] for pk in answer.ids]
    return ordered[: answer.near], ordered[answer.near :]


@pytest.mark.parametrize(("typed", "wanted", "unwanted"), TUNED, ids=[case[0] for case in TUNED])
def test_finds_what_is_meant(portal, typed, wanted, unwanted):
    check(found(portal, typed), wanted, unwanted)


@pytest.mark.parametrize(("typed", "wanted", "unwanted"), HELD_OUT, ids=[case[0] for case in HELD_OUT])
def test_finds_what_is_meant_by_others(portal, typed, wanted, unwanted):
    check(found(portal, typed), wanted, unwanted)


def check(answer: list[str], wanted: list[str], unwanted: list[str]) -> None:
    assert set(wanted) <= set(answer[:FIRST]), answer[:8]
    assert not set(unwanted) & set(answer), answer
    if not wanted and not unwanted:
        assert answer == []


@pytest.mark.parametrize(("typed", "unwanted"), CLOSE_AT_BEST)
def test_shows_what_is_doubtful_as_a_close_match(portal, typed, unwanted):
    exact, _ = found_exactly_and_nearly(portal, typed)

    assert unwanted not in exact


def suggested(commune: Commune, typed: str) -> str:
    reading = read(typed, commune, partial(search.in_use, commune))
    articles = Article.objects.of(commune).published()
    return suggestion(reading, articles, search.find(articles, reading, search.Scope(commune)), commune)


@pytest.mark.parametrize(("typed", "meant"), [*SUGGESTED, *SUGGESTED_HELD_OUT])
def test_offers_what_may_have_been_meant(portal, typed, meant):
    assert suggested(portal, typed) == meant


def test_offers_nothing_where_the_words_are_right(portal):
    offered = {typed: suggested(portal, typed) for typed, wanted, _ in [*TUNED, *HELD_OUT] if wanted}

    assert {typed: meant for typed, meant in offered.items() if meant} == {}


def test_there_are_enough_cases():
    assert len(TUNED) + len(HELD_OUT) >= 120
    assert not {typed for typed, *_ in TUNED} & {typed for typed, *_ in HELD_OUT}
