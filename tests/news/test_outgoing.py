from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from communes.hosts import table
from communes.models import SiteIdentity
from library.models import Document
from news.models import Attachment, Tag
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_editor, make_picture
from tests.news.test_admin import form_data
from tests.news.test_revisions import change_address, client_of

pytestmark = pytest.mark.django_db
MOMENT = timezone.datetime(2024, 3, 28, 14, 28, tzinfo=timezone.get_default_timezone())


def structured(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])


def test_structured_data_is_valid_with_offset_and_cannot_break_out(client):
    article = make_article(
        title="Giá </script><script>alert(1)</script> & lúa", published_at=MOMENT, cover=make_picture(), cover_alt="x"
    )

    html = client.get(article.get_absolute_url()).content.decode()

    data = structured(html)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.title
    assert data["datePublished"] == "2024-03-28T14:28:00+07:00"
    assert datetime.fromisoformat(data["dateModified"])
    assert data["image"][0].startswith("http://testserver/media/")
    assert "<script>alert" not in html


def test_head_names_the_article_for_machines(client):
    article = make_article(title="Lúa mùa", summary="Tóm tắt", published_at=MOMENT)

    html = client.get(article.get_absolute_url()).content.decode()

    address = f"http://testserver{article.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert '<meta property="og:title" content="Lúa mùa">' in html
    assert '<meta property="article:published_time" content="2024-03-28T14:28:00+07:00">' in html
    assert '<meta name="DC.title" content="Lúa mùa">' in html
    assert html.count('name="description"') == 1


def test_paper_carries_the_address_and_its_code(client):
    article = make_article()

    html = client.get(article.get_absolute_url()).content.decode()
    code = client.get(f"{article.get_absolute_url()}ma-qr.svg")

    foot = html[html.index("print-foot") :]
    assert f"http://testserver{article.get_absolute_url()}" in foot
    assert f'src="{article.get_absolute_url()}ma-qr.svg"' in foot
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content


def test_saved_file_needs_nothing_else(client):
    picture = make_picture()
    article = make_article(
        body=f'<p>Nội dung <img src="{picture.file.url}" alt="x"></p>', cover=make_picture(), cover_alt="y"
    )

    response = client.get(reverse("news:article_saved", args=[article.category.slug, article.slug, article.pk]))

    html = response.content.decode()
    assert response["Content-Disposition"] == f'attachment; filename="{article.slug}.html"'
    assert html.count("data:image/png;base64,") == 2
    assert "/media/" not in html and "/static/" not in html
    assert f'<base href="http://testserver{article.get_absolute_url()}">' in html
    assert f"http://testserver{article.get_absolute_url()}" in html


def test_a_draft_cannot_be_saved(client):
    article = make_article(status="draft")

    assert client.get(f"{article.get_absolute_url()}luu/").status_code == 404


def test_news_sitemap_holds_the_last_two_days(client):
    make_article(title="Mới & hay")
    make_article(title="Cũ", published_at=timezone.now() - timedelta(days=3))

    xml = client.get("/sitemap-tin-tuc.xml").content

    names = {"n": "http://www.google.com/schemas/sitemap-news/0.9"}
    assert [node.text for node in ElementTree.fromstring(xml).iterfind(".//n:title", names)] == ["Mới & hay"]


def test_atom_feeds_are_well_formed(client):
    article = make_article(title="Lúa & <mì>")

    for address in ("/atom/", f"/{article.category.slug}/atom/"):
        root = ElementTree.fromstring(client.get(address).content)
        assert root.find(".//{*}entry/{*}title").text == "Lúa & <mì>"


@pytest.mark.parametrize("address", ["/rss/", "/atom/"])
def test_a_feed_costs_the_same_with_more_articles(client, address, django_assert_max_num_queries):
    for _ in range(12):
        make_article(byline="Thu Hà")

    with django_assert_max_num_queries(2):
        assert client.get(address).content.count(b"Thu H") == 12


def test_feeds_say_whose_they_are_and_lead_back_to_themselves(client):
    SiteIdentity(commune=first_commune(), name="Trang tin xã Khê & Hạ", agency="UBND xã").save()
    table.forget()
    category = make_article().category

    rss = ElementTree.fromstring(client.get(f"/{category.slug}/rss/").content)
    atom = ElementTree.fromstring(client.get("/atom/").content)

    assert rss.find("channel/title").text == f"{category.name} | Trang tin xã Khê & Hạ"
    assert rss.find("channel/{http://www.w3.org/2005/Atom}link").get("href").endswith(f"/{category.slug}/rss/")
    assert atom.find("{*}title").text == "Trang tin xã Khê & Hạ"
    assert atom.find("{*}author/{*}name").text == "UBND xã"


def test_pages_lead_programs_to_both_feeds(client):
    category = make_article().category

    html = client.get(category.get_absolute_url()).content.decode()

    for address in ("/rss/", "/atom/", f"/{category.slug}/rss/", f"/{category.slug}/atom/"):
        assert f'href="{address}">' in html.split("</head>")[0]


@pytest.mark.parametrize("address", ["/", "/{}/"])
def test_lists_say_their_own_address_and_title(client, address):
    category = make_article().category
    address = address.format(category.slug)

    html = client.get(address, {"utm_source": "x"}).content.decode()

    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert f'<meta property="og:url" content="http://testserver{address}">' in html


def test_dublin_core_names_subject_and_identifier(client):
    article = make_article(category=make_category(name="Kinh tế"))
    article.tags.add(Tag.objects.create(commune=first_commune(), name="Lúa", slug="lua"))

    html = client.get(article.get_absolute_url()).content.decode()

    assert '<link rel="schema.DC" href="http://purl.org/dc/elements/1.1/">' in html
    assert '<meta name="DC.subject" content="Kinh tế; Lúa">' in html
    assert f'<meta name="DC.identifier" content="http://testserver{article.get_absolute_url()}">' in html


def test_tags_lead_to_their_page_and_relate_articles(client):
    tag = Tag.objects.create(commune=first_commune(), name="Chuyển đổi số", slug="chuyen-doi-so")
    first, second = make_article(title="Một"), make_article(title="Hai")
    first.tags.add(tag)
    second.tags.add(tag)

    page = client.get(first.get_absolute_url())

    assert list(page.context["related"]) == [second]
    assert "/the/chuyen-doi-so/" in page.content.decode()
    assert "Một" in client.get("/the/chuyen-doi-so/").content.decode()
    assert client.get("/the/khong-co/").status_code == 404


def test_related_by_hand_goes_before_tags(client):
    tag = Tag.objects.create(commune=first_commune(), name="A", slug="a")
    first, by_tag, by_hand = make_article(), make_article(), make_article()
    first.tags.add(tag)
    by_tag.tags.add(tag)
    first.related.add(by_hand)

    assert list(client.get(first.get_absolute_url()).context["related"]) == [by_hand]


def test_documents_show_their_type_and_size(client):
    article = make_article()
    document = Document.objects.create(
        commune=first_commune(), title="Kế hoạch", file="tep/ke-hoach.pdf", size=448_410, digest="x"
    )
    Attachment.objects.create(article=article, document=document, title="Kế hoạch")

    html = client.get(article.get_absolute_url()).content.decode()

    assert "(PDF, 437,9 KB)" in html


@pytest.mark.parametrize(
    ("name", "content", "is_accepted"),
    [
        ("a.pdf", b"%PDF-1.7 x", True),
        ("a.pdf", b"<html>", False),
        ("a.exe", b"%PDF-1.7 x", False),
        ("a.docx", b"PK\x03\x04 broken", False),
        ("a.html", b"<html>", False),
    ],
)
def test_only_real_documents_can_be_attached(name, content, is_accepted):
    from django.core.files.uploadedfile import SimpleUploadedFile

    article = make_article(status="draft")
    data = form_data(category=article.category_id) | {
        "attachments-TOTAL_FORMS": "1",
        "attachments-0-title": "Tệp",
        "attachments-0-position": "0",
        "attachments-0-upload": SimpleUploadedFile(name, content),
    }

    client_of(make_editor()).post(change_address(article), data)

    assert Attachment.objects.exists() == is_accepted
    if is_accepted:
        assert re.fullmatch(r"[a-z-]+/tep/a-[0-9a-f]{12}\.pdf", Document.objects.everywhere().get().file.name)


def test_the_printed_page_has_a_qr_code_of_its_own_address(client):
    article = make_article()

    page = client.get(article.get_absolute_url()).content.decode()
    drawing = client.get(f"{article.get_absolute_url()}ma-qr.svg")

    assert f'src="{article.get_absolute_url()}ma-qr.svg"' in page
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing.content.startswith(b"<?xml")


def test_a_draft_has_no_public_qr_code(client):
    article = make_article(status="draft")

    assert client.get(f"{article.get_absolute_url()}ma-qr.svg").status_code == 404
