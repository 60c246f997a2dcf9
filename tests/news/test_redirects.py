from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from news.models import MissingPage, Redirect
from section import public_parameters
from serving.pagecache import PageCache
from tests.communes.factories import first_commune
from tests.news.factories import CHIEF, make_article, make_category, make_user
from tests.news.test_revisions import client_of
from tests.serving.pagecache_client import get

pytestmark = pytest.mark.django_db


def test_an_old_address_leads_on_for_ever(client):
    Redirect.objects.create(commune=first_commune(), old_path="/tin-cu/123.html", new_path="/kinh-te/")

    response = client.get("/tin-cu/123.html")

    assert response.status_code == 301
    assert response["Location"] == "/kinh-te/"


def test_an_address_with_a_query_leads_on(client):
    Redirect.objects.create(commune=first_commune(), old_path="/default.aspx?id=5", new_path="/kinh-te/")

    assert client.get("/default.aspx?id=5")["Location"] == "/kinh-te/"


def test_chains_take_one_hop_and_circles_cannot_arise():
    Redirect.objects.lead(first_commune(), "/a/", "/b/")
    Redirect.objects.lead(first_commune(), "/b/", "/c/")
    assert dict(Redirect.objects.everywhere().values_list("old_path", "new_path")) == {"/a/": "/c/", "/b/": "/c/"}

    Redirect.objects.follow_move(first_commune(), "/c/", "/a/")
    assert dict(Redirect.objects.everywhere().values_list("old_path", "new_path")) == {"/b/": "/a/", "/c/": "/a/"}


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
    assert MissingPage.objects.everywhere().exists()

    client_of(make_user("add_redirect", "view_redirect")).post(
        reverse("admin:news_redirect_add"), {"old_path": "/mat/", "new_path": "/"}
    )

    assert client.get("/mat/")["Location"] == "/"
    assert not MissingPage.objects.everywhere().exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [("no-slash", "/x/"), ("/x/", "/x/"), ("/x/", ""), ("/x/", "javascript:alert(1)"), ("/x/", "example.vn")],
)
def test_refuses_redirects_that_lead_nowhere(old, new):
    with pytest.raises(ValidationError):
        Redirect(commune=first_commune(), old_path=old, new_path=new).full_clean()


def test_counts_what_was_looked_for_in_vain_and_offers_a_redirect(client):
    for _ in range(2):
        assert client.get("/khong-co/bai/", headers={"referer": "https://example.vn/"}).status_code == 404

    page = MissingPage.objects.everywhere().get()
    assert (page.path, page.hits, page.referrer) == ("/khong-co/bai/", 2, "https://example.vn/")
    html = client_of(make_user("view_missingpage")).get(reverse("admin:news_missingpage_changelist")).content.decode()
    assert "?old_path=%2Fkhong-co%2Fbai%2F" in html


@pytest.mark.parametrize("path", ["/wp-login.php", "/.env", "/wp-admin/", "/x" * 400 + "/"])
def test_scanners_are_not_counted(client, path):
    assert client.get(path).status_code == 404
    assert not MissingPage.objects.everywhere().exists()


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
    assert not MissingPage.objects.everywhere().exists()


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

    assert dict(Redirect.objects.everywhere().values_list("old_path", "new_path")) == {
        "/a.html": "/kinh-te/",
        "/b.html": "/kinh-te/",
    }


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"/a,/b\nno-slash,/c\n", b"/a,javascript:alert(1)\n", b"/a,/a\n", b"/a\n"]
)
def test_a_wrong_row_stores_nothing(content):
    response = read_file(content)

    assert response.status_code == 200
    assert not Redirect.objects.everywhere().exists()


def test_reading_redirects_needs_the_right():
    assert client_of(make_user()).get(reverse("admin:news_redirect_import")).status_code == 403


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("/Tin-Tuc/Bai_1.ASPX", "/tin-tuc/bai_1.aspx"),
        ("/tin-cu/", "/tin-cu"),
        ("/tin-cu", "/tin-cu/"),
        ("/tin/h%e1%bb%99i.html", "/tin/h%E1%BB%99i.html"),
        ("/tin/hội.html", "/tin/h%e1%bb%99i.html"),
        ("/tin/ho\u0323\u0302i.html", "/tin/h%E1%BB%99i.html"),
        ("/default.aspx?id=5", "/Default.aspx?fbclid=x&ID=5&utm_source=zalo&gclid=1&zarsrc=2"),
        ("/default.aspx?id=5&l=1", "/default.aspx?id=5&amp;l=1"),
        ("/x.html", "/x.html?fbclid=1"),
        ("/index.php?language=vi&nv=news&op=Bai-1", "/index.php?op=Bai-1&language=vi&nv=news"),
        ("/?p=123", "/?p=123"),
        ("/?p=123", "/?fbclid=abc&p=123"),
        ("/?language=vi&nv=news&op=a", "/?nv=news&op=a&language=vi"),
        ("/x/%ff.html", "/x/%FF.html"),
    ],
)
def test_an_old_address_is_found_in_every_spelling(client, stored, asked):
    Redirect.objects.lead(first_commune(), stored, "/so-do-trang/")

    response = client.get(asked)

    assert (response.status_code, response["Location"]) == (301, "/so-do-trang/")
    assert "no-cache" in response["Cache-Control"]


def test_the_spelling_and_the_query_at_hand_go_first(client):
    for old, new in (("/a.html", "/1/"), ("/A.html", "/2/"), ("/a.html?id=1", "/3/")):
        Redirect.objects.lead(first_commune(), old, new)

    assert [client.get(path)["Location"] for path in ("/a.html", "/A.html", "/a.html?id=1", "/a.html?id=2")] == [
        "/1/",
        "/2/",
        "/3/",
        "/1/",
    ]


def test_another_query_at_the_home_page_is_the_home_page(client):
    Redirect.objects.lead(first_commune(), "/?p=123", "/so-do-trang/")
    Redirect.objects.lead(first_commune(), "/index.html", "/")

    for query in ("", "?p=124", "?fbclid=1"):
        assert client.get(f"/{query}").status_code == 200


@pytest.mark.parametrize("path", ["/a/", "/A/", "/b/", "/B/"])
def test_capitals_close_no_circle(client, path):
    Redirect.objects.lead(first_commune(), "/a/", "/B/")
    Redirect.objects.lead(first_commune(), "/b/", "/A/")
    Redirect.objects.lead(first_commune(), "/tin", "/tin/")

    assert client.get(path, follow=True).status_code == 404
    assert client.get("/tin/").status_code == 404


def test_every_permanent_redirect_asks_again(client):
    article = make_article()
    Redirect.objects.lead(first_commune(), "/cu/", "/moi/")

    for path in ("/cu/", "/thieu-gach", f"/khac/x-{article.pk}/", "/favicon.ico", "/cu/rss"):
        response = client.get(path)
        assert response.status_code == 301
        assert {"no-cache", "max-age=0"} & set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/Default.aspx?tabid=9&fbclid=1", "/Default.aspx?tabid=9"),
        ("/index.php?op=b&nv=news", "/index.php?nv=news&op=b"),
        ("/tin.jsp", "/tin.jsp"),
        ("/tin.html?x=1", "/tin.html"),
    ],
)
def test_pages_of_a_former_portal_are_counted(client, path, counted):
    assert client.get(path).status_code == 404
    assert MissingPage.objects.everywhere().get().path == counted


@pytest.mark.parametrize("path", ["/wp-login.php", "/.git/", "/phpmyadmin/index.php", "/xmlrpc.php", "/vendor/a.php"])
def test_probes_among_them_are_not(client, path):
    assert client.get(path).status_code == 404
    assert not MissingPage.objects.everywhere().exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"/a.html,/x/\n/b\x00.html,/x/\n", "2"),
        (b"/a.html,/x/\n/" + b"b" * 600 + b",/x/\n", "2"),
        (b"/a.html,/x/\n/b.html,/" + b"c" * 600 + b"\n", "2"),
        (b"/a.html,/x/\n/" + b"b" * 200_000 + b",/x/\n", "2"),
        ("/a.html,/x/\n".encode("utf-16"), "UTF-8"),
        ("/hội.html,/x/\n".encode("cp1258", errors="replace") + b"\xe3,/x/", "UTF-8"),
        (b"/a,/b\n" * 60_000, ""),
        (b'"/a\n,/b', ""),
    ],
)
def test_a_file_that_cannot_be_stored_is_answered_with_a_sentence(content, words):
    response = read_file(content)

    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors["file"])
    assert not Redirect.objects.everywhere().exists()


def test_two_thousand_rows_take_a_few_queries(django_assert_max_num_queries):
    Redirect.objects.lead(first_commune(), "/goc/", "/tin/1.html")

    with django_assert_max_num_queries(7):
        Redirect.objects.lead_all(
            first_commune(), ((f"/tin/{number}.html", f"/bai/{number}/") for number in range(2000))
        )

    assert Redirect.objects.everywhere().count() == 2001
    assert Redirect.objects.everywhere().get(old_path="/goc/").new_path == "/bai/1/"


@pytest.mark.django_db(transaction=True)
def test_a_query_at_the_home_page_passes_the_page_cache():
    Redirect.objects.lead(first_commune(), "/?p=123", "/so-do-trang/")
    Redirect.objects.lead(first_commune(), "/?nv=news&op=a&so=1", "/binh-chon/")
    cache = PageCache(WSGIHandler(), known_parameters=public_parameters())

    addresses = ("/", "/?p=123", "/?fbclid=1&p=123", "/?p=1", "/?so=1&op=a&nv=news")
    answers = [get(cache, address, host="localhost") for address in addresses]

    # A name that nobody knows is left out: the last is the home page.
    assert [answer.status[:3] for answer in answers] == ["200", "301", "301", "200", "200"]
    assert {answer["Location"] for answer in answers[1:3]} == {"/so-do-trang/"}


@pytest.mark.parametrize("address", ["/rss/", "/atom/"])
def test_an_article_keeps_its_name_in_the_feeds_when_it_moves(client, address):
    from xml.etree import ElementTree

    def names() -> list[str]:
        tree = ElementTree.fromstring(client.get(address).content)
        return [node.text for node in [*tree.iter("guid"), *tree.iter("{http://www.w3.org/2005/Atom}id")]][-2:]

    seen, new = make_article(former_feed_id="https://xa.example.vn/cu/bai-1/"), make_article()
    before = names()

    for article in (seen, new):
        article.category = make_category()
        article.slug = "khac"
        article.save()

    assert names() == before
    assert "https://xa.example.vn/cu/bai-1/" in before
    assert any(name.startswith("tag:") and name.endswith(f":bai-viet/{new.pk}") for name in before)
