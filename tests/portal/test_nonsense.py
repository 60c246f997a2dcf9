"""Nonsense in addresses and bodies, at every address the portal has: an answer, never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from news.models import Category, Redirect, Tag
from tests.news.factories import make_article, make_category, make_picture
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
NONSENSE = [
    "\x00",
    "a\x00b",
    "\udc80".encode(errors="surrogatepass").decode("latin-1"),
    HUGE,
    "-1",
    "9" * 20,
    "NaN",
    "[]",
    "'\"<",
]
# What the views and the lists of the admin read from an address.
PARAMETERS = [
    "q",
    "p",
    "o",
    "e",
    "all",
    "trang",
    "tu-ngay",
    "den-ngay",
    "chuyen-muc",
    "tu",
    "den",
    "tep",
    "bang",
    "cu",
    "moi",
    "khung",
    "chon",
    "phieu",
    "range",
    "first",
    "last",
    "compare",
    "next",
    "CKEditorFuncNum",
    "app_label",
    "model_name",
    "field_name",
    "term",
    "status__exact",
    "id__exact",
    "pk__in",
    "id__in",
    "category__id__exact",
    "published_at__year",
    "published_at__gte",
    "published_at__lt",
    "published_at__isnull",
    "is_featured__exact",
    "created_at__month",
    "title__regex",
    "poll__id__exact",
    "doubt",
    "is_ignored__exact",
    "_changelist_filters",
    "_popup",
    "_to_field",
    "p_d",
]


def addresses(patterns: list, prefix: str = "") -> Iterator[str]:
    """Every address, each place in it filled with something that may exist, and with something that cannot."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def filled(route: str, number: str, word: str) -> str:
    import re

    route = re.sub(r"\(\?P<\w+>[^)]*\)", word, route).replace("^", "").replace("$", "").replace(r"\Z", "")
    route = re.sub(r"<int:\w+>", number, route)
    return "/" + re.sub(r"<(?:\w+:)?\w+>", word, route)


@pytest.fixture
def routes() -> list[str]:
    return [*addresses(get_resolver().url_patterns)]


@pytest.fixture(params=["anybody", "administrator"])
def person(request) -> Client:
    client = Client(raise_request_exception=False)
    if request.param == "administrator":
        user = User.objects.create_superuser("chu", password="mat-khau-dai-1")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def rows() -> None:
    make_article(category=make_category())
    make_picture()
    make_poll()
    Tag.objects.create(name="Thẻ", slug="the")
    Redirect.objects.create(old_path="/cu/", new_path="/")
    assert Category.objects.exists() and apps.ready and admin.site._registry


def broken(client: Client, address: str, data=None, **options) -> str | None:
    with transaction.atomic():  # what the database refuses ends the transaction of the test otherwise
        response = client.generic(options.pop("method", "GET"), address, data or "", **options)
        transaction.set_rollback(True)
    return f"{response.status_code} {address[:200]}" if response.status_code >= 500 else None


def test_every_parameter_at_every_address(person, routes, rows):
    from urllib.parse import urlencode

    found = []
    for route in routes:
        address = filled(route, "1", "1")
        for value in ["%00", *NONSENSE]:
            query = (
                urlencode(dict.fromkeys(PARAMETERS, value))
                if value != "%00"
                else "&".join(f"{p}=%00" for p in PARAMETERS)
            )
            found.append(broken(person, f"{address}?{query}"))
    assert [one for one in found if one] == []


def test_every_parameter_alone_at_every_list(person, rows):
    from urllib.parse import urlencode

    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    found = [
        broken(person, f"{address}?{urlencode({name: value})}")
        for address in lists
        for name in PARAMETERS
        if "__" in name
        for value in ("\x00", "99999", "(")
    ]
    assert [one for one in found if one] == []


def test_every_place_in_every_address(person, routes, rows):
    found = [
        broken(person, filled(route, number, word))
        for route in routes
        for number, word in (
            ("0", "x"),
            (HUGE, "%00"),
            ("99999", "%ED%B2%80"),
            ("9" * 19, "-" * 300),
            ("2026", "export.csv"),
        )
    ]
    assert [one for one in found if one] == []


BODIES = [
    "[" * 100_000,
    '{"content":' * 50_000,
    '{"article": null, "version": 0, "content": {"body": ' + "[" * 900 + "]" * 900 + "}}",
    '{"title": "\\ud800", "summary": "\\udfff", "body": "<p>\\ud800</p>", "content": {"\\ud800": "\\ud800"}, "version": 0}',
    '{"title": "\\u0000", "body": "\\u0000", "content": {"\\u0000": "\\u0000"}, "version": 0}',
    '{"article": 1e400, "version": ' + HUGE + ', "content": {}}',
    '{"article": ' + "9" * 5000 + "}",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "null",
    "[]",
    "",
]


def test_every_body_at_every_address(person, routes, rows):
    found = []
    for route in routes:
        address = filled(route, "1", "1")
        for body in BODIES:
            found.append(
                broken(person, address, body.encode("latin-1"), method="POST", content_type="application/json")
            )
    assert [one for one in found if one] == []


def test_every_field_of_every_form(person, rows):
    found = []
    for model, options in admin.site._registry.items():
        info = f"{model._meta.app_label}_{model._meta.model_name}"
        existing = {entry.name for entry in options.get_urls()}
        names = [field.name for field in model._meta.get_fields() if getattr(field, "editable", False)]
        for value in ("\x00", HUGE, "\ufffe", "\u200b", "-1", "9999-99-99"):
            data = dict.fromkeys(names, value) | {f"{name}_0": value for name in names}
            for address in (f"admin:{name}" for name in (f"{info}_add", f"{info}_changelist") if name in existing):
                data |= {"action": "delete_selected", "_selected_action": value, "form-TOTAL_FORMS": value}
                with transaction.atomic():
                    response = person.post(reverse(address), data)
                    transaction.set_rollback(True)
                if response.status_code >= 500:
                    found.append(f"{response.status_code} {address} {json.dumps(value)[:20]}")
    assert found == []
