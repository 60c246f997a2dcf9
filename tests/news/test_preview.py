"""The unsaved text as a page, and the ways between a form and its public page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from library.models import Picture
from news.models import Article, Revision, Status
from tests.news.factories import (
    make_article,
    make_category,
    make_chief,
    make_editor,
    make_picture,
    make_tag,
    make_user,
    make_writer,
)
from tests.news.test_standing import client_of
from tests.offered import read_page
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db


def form_of(client: Client, address: str, **typed) -> dict[str, list[str]]:
    page = read_page(client.get(address).content.decode(), address)
    return next(form for form in page.forms if "title" in form.kinds).filled(**typed)


def test_the_preview_shows_the_unsaved_text_as_a_page_and_saves_nothing():
    writer = make_writer()
    picture, tag = make_picture(alt="Cầu treo"), make_tag("giao thông")
    article = make_article(author=writer, status=Status.DRAFT, title="Cũ")
    client = client_of(writer)
    hostile = "<p>Chữ mới</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    typed = {"title": "Mới & lạ", "body": hostile, "cover": str(picture.pk), "cover_alt": "Cầu", "tags": str(tag.pk)}
    data = form_of(client, article.form_address, **typed)
    address = reverse("admin:news_article_preview")
    counts = Article.every_kind.everywhere().values(), Revision.objects.count(), Picture.objects.everywhere().count()
    before = str(counts)

    page = client.post(f"{address}?khung=1", data).content.decode()
    around = client.post(address, data | {"_preview": ["preview-1"]})

    counts = Article.every_kind.everywhere().values(), Revision.objects.count(), Picture.objects.everywhere().count()
    assert str(counts) == before
    assert "<h1>Mới &amp; lạ</h1>" in page and "Chữ mới" in page and "giao thông" in page
    assert picture.file.url in page
    assert "alert(" not in page and "onerror" not in page
    assert "<noscript>" not in page
    text = around.content.decode()
    assert 'sandbox="allow-same-origin"' in text and 'data-channel="preview-1"' in text
    assert "&lt;h1&gt;Mới &amp;amp; lạ&lt;/h1&gt;" in text and "<h1>Mới" not in text
    assert "script-src 'self'" in around["Content-Security-Policy"]


def test_a_new_article_and_a_page_have_a_preview_too():
    client = client_of(make_chief())
    make_category()
    for kind in ("", "page"):
        data = {"_kind": kind, "title": "", "body": "<p>Chữ đầu</p>"}
        page = client.post(f"{reverse('admin:news_article_preview')}?khung=1", data)
        assert "Chữ đầu" in page.content.decode(), kind


def test_a_preview_is_for_those_who_write_in_the_article_and_sent_by_its_form_alone():
    address = reverse("admin:news_article_preview")
    writer = make_writer()
    article = make_article(author=writer, status=Status.REVIEW)  # now with those who check
    mine = {"_article": article.pk, "title": "Trộm"}

    assert client_of(writer).post(address, mine).status_code == 403
    assert client_of(make_writer()).post(address, mine).status_code == 404
    assert client_of(make_user("view_article")).post(address, {"title": "x"}).status_code == 403
    assert client_of(make_editor()).post(address, mine).status_code == 200
    assert client_of(make_editor()).post(address, mine | {"_article": "9" * 30}).status_code == 404
    assert client_of(make_editor()).get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_editor(), backend="communes.work.MembershipBackend")
    assert strict.post(address, mine).status_code == 403


def test_a_public_page_leads_those_who_write_in_it_to_its_form_and_says_nothing_to_others():
    writer = make_writer()
    article, page = make_article(author=writer), make_page(author=writer)
    for public in (article, page):
        address = public.get_absolute_url()
        for reader in (Client(), client_of(make_user())):
            assert public.form_address not in reader.get(address).content.decode()
        assert f'href="{public.form_address}"' in client_of(writer).get(address).content.decode()

    form = client_of(writer).get(article.form_address).content.decode()
    draft = client_of(writer).get(make_article(author=writer, status=Status.DRAFT).form_address).content.decode()
    assert "viewsitelink" in form and "viewsitelink" not in draft
