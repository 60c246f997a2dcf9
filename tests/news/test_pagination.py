"""Paging: exact near the page shown, ignorant of what lies far behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Article, Status
from news.public.pagination import AHEAD, MAX_PAGES, PER_PAGE
from tests.communes.factories import first_commune
from tests.news.factories import make_category, make_writer

pytestmark = pytest.mark.django_db


def make_many(count: int):
    """A category with `count` published articles, number 1 the newest."""
    category, author, now = make_category(), make_writer(), timezone.now()
    Article.objects.bulk_create(
        Article(
            commune=first_commune(),
            title=f"Bài số {number}",
            slug=f"bai-so-{number}",
            category=category,
            author=author,
            status=Status.PUBLISHED,
            published_at=now - timedelta(minutes=number),
        )
        for number in range(1, count + 1)
    )
    return category


def test_a_short_list_names_its_last_page(client):
    category = make_many(PER_PAGE * 2 + 1)

    text = client.get(category.get_absolute_url()).content.decode()

    assert "Trang 1 / 3" in text or "Trang 1/3" in text


def test_a_long_list_counts_no_further_than_the_next_pages(client, django_assert_max_num_queries):
    category = make_many(PER_PAGE * (AHEAD + 3))

    with django_assert_max_num_queries(13) as queries:
        response = client.get(category.get_absolute_url(), {"trang": "2"})

    assert not response.context["page"].paginator.is_counted_out
    listing = [query["sql"] for query in queries.captured_queries if f"LIMIT {PER_PAGE * (AHEAD + 1)}" in query["sql"]]
    assert len(listing) == 1
    assert "COUNT(" not in str(queries.captured_queries)


def test_a_far_page_shows_the_same_articles_in_the_same_order(client):
    category = make_many(PER_PAGE * 13)

    page = client.get(category.get_absolute_url(), {"trang": "12"}).context["page"]

    assert [article.title for article in page] == [f"Bài số {n}" for n in range(PER_PAGE * 11 + 1, PER_PAGE * 12 + 1)]


def test_paging_on_from_a_far_page_passes_over_nothing(client, django_assert_max_num_queries):
    category = make_many(PER_PAGE * 14 + 3)
    titles = []

    for number in (12, 12, 13, 14, 15):
        with django_assert_max_num_queries(13) as queries:
            page = client.get(category.get_absolute_url(), {"trang": number}).context["page"]
        titles.append([article.title for article in page])
        assert ("OFFSET" in str(queries.captured_queries)) == (len(titles) == 1)

    assert titles[0] == titles[1]
    assert [title for page_titles in titles[1:] for title in page_titles] == [
        f"Bài số {n}" for n in range(PER_PAGE * 11 + 1, PER_PAGE * 14 + 4)
    ]
    assert not page.has_next()


def test_an_article_that_expired_leaves_a_far_page_at_once(client):
    category = make_many(PER_PAGE * 13)
    client.get(category.get_absolute_url(), {"trang": "12"})
    gone = Article.objects.everywhere().get(title=f"Bài số {PER_PAGE * 11 + 1}")

    Article.objects.everywhere().filter(pk=gone.pk).update(expires_at=timezone.now())

    page = client.get(category.get_absolute_url(), {"trang": "12"}).context["page"]
    assert gone not in page.object_list
    assert len(page.object_list) == PER_PAGE


@pytest.mark.parametrize("number", ["0", "-1", "4", "abc", "١", "9" * 30, str(MAX_PAGES + 1)])
def test_a_page_that_is_not_there_is_not_found(client, number):
    category = make_many(PER_PAGE * 3)

    assert client.get(category.get_absolute_url(), {"trang": number}).status_code == 404
