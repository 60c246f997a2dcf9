"""The home page: blocks of the features, each article once, in the order that an administrator chose."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.safestring import mark_safe

from home.blocks import FIRST, LAST, offered_blocks
from home.models import Placement
from home.templatetags.home import rows_of
from polls.models import Poll
from section import HomeBlock
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_picture
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db

ARTICLE = re.compile(r'href="(/[a-z0-9-]+/[a-z0-9-]+-\d+/)"')


def articles_on(page: str) -> list[str]:
    """The addresses of articles that the page leads to, as often as it does."""
    return ARTICLE.findall(page)


def keys_on(page: str) -> list[str]:
    """The blocks on the page, by the headings they are known by."""
    headings = {"featured-title": "featured", "latest-title": "latest", "portal-poll": "poll"}
    found = re.findall(r'<h2[^>]* id="([a-z-]+?)(?:-\d+)?"', page)
    keys = dict.fromkeys("categories" if name == "block" else headings.get(name, name) for name in found)
    return [key for key in keys if key != "visit-totals-title"]  # a thread may not know the numbers yet


def fill(categories: int = 4, each: int = 9) -> None:
    """News of several categories, some of them at the top, and a poll."""
    now = timezone.now()
    for place in range(categories):
        category = make_category()
        for number in range(each):
            make_article(
                category=category,
                is_featured=number == 4,
                published_at=now - timedelta(hours=place + categories * number + 1),
                cover=make_picture(),
                cover_alt="Cầu",
            )
    if not Poll.objects.of(first_commune()).exists():
        make_poll(is_portal=True)


def place(key: str, position: int, *, is_shown: bool = True) -> None:
    Placement.objects.create(commune=first_commune(), key=key, position=position, is_shown=is_shown)


def test_every_article_stands_on_the_page_once(client):
    fill()

    found = articles_on(client.get("/").content.decode())

    assert len(found) > 20
    assert len(found) == len(set(found))


def test_what_the_editors_chose_keeps_the_top_also_below_other_blocks(client):
    fill()
    place("categories", 1)

    page = client.get("/").content.decode()

    assert len(articles_on(page)) == len(set(articles_on(page)))
    assert page.index('id="block-') < page.index('id="featured-title"')
    assert len(articles_on(page.partition('id="featured-title"')[2].partition("</section>")[0])) == 4


def test_without_the_top_its_articles_stand_where_they_belong(client):
    fill(categories=1, each=5)
    place("featured", 1, is_shown=False)

    page = client.get("/").content.decode()

    assert "featured-title" not in page
    assert len(set(articles_on(page))) == 5


def test_a_new_portal_has_the_blocks_in_their_order(client):
    fill()

    assert keys_on(client.get("/").content.decode()) == ["featured", "latest", "categories", "poll"]
    keys = [block.key for block in offered_blocks()]
    assert keys[:2] == ["featured", "latest"]
    assert [key for key in keys if key in FIRST] == [key for key in FIRST if key in keys]
    assert keys[-len(LAST) :] == list(LAST)
    assert len(keys) == len(set(keys))


def test_an_administrator_decides_on_order_and_presence(client):
    fill()
    place("poll", 5)
    place("latest", 99, is_shown=False)

    assert keys_on(client.get("/").content.decode()) == ["poll", "featured", "categories"]


def test_a_block_with_nothing_to_show_leaves_no_box(client):
    place("statistics", 1, is_shown=False)

    text = client.get("/").content.decode()

    assert keys_on(text) == []
    assert 'class="home-row' not in text


def test_home_costs_as_many_queries_for_many_articles_as_for_few(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    place("statistics", 1, is_shown=False)
    fill(categories=2, each=5)
    client.get("/")
    # Nothing is kept here: the placements, one or a few for each block, the menus with the pages they lead to, the foot.
    with django_assert_max_num_queries(24) as measured:
        client.get("/")
    few = len(measured)  # the next request forgets them
    fill(categories=6, each=9)
    client.get("/")  # the numbers of visitors are read every few seconds, whatever is asked

    with django_assert_num_queries(few):
        client.get("/")


@pytest.mark.parametrize(
    ("shape", "rows"),
    [
        ("n", [1]),
        ("nn", [2]),
        ("nnn", [3]),
        ("nnnn", [2, 2]),
        ("nnnnn", [3, 2]),
        ("nnnnnnn", [3, 2, 2]),
        ("wnnw", [1, 2, 1]),
        ("ww", [1, 1]),
        ("", []),
    ],
)
def test_blocks_share_rows_without_a_hole(shape, rows):
    written = [(HomeBlock(letter, "", "", is_wide=letter == "w"), mark_safe(letter)) for letter in shape]

    found = rows_of(written)

    assert [len(row.blocks) for row in found] == rows
    assert "".join(text for row in found for text in row.blocks) == shape


def test_a_block_sees_the_page_and_changes_nothing_of_it():
    request = RequestFactory().get("/")
    request.commune = first_commune()
    blocks = [HomeBlock("statistics", "", "visitors/_home_statistics.html")]
    template = engines["django"].from_string("{% load home %}{{ word }}{% home_blocks %}{{ word }}").template

    text = template.render(Context({"request": request, "blocks": blocks, "word": "đây"}))

    assert text.count("đây") == 2


def test_home_names_itself_to_machines(client):
    article = make_article(is_featured=True, cover=make_picture(), cover_alt="Cầu")

    text = client.get("/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', text)[1])

    assert f'<meta property="og:image" content="http://testserver{article.cover.file.url}">' in text
    assert data["@type"] == "WebSite"
    assert data["potentialAction"]["target"]["urlTemplate"] == "http://testserver/tim-kiem/?q={search_term_string}"


def test_home_without_a_picture_shows_the_drawing_of_the_portal(client):
    text = client.get("/").content.decode()

    assert '<meta property="og:image" content="http://testserver/static/img/icon-512.png">' in text
