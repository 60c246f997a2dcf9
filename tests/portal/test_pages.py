"""Pages as any citizen gets them."""

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from communes.hosts import table
from communes.models import SiteIdentity
from news.models import MissingPage
from operation.health import answering_health
from portal.views import BACKGROUND, COLOUR
from section import sections
from serving import safety
from serving.refusals import refuse
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_category
from tests.serving.pagecache_client import make_environ, send

pytestmark = pytest.mark.django_db


def public_addresses() -> list[str]:
    article = make_article()
    return [
        reverse("portal:home"),
        reverse("portal:site_map"),
        article.category.get_absolute_url(),
        article.get_absolute_url(),
        reverse("news:search"),
        reverse("polls:poll_list"),
        "/khong-co-trang-nay/",
    ]


def test_every_page_has_one_heading_of_the_first_level(client):
    for address in public_addresses():
        text = client.get(address).content.decode()

        assert len(re.findall(r"<h1\b", text)) == 1, address


def test_public_pages_carry_no_cookie_and_may_be_shared(client):
    for address in public_addresses()[:-1]:
        response = client.get(address)

        assert response.status_code == 200, address
        assert not response.cookies, address
        assert "cookie" not in response.get("Vary", "").lower(), address
        assert "public" in response["Cache-Control"], address
        assert "s-maxage=3" in response["Cache-Control"], address


def test_pages_for_a_session_are_never_shared(client):
    client.force_login(User.objects.create_user("staff", is_staff=True))

    for address in public_addresses():
        assert client.get(address)["Cache-Control"] == "private, no-store", address


def test_pages_allow_no_inline_script_and_no_other_origin(client):
    for address in [*public_addresses(), "/quan-tri/login/"]:
        policy = client.get(address)["Content-Security-Policy"]

        assert "unsafe" not in policy, address
        assert "http" not in policy, address
        assert "script-src 'self'" in policy, address


def test_every_answer_of_django_sends_the_safety_headers(client):
    answers = [
        client.get(address) for address in [*public_addresses(), "/quan-tri/login/", "/quan-tri/", "/robots.txt"]
    ]
    answers.append(client.get("/", HTTP_HOST="fremd.example"))  # nobody's: 421 before any view

    for response in answers:
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=(), " in response["Permissions-Policy"]
    assert {response["X-Frame-Options"] for response in answers if response.status_code == 200} == {"SAMEORIGIN"}


def refuse_413(environ, start_response):
    return refuse(413, environ, start_response)


def test_refusals_and_signs_of_life_send_them_too():
    refused = send(refuse_413, make_environ("/"))
    alive = send(answering_health(refuse_413), make_environ("/healthz/live"))

    assert refused["Permissions-Policy"] == dict(safety.PAGE)["Permissions-Policy"]
    for answer in (refused, alive):
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_the_portal_uses_is_not_taken_from_it():
    """The buttons of an article copy and share; the player of a video is given the rest by its frame."""
    scripts = "".join(path.read_text() for path in (settings.BASE_DIR / "static" / "js").glob("*.js"))
    player = re.search(r'player\.allow = "([^"]+)"', scripts)

    used = {"clipboard-write", "web-share", "publickey-credentials-get", *player[1].split("; ")}

    assert not used & set(safety.UNUSED_FEATURES)


def test_an_empty_portal_shows_its_home(client):
    response = client.get("/")

    assert response.status_code == 200


def test_names_the_owner_on_every_page(client):
    SiteIdentity(commune=first_commune(), name="Trang thông tin xã Mẫu", responsible_editor="Ngô Văn Mẫu").save()
    table.forget()

    for address in public_addresses():
        text = client.get(address).content.decode()

        assert "Trang thông tin xã Mẫu" in text, address
        assert "Ngô Văn Mẫu" in text, address


@pytest.mark.parametrize("address", ["/khong-co/", "/a/b-c-1/", "/tin/bai-999999/", "/media/khong-co.jpg", "/%00/"])
def test_an_unknown_address_is_a_page_of_ours(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_wrong_method_is_a_page_of_ours(client, method):
    response = getattr(client, method)("/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "<h1>" in response.content.decode()


def test_a_forbidden_page_is_ours():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/quan-tri/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "biểu mẫu" in response.content.decode().lower()


def test_a_wrong_host_is_a_page_of_ours(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 421
    assert "<h1>" in response.content.decode()


def test_a_broken_page_is_ours_and_asks_no_database(client, monkeypatch, django_assert_num_queries):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    client.raise_request_exception = False
    monkeypatch.setattr("home.views.placed_blocks", broken)

    with django_assert_num_queries(0):
        response = client.get("/")

    assert response.status_code == 500
    assert "tạm thời" in response.content.decode()


def test_home_costs_the_same_with_more_articles(client, django_assert_max_num_queries):
    for _ in range(3):
        make_article(category=make_category(), is_featured=True)
    client.get("/")  # the numbers of visitors are read every few seconds, whatever is asked
    with django_assert_max_num_queries(24) as measured:
        client.get("/")
    few = len(measured)  # the next request forgets them
    for _ in range(9):
        make_article(category=make_category(), is_featured=True)
    client.get("/")

    with django_assert_max_num_queries(few):
        client.get("/")


def test_article_costs_the_same_with_more_articles(client, django_assert_max_num_queries):
    article = make_article()
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(12) as measured:
        client.get(article.get_absolute_url())
    few = len(measured)  # the next request forgets them
    for _ in range(12):
        make_article(category=article.category)
    client.get(article.get_absolute_url())

    with django_assert_max_num_queries(few):
        client.get(article.get_absolute_url())


def security_fields(client, **headers: str) -> dict[str, str]:
    response = client.get("/.well-known/security.txt", **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert len(fields) == len(lines)
    return fields


def test_says_where_to_write_about_a_weakness(client, django_assert_num_queries):
    """RFC 9116, section 2.5: one date less than a year ahead, and addresses that are URIs."""
    SiteIdentity(commune=first_commune(), name="Cổng", email="ubnd+gop-y@xa.example").save()
    make_commune("xa-khac.example", name="Xã Khác").identity.delete()
    other = make_commune("xa-nua.example", name="Xã Nữa")
    SiteIdentity.objects.filter(commune=other).update(email="ubnd@xa-nua.example", security_email="cntt@xa-nua.example")
    table.forget()
    client.get("/robots.txt")

    with django_assert_num_queries(0):
        ours = security_fields(client)
    theirs = security_fields(client, HTTP_HOST="xa-nua.example")

    assert ours["Contact"] == "mailto:ubnd+gop-y@xa.example"
    assert ours["Canonical"] == "http://testserver/.well-known/security.txt"
    assert ours["Preferred-Languages"] == "vi, en"
    left = datetime.fromisoformat(ours["Expires"]) - timezone.now()
    assert timedelta(days=150) < left < timedelta(days=365)
    assert theirs["Contact"] == "mailto:cntt@xa-nua.example"
    assert theirs["Canonical"].startswith("http://xa-nua.example/")
    assert client.get("/.well-known/security.txt", HTTP_HOST="xa-khac.example").status_code == 404


def test_the_address_for_weaknesses_is_written_in_the_identity(client):
    commune = first_commune()
    SiteIdentity.objects.update_or_create(commune=commune, defaults={"name": "Cổng"})
    client.force_login(User.objects.create_superuser("chief"))
    address = reverse("admin:communes_siteidentity_change", args=[commune.identity.pk])

    data = {"name": "Cổng", "security_email": "cntt@xa.example", "factor_grace_days": 30, "_commune": commune.pk}
    page = client.post(address, data)

    assert page.status_code == 302, page.content.decode()
    assert SiteIdentity.objects.get(commune=commune).security_email == "cntt@xa.example"


def test_robots_points_at_the_sitemap(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /binh-chon/",
        "Disallow: /nhip/",
        "Disallow: /nhip.gif",
        "Disallow: /quan-tri/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def test_the_address_of_the_icon_in_old_programs_leads_to_the_icon(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 301
    assert response["Location"] == "/static/img/favicon.svg"
    assert not MissingPage.objects.everywhere().exists()


def test_sitemap_lists_home_and_the_other_pages_there_are_once(client):
    text = client.get("/sitemap-trang.xml").content.decode()

    addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", text)
    assert {"/", "/so-do-trang/", "/luu-tru/"} <= set(addresses)
    assert "/binh-chon/" not in addresses  # search engines leave it alone
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_telephone_keeps_the_portal_under_the_name_of_its_commune(client):
    SiteIdentity(commune=first_commune(), name="Trang thông tin xã Mẫu", colour="#0b5394").save()
    table.forget()

    page = client.get("/").content.decode()
    response = client.get(re.search(r'<link rel="manifest" href="([^"]+)">', page)[1])
    told = response.json()

    assert response["Content-Type"] == "application/manifest+json"
    assert not response.cookies
    assert (told["name"], told["start_url"], told["theme_color"]) == ("Trang thông tin xã Mẫu", "/", "#0b5394")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    named = [icon["src"] for icon in told["icons"]] + re.findall(r'rel="apple-touch-icon" href="([^"]+)"', page)
    for address in named:
        with Image.open(finders.find(address.removeprefix("/static/"))) as icon:
            size = re.search(r"(\d+)\.png$", address)[1]
            assert icon.format == "PNG" and icon.size == (int(size), int(size)), address


def test_a_manifest_has_the_colours_of_the_style_sheet():
    style = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")

    assert f"--brand: {COLOUR};" in style
    assert f"--paper: {BACKGROUND};" in style


def test_sitemap_lists_published_articles_only(client):
    shown = make_article()
    hidden = make_article(status="draft")

    text = client.get("/sitemap-bai-viet.xml").content.decode()

    assert shown.get_absolute_url() in text
    assert hidden.get_absolute_url() not in text


def test_sitemap_index_leads_to_every_sitemap(client):
    make_article()

    text = client.get("/sitemap.xml").content.decode()

    for address in re.findall(r"<loc>http://testserver([^<]+)</loc>", text):
        assert client.get(address).status_code == 200, address
    kinds = [name for section in sections().values() for name in section.sitemaps]
    assert text.count("<sitemap>") == len(kinds) + 1  # the one of the latest news


def test_sitemaps_of_many_articles_read_one_part_each(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("news.public.sitemaps.ArticleSitemap.limit", 2)
    articles = [make_article() for _ in range(5)]

    with django_assert_max_num_queries(12):
        index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>http://testserver(/sitemap-bai-viet[^<]+)</loc>", index)
    texts = [client.get(part.replace("&amp;", "&")).content.decode() for part in parts]

    assert all(text.count("<url>") <= 2 for text in texts)
    assert all(sum(article.get_absolute_url() in text for text in texts) == 1 for article in articles)


def test_a_commune_has_one_identity():
    SiteIdentity(commune=first_commune(), name="Một").save()

    with pytest.raises(IntegrityError), transaction.atomic():
        SiteIdentity(commune=first_commune(), name="Hai").save()


@pytest.fixture
def kept_frame(settings):
    """The frame is kept, as when the portal is served: for longer than the test takes."""
    settings.FRAME_SECONDS = 60


def test_a_page_in_a_kept_frame_costs_only_its_own_queries(client, kept_frame, django_assert_max_num_queries):
    article = make_article()
    addresses = {"/": 8, article.category.get_absolute_url(): 5, article.get_absolute_url(): 4}
    client.get("/")

    for address, most in addresses.items():
        with django_assert_max_num_queries(most):
            client.get(address)


def test_staff_see_a_frame_of_their_own(client, kept_frame):
    client.get("/")
    article = make_article(title="Tin vừa đăng")
    client.force_login(User.objects.create_user("staff", is_staff=True))

    assert article.title in client.get("/so-do-trang/").content.decode()
