"""What a publication costs the readers of a page in memory: nothing."""

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from section import public_parameters
from serving.pagecache import PageCache
from serving.publiccache import STALE_WHILE_REVALIDATE
from tests.news.factories import make_article, make_category
from tests.serving.pagecache_client import Clock, get

# Requests close their connection at the end, as they do when served.
pytestmark = pytest.mark.django_db(transaction=True)


def test_publications_render_a_page_once_in_its_life():
    clock, category = Clock(), make_category()
    cache = PageCache(WSGIHandler(), known_parameters=public_parameters(), clock=clock)

    for life in range(1, 4):
        for number in range(10):
            make_article(title=f"Bài {life}-{number}", category=category)
            answers = [get(cache, "/", host="localhost") for _ in range(5)]
        clock.turn(settings.PAGE_SECONDS + STALE_WHILE_REVALIDATE + 0.1)

        assert cache.stats()["renders"] == life
        assert {answer["Cache-Status"] for answer in answers} == {"cong; hit"}

    assert "Bài 3-9" in get(cache, "/", host="localhost").text.decode()
