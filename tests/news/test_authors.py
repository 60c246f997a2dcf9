from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from news.models import Article, Status, author_slug
from news.models.byline import key_of
from news.public.views import article_detail, author_list
from tests.news.factories import make_article, make_picture
from tests.news.test_pages import CHROME_QUERIES, queries_of

pytestmark = pytest.mark.django_db


def test_the_byline_leads_to_everything_its_author_signed(client):
    article = make_article(byline="Thu Hà", title="Bài một")
    make_article(byline="Thu Hà", title="Bài hai")
    make_article(byline="Thu Hàng", title="Bài khác")

    page = client.get(article.get_absolute_url()).content.decode()
    listed = client.get("/tac-gia/thu-ha/").content.decode()

    assert '<a class="byline" rel="author" href="/tac-gia/thu-ha/">Thu Hà</a>' in page
    assert "Bài một" in listed and "Bài hai" in listed
    assert (
        'href="/tac-gia/thu-hang/"' not in listed.split("</main>")[0] and "Bài khác" not in listed.split("</main>")[0]
    )


@pytest.mark.parametrize("spelling", ["thu hà", "THU HÀ", " Thu  Hà.", "Thu-Hà", "Thu Ha", "Thu Ha\u0300"])
def test_spellings_of_one_name_are_one_author(client, spelling):
    make_article(byline="Thu Hà", title="Bài mới nhất")
    make_article(byline=spelling, title="Bài cũ", published_at="2020-01-01T00:00:00+07:00")

    page = client.get("/tac-gia/thu-ha/")

    assert len(page.context["page"].object_list) == 2
    assert page.context["name"] == "Thu Hà"


def test_hides_what_is_not_published(client):
    make_article(byline="Thu Hà", status=Status.DRAFT)

    assert client.get("/tac-gia/thu-ha/").status_code == 404
    assert client.get("/tac-gia/khong-ai/").status_code == 404


@pytest.mark.parametrize("byline", ["", "漢字", "…"])
def test_a_name_without_latin_letters_has_no_page(client, byline):
    article = make_article(byline=byline)

    page = client.get(article.get_absolute_url())

    assert page.status_code == 200
    assert "/tac-gia/" not in page.content.decode()


def test_structured_data_names_the_authors_page(client):
    article = make_article(byline="Thu Hà")

    html = client.get(article.get_absolute_url()).content.decode()

    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert data["author"] == {"@type": "Person", "name": "Thu Hà", "url": "http://testserver/tac-gia/thu-ha/"}


def test_long_lists_have_pages_each_with_its_own_address(client):
    article = make_article(byline="Thu Hà")
    for _ in range(20):
        make_article(byline="Thu Hà", category=article.category, author=article.author)

    second = client.get("/tac-gia/thu-ha/", {"trang": "2"})

    assert len(second.context["page"].object_list) == 1
    assert '<link rel="canonical" href="http://testserver/tac-gia/thu-ha/?trang=2">' in second.content.decode()


def test_the_page_makes_at_most_five_queries():
    for _ in range(22):
        make_article(byline="Thu Hà", cover=make_picture(), cover_alt="x")

    queries = queries_of(author_list, "/tac-gia/thu-ha/", slug="thu-ha")

    assert len(queries) <= 3 + CHROME_QUERIES


def test_a_byline_costs_the_article_no_query():
    plain, signed = make_article(), make_article(byline="Thu Hà")

    def count(article: Article) -> int:
        kwargs = {"category_slug": article.category.slug, "slug": article.slug, "pk": article.pk}
        return len(queries_of(article_detail, article.get_absolute_url(), **kwargs))

    assert count(signed) == count(plain)


class SameKeyTests(TestCase):
    @given(st.text(alphabet="aăâđĐeêơưàảãáạừứựỄ ThuHà.-/x0", min_size=1, max_size=30))
    def test_database_and_address_agree_on_a_name(self, byline):
        with connection.cursor() as cursor:
            cursor.execute("SELECT trim(news_fold(%s))", [byline])
            key = cursor.fetchone()[0]

        assert key == key_of(author_slug(byline))


def test_search_engines_are_told_of_authors_with_articles(client):
    make_article(byline="Thu Hà")
    make_article(byline="Lê Minh", status=Status.DRAFT)

    text = client.get("/sitemap-tac-gia.xml").content.decode()

    assert f"http://testserver{reverse('news:author_list', args=['thu-ha'])}" in text
    assert "le-minh" not in text
