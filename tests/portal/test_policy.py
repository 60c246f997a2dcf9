"""The content security policy of every page, directive by directive, as docs/http-safety.md describes it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from news.models import Status
from tests.communes.factories import working
from tests.news.factories import make_article
from tests.test_editor_frame import directives

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "report-uri": "/bao-csp/",
}
TRUSTED_TYPES = {"require-trusted-types-for": "'script'", "trusted-types": "portal alerts"}


@pytest.fixture
def operator(client):
    client.force_login(working(User.objects.create_superuser("chu", password="mat-khau-dai-1")))
    return client


def test_pages_of_citizens_and_the_way_in_bear_all_of_it(client):
    article = make_article()

    for address in ("/", article.get_absolute_url(), "/tim-kiem/?q=a", "/khong-co/", reverse("admin:login")):
        assert directives(client.get(address)["Content-Security-Policy"]) == STRICT | TRUSTED_TYPES, address


def test_pages_of_the_admin_leave_out_trusted_types_where_jquery_is_and_nowhere_else(operator):
    draft = make_article(status=Status.DRAFT)
    seen = {}
    for name, arguments in (
        *(("index", ()), ("guides", ()), ("page_cache", ()), ("password_change", ())),
        *(("upkeep_taskstate_changelist", ()), ("news_article_changelist", ()), ("news_article_add", ())),
        *(("news_article_change", (draft.pk,)), ("news_article_share", (draft.pk,)), ("library_picture_pick", ())),
    ):
        answer = operator.get(reverse(f"admin:{name}", args=arguments))
        assert answer.status_code == 200, name
        policy = directives(answer["Content-Security-Policy"])
        has_jquery = "jquery" in answer.text
        assert policy == (STRICT if has_jquery else STRICT | TRUSTED_TYPES), name
        seen[name] = has_jquery

    assert not any(seen[name] for name in ("index", "guides", "page_cache", "password_change"))
    assert seen["news_article_change"]
