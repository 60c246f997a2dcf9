from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from news.models import Redirect, Status, Tag
from news.public.views import tag_list
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_editor, make_user
from tests.news.test_pages import CHROME_QUERIES, queries_of
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def make_tag(name: str, slug: str, *articles, **changes) -> Tag:
    tag = Tag.objects.create(commune=first_commune(), name=name, slug=slug, **changes)
    tag.articles.set(articles)
    return tag


def editor():
    return client_of(make_user("view_tag", "change_tag", "add_tag"))


def save(tag: Tag | None, **changes):
    address = reverse("admin:news_tag_change", args=[tag.pk]) if tag else reverse("admin:news_tag_add")
    values = {"name": tag.name if tag else "", "slug": tag.slug if tag else "", "description": "", "lead": ""}
    return editor().post(address, values | changes)


def test_the_old_address_of_a_renamed_tag_leads_on_for_ever(client):
    tag = make_tag("Lúa", "lua")

    save(tag, slug="cay-lua")

    response = client.get("/the/lua/")
    assert (response.status_code, response["Location"]) == (301, "/the/cay-lua/")


def test_a_tag_renamed_twice_and_back_takes_one_hop(client):
    tag = make_tag("Lúa", "a")
    for slug in ("b", "c", "a"):
        save(tag, slug=slug)
        tag.refresh_from_db()

    assert client.get("/the/a/").status_code == 200
    assert {client.get(f"/the/{old}/")["Location"] for old in "bc"} == {"/the/a/"}


def test_a_tag_that_takes_the_old_address_of_another_is_found_there(client):
    moved = make_tag("Lúa", "lua")
    save(moved, slug="cay-lua")

    save(None, name="Lúa mùa", slug="lua")

    assert client.get("/the/lua/").context["tag"].name == "Lúa mùa"


def test_two_tags_may_swap_their_addresses(client):
    first, second = make_tag("Một", "a"), make_tag("Hai", "b")
    for tag, slug in ((first, "tam"), (second, "a"), (first, "b")):
        save(tag, slug=slug)
        tag.refresh_from_db()

    assert client.get("/the/a/").context["tag"] == second
    assert client.get("/the/b/").context["tag"] == first
    assert client.get("/the/tam/")["Location"] == "/the/b/"


@pytest.mark.parametrize("changes", [{"slug": "lua"}, {"name": "Lúa"}, {"name": "LÚA", "slug": ""}])
def test_a_name_or_address_already_taken_is_refused_in_words(changes):
    make_tag("Lúa", "lua")
    other = make_tag("Ngô", "ngo")

    response = save(other, **changes)

    other.refresh_from_db()
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert (other.name, other.slug) == ("Ngô", "ngo")


def merge(kept: Tag | None, *tags: Tag):
    data = {"action": "merge", ACTION_CHECKBOX_NAME: [tag.pk for tag in tags]}
    return editor().post(reverse("admin:news_tag_changelist"), data | ({"kept": kept.pk} if kept else {}))


def test_merged_tags_leave_their_articles_and_addresses_to_one(client):
    shared, other = make_article(), make_article()
    kept, gone = make_tag("Lúa", "lua", shared), make_tag("Cây lúa", "cay-lua", shared, other)
    Redirect.objects.lead(first_commune(), "/the/lua-cu/", "/the/cay-lua/")

    question = merge(None, kept, gone).content.decode()
    merge(kept, kept, gone)

    assert "Lúa" in question and "Cây lúa" in question
    assert list(Tag.objects.everywhere()) == [kept]
    assert set(kept.articles.all()) == {shared, other}
    assert client.get("/the/cay-lua/")["Location"] == "/the/lua/"
    assert client.get("/the/lua-cu/")["Location"] == "/the/lua/"


def test_one_tag_alone_cannot_be_merged():
    tag = make_tag("Lúa", "lua")

    merge(tag, tag)

    assert Tag.objects.everywhere().get() == tag


def day(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def test_a_story_is_told_from_where_it_stands_back_to_its_beginning(client):
    first = make_article(title="Khởi công cầu", published_at=day("2026-03-01T08:00"))
    last = make_article(title="Thông xe cầu", published_at=day("2026-06-02T08:00"))
    make_tag("Cầu Khê Hạ", "cau-khe-ha", first, last, is_story=True, lead="Cầu nối hai bờ.\n\nĐang thi công.")

    html = client.get("/the/cau-khe-ha/").content.decode()

    assert "<p>Cầu nối hai bờ.</p>" in html and "<p>Đang thi công.</p>" in html
    assert "01/03/2026" in html.split('class="course"')[0]
    assert html.index("Thông xe cầu") < html.index("Khởi công cầu")
    assert html.count('class="course-day"') == 2


def test_articles_of_a_story_lead_to_it_before_the_tags(client):
    article = make_article()
    make_tag("Cầu Khê Hạ", "cau-khe-ha", article, is_story=True)
    make_tag("Giao thông", "giao-thong", article)

    html = client.get(article.get_absolute_url()).content.decode()

    assert html.index("/the/cau-khe-ha/") < html.index("/the/giao-thong/")
    assert html.count("/the/cau-khe-ha/") == 1


def test_stories_with_articles_stand_in_the_site_map_and_the_sitemap(client):
    make_tag("Cầu Khê Hạ", "cau", make_article(), is_story=True)
    make_tag("Chưa có gì", "trong", make_article(status=Status.DRAFT), is_story=True)

    page, xml = client.get("/so-do-trang/").content.decode(), client.get("/sitemap-the.xml").content.decode()

    assert "/the/cau/" in page and "/the/trong/" not in page
    assert "/the/cau/" in xml and "/the/trong/" not in xml


def test_a_story_page_makes_at_most_six_queries():
    make_tag("Cầu", "cau", *(make_article() for _ in range(22)), is_story=True)

    assert len(queries_of(tag_list, "/the/cau/", slug="cau")) <= 4 + CHROME_QUERIES


def picked(client, field: str, model: str, term: str) -> list[str]:
    """What a picker of the article form offers."""
    query = {"app_label": "news", "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in client.get(reverse("admin:autocomplete"), query).json()["results"]]


def test_a_tag_is_found_without_accents_and_the_exact_one_first():
    for number, name in enumerate(["Lúa mùa", "Chống rét cho lúa", "Lúa", "Cà phê"]):
        make_tag(name, f"the-{number}")
    client = client_of(make_user("view_tag", "change_tag", "view_article", "change_article"))

    listed = client.get(reverse("admin:news_tag_changelist"), {"q": "ca phe"})

    assert [tag.name for tag in listed.context["cl"].result_list] == ["Cà phê"]
    assert picked(client, "tags", "article", "lua") == ["Lúa", "Lúa mùa", "Chống rét cho lúa"]


def test_the_picker_of_related_articles_begins_with_the_exact_title():
    for days, title in enumerate(["Họp thôn", "Thông báo họp thôn Bến Đò", "Họp thôn tháng 11"]):
        make_article(title=title, published_at=timezone.now() - timedelta(days=9 - days))

    offered = picked(client_of(make_editor()), "related", "article", "hop thon")

    assert offered[:2] == ["Họp thôn", "Họp thôn tháng 11"]
