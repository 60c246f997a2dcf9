"""Nonsense in addresses, forms, bodies and headers, everywhere the portal listens: an answer, never an error of ours.

Every address of the URL resolver is asked, filled with rows that exist, and every form that a page offers is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from news.documents import store_document
from news.drafts import autosaves, revisions
from news.models import Attachment, MissingPage, Redirect, SearchMiss, Status, Tag
from tests.news.factories import make_article, make_picture, upload
from tests.news.test_revisions import propose
from tests.news.test_sharing import share
from tests.polls.factories import Voter, make_poll

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
HALF = "\udc80".encode(errors="surrogatepass").decode("latin-1")  # half of a surrogate pair, as bytes come in
NONSENSE = ["\x00", "a\x00b", HALF, HUGE, "-1", "9" * 20, "NaN", "[]", "'\"<"]
# What the views read from an address.
PARAMETERS = (
    *("q", "p", "o", "e", "all", "trang", "tu-ngay", "den-ngay", "chuyen-muc", "tu", "den", "tep", "bang", "cu", "moi"),
    *("khung", "chon", "phieu", "range", "first", "last", "compare", "next", "CKEditorFuncNum", "term", "network"),
    *("app_label", "model_name", "field_name", "_changelist_filters", "_popup", "_to_field", "p_d", "?", ""),
)
LOOKUPS = ("exact", "in", "isnull", "gte", "year", "month", "regex", "nothing")


class Asker(Client):
    """A client that looks at answers alone: Django's own copies the context of every template for the test."""

    def request(self, **request: Any) -> HttpResponse:
        return self.handler(self._base_environ(**request))


def addresses(patterns: list, prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


ROUTES = [*dict.fromkeys(addresses(get_resolver().url_patterns))]
# Django's own pages of an object, the same for every model; those of one model speak for all.
OBJECT_PAGE = re.compile(r"quan-tri/(?!news/article/).*<path:object_id>/(history/|delete/)?$")


def filled(route: str, place: Any) -> str:
    """The address of `route`, with `place(name)` in each of its places."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: place(found[1]), route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: place(found[1]), route)
    return "/" + route.replace("^", "").replace("$", "").replace(r"\Z", "").replace("\\", "")


@pytest.fixture
def place(settings) -> Any:
    """The route of an address to the address of something that exists."""
    settings.AXES_ENABLED = False
    author = User.objects.create_superuser("tac-gia", password="mat-khau-dai-1", is_staff=True)
    article = make_article(author=author, cover=make_picture(), cover_alt="Cầu", body="<p>Một</p>", byline="Lan")
    document = store_document(upload(b"%PDF-1.7 a", "a.pdf"), None)
    Attachment.objects.create(article=article, document=document, title="Phụ lục")
    tag = Tag.objects.create(name="Thẻ", slug="the", is_story=True)
    article.tags.add(tag)
    redirect = Redirect.of("/cu/", "/")
    redirect.save()
    propose(article, make_article().author, title="Mới")
    draft = make_article(author=author, status=Status.DRAFT)
    revisions.save_draft(draft, author, draft.version)
    autosaves.keep(author, draft, {"title": "Dở", "body": "<p>Dở</p>"}, draft.version)
    poll, token = make_poll(), share(article, author).split("/")[-2]
    voter = Voter()
    voter.open(poll)
    voter.send(poll, poll.questions.get().choices.first() if hasattr(poll.questions.get(), "choices") else 1)
    MissingPage.objects.create(path="/mat/")
    SearchMiss.objects.create(query="xyzzy")
    link = article.share_links.get()
    keys = {"slug": article.slug, "category_slug": article.category.slug, "token": token, "link": str(link.pk)}
    keys |= {"number": "1", "action": "submit", "width": "dien-thoai", "year": "2026", "month": "1", "kind": "csv"}
    keys |= {"what": "days", "name": "x", "app_label": "news", "section": "bai-viet", "id": str(author.pk)}
    words = {"the/": tag.slug, "tac-gia/": "lan", "<slug:slug>/": article.category.slug}

    def fill(route: str) -> str:
        model = next((model for model in admin.site._registry if route.startswith(f"quan-tri/{_path(model)}/")), None)
        row = poll if route.startswith("binh-chon") else model and model._default_manager.order_by("pk").first()
        here = {"slug": word for start, word in words.items() if route.startswith(start)}
        number = str(article.pk if not row or model and model is type(article) and "phien-ban" not in route else row.pk)
        return filled(route, lambda name: here.get(name) or keys.get(name) or number)

    return fill


def _path(model: type) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}"
