"""What the newsroom does beside the form it does for pages, too."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news.links.addresses import has_page
from news.links.check import check_own, read_articles
from news.models import Link, Status
from news.newsroom.uses import uses_of
from pages.models import page_titles
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_editor, make_picture
from tests.offered import read_page
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db


def test_links_of_pages_are_looked_at():
    about = make_page("Giới thiệu")
    page = make_page("Cơ cấu", body='<p><a href="/gioi-thieu/">có</a> <a href="/khong-co/">không</a></p>')
    now = timezone.now()

    read_articles(now)
    check_own(now)

    assert dict(Link.objects.filter(article=page).values_list("address", "problem")) == {
        about.get_absolute_url(): "",
        "/khong-co/": "missing",
    }


def test_a_page_is_an_address_of_its_commune_while_it_is_public():
    here = first_commune().pk
    make_page("Giới thiệu")
    make_page("Nháp", status=Status.DRAFT)
    make_page("Xa", commune=make_commune())

    assert has_page("/gioi-thieu/", here)
    assert has_page("/gioi-thieu", here)  # the final slash is added
    assert not has_page("/nhap/", here)
    assert not has_page("/xa/", here)


def test_the_library_says_which_pages_show_a_picture():
    picture = make_picture()
    page = make_page("Giới thiệu", cover=picture, cover_alt="Cầu treo")

    assert [(row.title, row.address) for row in uses_of(picture, None)] == [("Giới thiệu", "/gioi-thieu/")]
    assert [row.address for row in uses_of(picture, make_editor())] == [page.form_address]


def test_a_draft_is_shared_in_the_look_of_a_page():
    page = make_page("Cơ cấu", parent=make_page("Giới thiệu"), status=Status.DRAFT, body="<p>Nháp.</p>")
    editor = Client()
    editor.force_login(make_editor(), backend="communes.work.MembershipBackend")
    address = reverse("admin:news_article_share", args=[page.pk])
    form = next(f for f in read_page(editor.get(address).content.decode(), address).forms if "recipient" in f.kinds)

    made = form.press(editor, form.buttons[0], recipient="Chủ tịch", days="7").content.decode()
    token = made.partition("/chia-se/")[2].partition("/")[0]
    shown = Client().get(f"/chia-se/{token}/").content.decode()

    assert "<p>Nháp.</p>" in shown
    assert shown.count("<h1") == 1
    look = editor.get(reverse("admin:news_article_look", args=[page.pk])).content.decode()
    assert "<p>Nháp.</p>" in look


def test_the_statistics_name_pages():
    page, there = make_page("Giới thiệu"), make_page("Xa", commune=make_commune())

    assert page_titles([page.pk, there.pk], first_commune()) == {page.pk: ("Giới thiệu", "/gioi-thieu/")}
    assert f'data-page="page:{page.pk}~' in Client().get("/gioi-thieu/").content.decode()


def test_a_page_appears_and_ends_by_the_clock_alone(client):
    now = timezone.now()
    page = make_page("Tết", published_at=now + timedelta(hours=1), expires_at=now + timedelta(hours=2))

    assert not page.is_published(now)
    assert page.is_published(now + timedelta(minutes=90))
    assert not page.is_published(now + timedelta(hours=3))
    assert client.get("/tet/").status_code == 404
