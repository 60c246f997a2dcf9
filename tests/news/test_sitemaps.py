"""Sitemaps of any number of articles: every article on one page, every page cheap."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.public.sitemaps import ArticleSitemap
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_picture

pytestmark = pytest.mark.django_db


def addresses(client, path):
    return re.findall(r"<loc>http://testserver([^<]+)</loc>", client.get(path).content.decode())


def test_every_published_article_is_on_one_page_of_the_sitemap(client, monkeypatch):
    monkeypatch.setattr(ArticleSitemap, "limit", 3)
    category = make_category()
    shown = [make_article(category=category) for _ in range(7)]
    make_article(category=category, status="draft")

    pages = [path for path in addresses(client, "/sitemap.xml") if path.startswith("/sitemap-bai-viet")]

    found = [address for page in pages for address in addresses(client, page)]
    assert len(pages) == 3
    assert sorted(found) == sorted(article.get_absolute_url() for article in shown)


def test_a_page_of_the_sitemap_stays_when_articles_are_added(client, monkeypatch):
    monkeypatch.setattr(ArticleSitemap, "limit", 3)
    category = make_category()
    for _ in range(3):
        make_article(category=category)
    before = addresses(client, "/sitemap-bai-viet.xml")

    make_article(category=category)

    assert addresses(client, "/sitemap-bai-viet.xml") == before


def test_the_index_reads_no_article(client):
    make_article()

    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap.xml")

    articles = [query["sql"] for query in queries if 'FROM "news_article"' in query["sql"]]
    assert len(articles) <= 6
    assert not [sql for sql in articles if "title" in sql]


@pytest.mark.parametrize("address", ["/rss/", "/atom/"])
def test_a_feed_takes_one_query_for_all_its_articles(client, django_assert_num_queries, address):
    category = make_category()
    for _ in range(3):
        make_article(category=category)

    with django_assert_num_queries(1):
        client.get(address)


@pytest.mark.parametrize("address", ["/rss/", "/atom/"])
def test_a_feed_shows_the_covers_to_programs_that_look(client, address):
    picture = make_picture()
    make_article(title="Có ảnh", cover=picture, cover_alt="Cầu Khê Hạ & đường")
    make_article(title="Không ảnh")

    feed = ElementTree.fromstring(client.get(address).content)

    media = "{http://search.yahoo.com/mrss/}"
    (shown,) = feed.iter(f"{media}content")
    assert shown.attrib == {
        "url": f"{first_commune().origin}{picture.file.url}",
        "medium": "image",
        "width": str(picture.width),
        "height": str(picture.height),
    }
    assert shown.find(f"{media}description").text == "Cầu Khê Hạ & đường"


def test_a_page_of_the_sitemap_that_is_not_there_is_not_found(client):
    make_article()

    assert client.get("/sitemap-bai-viet.xml?p=2").status_code == 404
    assert client.get("/sitemap-bai-viet.xml?p=x").status_code == 404
