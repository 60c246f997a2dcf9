from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from news.models import MissingPage, Redirect
from tests.news.factories import CHIEF, make_article, make_category, make_user
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def test_an_old_address_leads_on_for_ever(client):
    Redirect.objects.create(old_path="/tin-cu/123.html", new_path="/kinh-te/")

    response = client.get("/tin-cu/123.html")

    assert response.status_code == 301
    assert response["Location"] == "/kinh-te/"


def test_an_address_with_a_query_leads_on(client):
    Redirect.objects.create(old_path="/default.aspx?id=5", new_path="/kinh-te/")

    assert client.get("/default.aspx?id=5")["Location"] == "/kinh-te/"


def test_chains_take_one_hop_and_circles_cannot_arise():
    Redirect.objects.lead("/a/", "/b/")
    Redirect.objects.lead("/b/", "/c/")
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {"/a/": "/c/", "/b/": "/c/"}

    Redirect.objects.follow_move("/c/", "/a/")
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {"/b/": "/a/", "/c/": "/a/"}


def test_a_renamed_category_redirects(client):
    category = make_category(slug="cu")
    article = make_article(category=category)
    old = article.get_absolute_url()
    admin = client_of(make_user(*CHIEF))

    admin.post(
        reverse("admin:news_category_change", args=[category.pk]),
        {"name": category.name, "slug": "moi", "position": "1", "description": ""},
    )

    assert client.get("/cu/")["Location"] == "/moi/"
    assert client.get(old)["Location"] == old.replace("/cu/", "/moi/")


def test_feeds_of_a_renamed_category_lead_on(client):
    category = make_category(slug="cu")
    client_of(make_user(*CHIEF)).post(
        reverse("admin:news_category_change", args=[category.pk]),
        {"name": category.name, "slug": "moi", "position": "1", "description": ""},
    )

    for kind in ("rss", "atom"):
        response = client.get(f"/cu/{kind}/")
        assert (response.status_code, response["Location"]) == (301, f"/moi/{kind}/")
        assert client.get(f"/khong-co/{kind}/").status_code == 404


def test_an_address_with_a_redirect_is_no_longer_missing(client):
    client.get("/mat/")
    assert MissingPage.objects.exists()

    client_of(make_user("add_redirect", "view_redirect")).post(
        reverse("admin:news_redirect_add"), {"old_path": "/mat/", "new_path": "/"}
    )

    assert client.get("/mat/")["Location"] == "/"
    assert not MissingPage.objects.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [("no-slash", "/x/"), ("/x/", "/x/"), ("/x/", ""), ("/x/", "javascript:alert(1)"), ("/x/", "example.vn")],
)
def test_refuses_redirects_that_lead_nowhere(old, new):
    with pytest.raises(ValidationError):
        Redirect(old_path=old, new_path=new).full_clean()


def test_counts_what_was_looked_for_in_vain_and_offers_a_redirect(client):
    for _ in range(2):
        assert client.get("/khong-co/bai/", headers={"referer": "https://example.vn/"}).status_code == 404

    page = MissingPage.objects.get()
    assert (page.path, page.hits, page.referrer) == ("/khong-co/bai/", 2, "https://example.vn/")
    html = client_of(make_user("view_missingpage")).get(reverse("admin:news_missingpage_changelist")).content.decode()
    assert "?old_path=%2Fkhong-co%2Fbai%2F" in html


@pytest.mark.parametrize("path", ["/wp-login.php", "/.env", "/wp-admin/", "/x" * 400 + "/"])
def test_scanners_are_not_counted(client, path):
    assert client.get(path).status_code == 404
    assert not MissingPage.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/favicon.png",
        "/apple-touch-icon.png",
        "/apple-touch-icon-120x120-precomposed.png",
        "/.well-known/security.txt",
        "/.well-known/apple-app-site-association/",
    ],
)
def test_what_browsers_ask_of_every_host_is_not_counted(client, path):
    assert client.get(path).status_code == 404
    assert not MissingPage.objects.exists()


def test_a_missing_final_slash_is_added(client):
    category = make_category()

    response = client.get(f"/{category.slug}?trang=2")

    assert response.status_code == 301
    assert response["Location"] == f"/{category.slug}/?trang=2"


@pytest.mark.parametrize("path", ["//example.com", "///example.com", "/%5Cexample.com", "/%2F%2Fexample.com/x"])
def test_never_leads_to_another_site(client, path):
    location = client.get(path).get("Location", "/")

    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def read_file(content: bytes, *permissions: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(make_user("add_redirect", "view_redirect", *permissions))
    return client.post(reverse("admin:news_redirect_import"), {"file": SimpleUploadedFile("a.csv", content)})


@pytest.mark.parametrize(
    "content", ["cũ,mới\n/a.html,/kinh-te/\n/b.html,/a.html\n", "\ufeff/a.html;/kinh-te/\r\n/b.html;/a.html\r\n"]
)
def test_reads_redirects_from_a_file(content):
    assert read_file(content.encode()).status_code == 302

    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/a.html": "/kinh-te/",
        "/b.html": "/kinh-te/",
    }


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"/a,/b\nno-slash,/c\n", b"/a,javascript:alert(1)\n", b"/a,/a\n", b"/a\n"]
)
def test_a_wrong_row_stores_nothing(content):
    response = read_file(content)

    assert response.status_code == 200
    assert not Redirect.objects.exists()


def test_reading_redirects_needs_the_right():
    assert client_of(make_user()).get(reverse("admin:news_redirect_import")).status_code == 403
