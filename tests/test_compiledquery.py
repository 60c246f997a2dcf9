from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, models
from django.utils import timezone

from compiledquery import CompiledQuery
from news.models import Article, Category
from tests.news.factories import make_article, make_category

pytestmark = pytest.mark.django_db


def published_in(built: list[str] | None = None) -> CompiledQuery:
    """The published articles of a category; notes in `built` that the queryset was built."""

    def build(category, at):
        if built is not None:
            built.append("built")
        return (
            Article.objects.everywhere()
            .published(at)
            .filter(category=category)
            .select_related("category")
            .latest_first()
        )

    return CompiledQuery(build, category=models.BigIntegerField(), at=models.DateTimeField())


def test_finds_what_the_queryset_finds_for_each_value():
    first, second = make_category(), make_category()
    articles = [make_article(category=first), make_article(category=second), make_article(category=first)]
    query, now = published_in(), timezone.now()

    assert query(category=first.pk, at=now) == [articles[2], articles[0]]
    assert query(category=second.pk, at=now) == [articles[1]]


def test_keeps_the_rules_of_the_queryset_at_each_moment():
    now = timezone.now()
    article = make_article(published_at=now, expires_at=now + timedelta(hours=1))
    query = published_in()

    found = {hours: query(category=article.category_id, at=now + timedelta(hours=hours)) for hours in (-1, 0, 1)}

    assert found == {-1: [], 0: [article], 1: []}


def test_builds_the_queryset_once_and_asks_the_database_once_a_call(django_assert_num_queries):
    built: list[str] = []
    category, query = make_category(), published_in(built)

    with django_assert_num_queries(3):
        for _ in range(3):
            query(category=category.pk, at=timezone.now())

    assert built == ["built"]


def test_brings_related_rows_and_annotations(django_assert_num_queries):
    article = make_article()
    query = CompiledQuery(
        lambda pk: (
            Article.objects.everywhere()
            .filter(pk=pk)
            .select_related("category")
            .annotate(length=models.functions.Length("title"))
        ),
        pk=models.BigIntegerField(),
    )

    with django_assert_num_queries(1):
        (found,) = query(pk=article.pk)
        assert found.category.name == article.category.name
        assert found.length == len(article.title)


def test_a_value_is_never_sql():
    make_category()
    query = CompiledQuery(lambda slug: Category.objects.everywhere().filter(slug=slug), slug=models.SlugField())

    assert query(slug="x' OR '1'='1") == []


def test_nothing_stands_for_unknown():
    article = make_article()

    assert published_in()(category=article.category_id, at=None) == []


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_the_query_anew():
    article = make_article()
    query, values = published_in(), {"category": article.category_id, "at": timezone.now()}
    query(**values)

    connection.close()

    assert query(**values) == [article]


def test_leaves_nothing_on_a_connection_that_a_pool_hands_on(django_assert_num_queries):
    article = make_article()
    query = published_in()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        with django_assert_num_queries(1):
            assert query(category=article.category_id, at=timezone.now()) == [article]
    finally:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [query.statement])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("values", [{}, {"category": 1}, {"category": 1, "at": None, "other": 2}])
def test_refuses_missing_and_unknown_values(values):
    with pytest.raises(TypeError, match="category, at"):
        published_in()(**values)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_values_or_connections():
    categories = [make_category() for _ in range(4)]
    articles = {category.pk: make_article(category=category) for category in categories}
    query, now = published_in(), timezone.now()

    def read(category):
        try:
            return [query(category=category.pk, at=now) for _ in range(25)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(read, categories))

    for category, found in zip(categories, answers, strict=True):
        assert found == [[articles[category.pk]]] * 25
