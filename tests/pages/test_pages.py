"""What citizens read at the address of a page."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from news.drafts import revisions
from news.models import Redirect, Status
from news.newsroom.steps import workflow
from pages import reading
from pages.models import Page
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_chief, make_editor, make_tag, make_user
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db


def head_of(html: str) -> str:
    return html.partition("<body")[0]


def test_shows_the_page_with_its_place_and_section(client):
    about = make_page("Giới thiệu", summary="Xã ở đâu.")
    structure = make_page("Cơ cấu tổ chức", parent=about, body="<p>Năm phòng.</p>")
    office = make_page("Văn phòng", parent=structure)
    make_page("Nháp", parent=about, status=Status.DRAFT)

    html = client.get("/gioi-thieu/co-cau-to-chuc/").content.decode()

    assert "<p>Năm phòng.</p>" in html
    assert html.count("<h1") == 1
    assert re.search(r'class="trail".*?href="/gioi-thieu/"', html, re.DOTALL)
    assert 'href="/gioi-thieu/co-cau-to-chuc/" aria-current="page"' in html
    assert html.count(office.title) == 2  # beside the page and below it
    assert "Nháp" not in html


def test_says_when_its_text_was_last_changed(client):
    page = make_page("Giờ mở cửa", published_at=timezone.now() - timedelta(days=400))
    day = timezone.localtime(page.published_at)
    before = client.get(page.get_absolute_url()).content.decode()
    revision = revisions.propose_change(_changed(page, body="<p>Mới.</p>"), make_editor(), page.version)

    workflow.approve_change(page, make_chief())

    after = client.get(page.get_absolute_url()).content.decode()
    assert f"Cập nhật ngày {day:%d/%m/%Y}" in before
    assert f"Cập nhật ngày {timezone.localdate():%d/%m/%Y}" in after
    assert revision is not None and "<p>Mới.</p>" in after


def _changed(page, **changes):
    page = Page.objects.of(page.commune_id).get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    return page


def test_says_of_itself_what_machines_ask(client):
    about = make_page("Giới thiệu", summary="Xã ở đâu, có gì.")
    structure = make_page("Cơ cấu", parent=about, summary="Ai làm gì.")

    html = client.get(structure.get_absolute_url()).content.decode()
    head = head_of(html)

    assert '<meta name="description" content="Ai làm gì.">' in head
    assert '<link rel="canonical" href="http://testserver/gioi-thieu/co-cau/">' in head
    (crumbs,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    steps = json.loads(crumbs)["itemListElement"]
    assert [(step["position"], step["item"]) for step in steps] == [
        (1, "http://testserver/"),
        (2, "http://testserver/gioi-thieu/"),
        (3, "http://testserver/gioi-thieu/co-cau/"),
    ]


def test_pages_in_two_languages_name_each_other(client):
    about = make_page("Giới thiệu")
    english = make_page("About the commune", language="en", slug="en", translation_of=about)

    for page in (about, english):
        head = head_of(client.get(page.get_absolute_url()).content.decode())
        assert '<link rel="alternate" hreflang="vi" href="http://testserver/gioi-thieu/">' in head
        assert '<link rel="alternate" hreflang="en" href="http://testserver/en/">' in head
    html = client.get("/en/").content.decode()
    assert '<article class="card article" lang="en">' in html
    assert re.search(r"Last updated: \d+ (?!tháng)\w+ \d{4}<", html)


def test_a_page_takes_two_queries(client, django_assert_num_queries):
    page, commune = make_page("Cơ cấu", parent=make_page("Giới thiệu")), first_commune()

    with django_assert_num_queries(2):
        found = reading.page_for(AnonymousUser(), commune, page.path)
        around = reading.surroundings_of(found)
        assert [above.title for above in around.trail] == ["Giới thiệu"]


def test_categories_and_articles_are_found_without_asking_for_a_page(client):
    article = make_article()
    make_page("Giới thiệu")
    asked = f"EXECUTE {reading._page_for_citizens.statement} "

    for address in (article.get_absolute_url(), article.category.get_absolute_url(), "/"):
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        assert not [query["sql"] for query in context if asked in query["sql"]], address
    with CaptureQueriesContext(connection) as context:
        client.get("/gioi-thieu/")
    assert [query["sql"] for query in context if asked in query["sql"]]


@pytest.mark.parametrize("path", ["/wp-login/", "/gioi-thieu/a/b/c/", "/a.b/", "/gi%E1%BB%9Bi/"])
def test_what_is_no_page_is_not_found(client, path):
    make_page("Giới thiệu")

    assert client.get(path).status_code == 404


def test_the_final_slash_is_added(client):
    make_page("Giới thiệu")

    response = client.get("/gioi-thieu")

    assert (response.status_code, response["Location"]) == (301, "/gioi-thieu/")


def test_an_address_that_looks_like_an_articles_is_the_pages(client):
    article = make_article()
    page = make_page(f"Kế hoạch {article.pk}", parent=make_page("Giới thiệu"))

    assert page.path == f"gioi-thieu/ke-hoach-{article.pk}"
    assert page.title in client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.WITHDRAWN, "withdrawal_notice": "Thông tin đã cũ."}, "Thông tin đã cũ."),
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "Trang này đã hết hiệu lực"),
    ],
)
def test_a_page_that_is_gone_names_itself_and_its_date(client, changes, words):
    published = timezone.now() - timedelta(days=3)
    page = make_page("Giờ mở cửa mùa hè", published_at=published, **changes)

    response = client.get(page.get_absolute_url())

    html = response.content.decode()
    assert response.status_code == 410
    assert words in html
    assert "Giờ mở cửa mùa hè" in html
    assert f"{timezone.localtime(published):%d/%m/%Y}" in html
    assert "<p>Nội dung.</p>" not in html


@pytest.mark.parametrize("changes", [{"status": Status.DRAFT}, {"published_at": timezone.now() + timedelta(days=1)}])
def test_what_is_not_public_yet_is_seen_by_those_who_work_on_it_alone(client, changes):
    page = make_page("Trang sắp có", **changes)
    editor = Client()
    editor.force_login(make_editor())
    stranger = Client()
    stranger.force_login(make_user())

    assert client.get(page.get_absolute_url()).status_code == 404
    assert stranger.get(page.get_absolute_url()).status_code == 404
    html = editor.get(page.get_absolute_url()).content.decode()
    assert "Xem trước" in html
    assert reverse("admin:pages_page_change", args=[page.pk]) in html


def test_no_list_of_news_shows_a_page(client):
    category, tag = make_category(), make_tag("Thẻ")
    article = make_article(category=category, byline="Thu Hà")
    article.tags.add(tag)
    page = make_page("Trangkhongphaitin", byline="Thu Hà", is_featured=True)
    page.tags.add(tag)

    addresses = ["/", "/rss/", "/atom/", "/sitemap-bai-viet.xml", "/sitemap-tin-tuc.xml", category.get_absolute_url()]
    addresses += [f"{category.get_absolute_url()}rss/", tag.get_absolute_url(), "/tac-gia/thu-ha/"]
    for address in addresses:
        html = client.get(address).content.decode()
        assert article.title in html or article.get_absolute_url() in html, address
        assert page.title not in html and page.get_absolute_url() not in html, address


def test_the_portal_leads_to_the_page(client):
    page = make_page("Chức năng nhiệm vụ", body="<p>Trangduynhat.</p>")

    assert page.get_absolute_url() in client.get("/sitemap-trang-thong-tin.xml").content.decode()
    assert page.get_absolute_url() in client.get("/so-do-trang/").content.decode()
    assert page.get_absolute_url() in client.get("/tim-kiem/?q=trangduynhat").content.decode()


def test_an_old_address_leads_on_until_a_page_stands_there(client):
    Redirect.objects.lead(first_commune(), "/gioi-thieu/", "/cu/")
    before = client.get("/gioi-thieu/")

    make_page("Giới thiệu")

    assert (before.status_code, before["Location"]) == (301, "/cu/")
    assert client.get("/gioi-thieu/").status_code == 200
