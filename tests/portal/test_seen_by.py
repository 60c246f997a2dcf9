"""What the wrong person must not see, and where the right one is led."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import EDITOR, WRITER, create_roles
from news.links.fetch import is_public
from news.models import Link, Status
from serving.clientaddress import believing_proxies
from tests.communes.factories import join
from tests.news.factories import make_article, make_category, make_editor, make_picture, make_writer
from tests.news.test_admin import form_data
from tests.news.test_permissions import make_member
from tests.news.test_revisions import client_of


@pytest.mark.django_db
@pytest.mark.parametrize("group", [None, WRITER, EDITOR])
def test_the_addresses_in_the_page_cache_are_for_those_who_run_the_portal(group):
    create_roles()
    user = User.objects.create_user("nguoi", is_staff=True)
    join(user, *Group.objects.filter(name=group))

    assert client_of(user).get(reverse("admin:page_cache")).status_code == 403

    join(user, *Group.objects.filter(name="Quản trị viên"))
    assert client_of(User.objects.get(pk=user.pk)).get(reverse("admin:page_cache")).status_code == 200


@pytest.mark.django_db
def test_the_uses_of_a_picture_name_no_draft_of_somebody_else():
    picture = make_picture()
    shows = {"cover": picture, "cover_alt": "Cầu"}
    make_article(title="Nháp kín", status=Status.DRAFT, author=make_editor(), **shows)
    make_article(title="Bài công khai", **shows)
    address = reverse("admin:library_picture_change", args=[picture.pk])

    seen = client_of(make_writer()).get(address).content.decode()

    assert "Bài công khai" in seen and "Nháp kín" not in seen
    assert "Nháp kín" in client_of(make_editor()).get(address).content.decode()


@pytest.mark.django_db
def test_related_articles_chosen_by_a_colleague_are_not_named_to_others_and_stay():
    writer, category = make_writer(), make_category()
    article = make_article(status=Status.DRAFT, author=writer, category=category)
    hidden = make_article(title="Nháp kín", status=Status.DRAFT, author=make_editor())
    seen, added = make_article(title="Bài công khai"), make_article(title="Bài mới chọn")
    article.related.set([hidden, seen])
    address = reverse("admin:news_article_change", args=[article.pk])
    page = client_of(writer).get(address).content.decode()

    assert "Bài công khai" in page and "Nháp kín" not in page

    data = form_data(category=category.pk, base_version=article.version, related=[added.pk])
    assert client_of(writer).post(address, data).status_code == 302
    assert {*article.related.all()} == {hidden, added}

    data = form_data(category=category.pk, base_version=article.version + 1, related=[added.pk, hidden.pk])
    refused = client_of(writer).post(address, data)
    assert refused.status_code == 200 and "Nháp kín" not in refused.content.decode()
    assert "Nháp kín" in client_of(make_editor()).get(address).content.decode()


@pytest.mark.django_db
def test_a_category_that_has_to_be_emptied_first_names_no_draft_of_somebody_else():
    category = make_category()
    make_article(title="Nháp kín", status=Status.DRAFT, category=category)
    make_article(title="Bài công khai", category=category)
    address = reverse("admin:news_category_delete", args=[category.pk])
    permissions = ("view_article", "delete_category", "view_category", "delete_article")

    seen = client_of(make_member(permissions)).get(address).content.decode()

    assert "Nháp kín" not in seen
    assert 'name="target"' in seen


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        *((address, True) for address in ("https://a.vn/x", "HTTP://a.vn", "/tin-tuc/", "mailto:a@b.vn", "tel:0262")),
        *((address, True) for address in ("a.vn/x:y", "?q=a:b", "//a.vn/x")),
        *((address, False) for address in ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,<script>")),
        *(
            (address, False)
            for address in ("vbscript:x", "java\tscript:alert(1)", " \x01javascript:x", "blob:x", "x:y")
        ),
    ],
)
def test_only_an_address_that_may_be_followed_is_a_link_on_the_desk(address, is_link):
    shown = site.get_model_admin(Link).address_link(Link(address=address))

    assert ("href=" in shown) is is_link


@pytest.mark.django_db
def test_the_list_of_broken_links_shows_an_address_that_runs_as_text():
    article = make_article()
    when = timezone.now() + timedelta(minutes=1)
    day = timezone.localdate()
    Link.objects.create(
        article=article,
        address="javascript:alert(1)",
        is_own=True,
        problem="missing",
        checked_at=when,
        failed_since=day,
    )

    page = client_of(make_editor()).get(reverse("admin:news_link_changelist")).content.decode()

    assert "javascript:alert(1)" in page and 'href="javascript:' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://kẻ-lạ.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_an_unsafe_next_leads_to_the_desk(target):
    User.objects.create_user("lan", password="mat-khau-dai-1", is_staff=True)
    client = Client()

    response = client.post(
        reverse("admin:login"), {"username": "lan", "password": "mat-khau-dai-1", "next": target}, follow=True
    )

    assert response.status_code == 200
    assert response.request["PATH_INFO"] == reverse("admin:index")


@pytest.mark.parametrize(("peer", "heard"), [("10.0.0.1", "https"), ("203.0.113.9", None), ("", None)])
def test_the_scheme_is_believed_from_trusted_proxies_alone(settings, peer, heard):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    seen = {}
    application = believing_proxies(lambda environ, start: seen.update(environ) or [])

    application({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": "https"}, None)

    assert seen.get("HTTP_X_FORWARDED_PROTO") == heard


@pytest.mark.parametrize(
    "address",
    [
        *(
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "64:ff9b:1:ffff::a00:1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:0:127.0.0.1",
        ),
        *(
            "2002:7f00:1::",
            "2002:808:808::",
            "2001:0:7f00:1::",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fec0::1",
            "ff02::1",
        ),
        *(
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
            "100::1",
            "2001:4860:4860::5efe:7f00:1",
            "2001:4860:4860::200:5efe:a00:1",
        ),
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1", "192.0.2.1"),
        *(
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ),
    ],
)
def test_the_link_checker_speaks_to_the_open_internet_alone(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888", "2400:cb00::1"])
def test_the_link_checker_speaks_to_public_servers(address):
    assert is_public(address)
