"""Nonsense in addresses, forms, bodies and headers, everywhere the portal listens: an answer, never an error of ours.

Every address of the URL resolver is asked, filled with rows that exist, and every form that a page offers is sent.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import localdate

from accounts.models import User
from communes.hosts import table
from communes.models import PolicyReport, SiteIdentity
from communes.work import FORM_FIELD
from library.documents import store_document
from library.recordings.storing import add_recording
from news.drafts import autosaves, revisions
from news.models import Attachment, Autosave, MissingPage, NewsroomRules, Redirect, SearchMiss, Status, Tag
from polls.casting.identity import COOKIE, RECEIPT_COOKIE, SHARED_COOKIE
from portal.request_rules import largest_body
from section import public_parameters
from serving.clientaddress import believing_proxies
from serving.clients.slow_clients import sparing
from serving.files.layer import with_files
from serving.pagecache import PageCache
from tests.alerts.factories import make_alert
from tests.asking import Asker
from tests.communes.factories import first_commune, working
from tests.library.test_recordings import sound
from tests.news.factories import make_article, make_picture, upload
from tests.news.test_revisions import propose
from tests.news.test_sharing import share
from tests.offered import Form, read_page, without_list_of_apps
from tests.offices.factories import make_post, make_village
from tests.pages.factories import make_page
from tests.polls.factories import Voter, make_poll
from tests.procedures.factories import make_event, make_procedure
from tests.schedules.factories import (
    make_absence,
    make_exception,
    make_holiday,
    make_hours,
    make_reception,
    make_week,
)
from trash.throwing import throw_away
from visitors.counting.beacon import counting

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
HALF = "\udc80".encode(errors="surrogatepass").decode("latin-1")  # half of a surrogate pair, as bytes come in
NONSENSE = ["\x00", "a\x00b", HALF, HUGE, "-1", "9" * 20, "NaN", "[]", "'\"<"]
# What the views read from an address.
PARAMETERS = (
    *("q", "p", "o", "e", "all", "trang", "tu-ngay", "den-ngay", "chuyen-muc", "tu", "den", "tep", "bang", "cu", "moi"),
    *("khung", "chon", "phieu", "range", "first", "last", "compare", "next", "cho", "term", "network"),
    *("ngay", "tim", "xep"),
    *("app_label", "model_name", "field_name", "_changelist_filters", "_popup", "_to_field", "p_d", "?", ""),
)
LOOKUPS = ("exact", "in", "isnull", "gte", "year", "month", "regex", "nothing")


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
# Django's own lists and forms of a model read nothing but fields of forms.
FORM_PAGE = re.compile(r"quan-tri/(?!news/article/)\w+/\w+/(add/)?$")


def filled(route: str, place: Any) -> str:
    """The address of `route`, with `place(name)` in each of its places."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: place(found[1]), route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: place(found[1]), route)
    return "/" + route.replace("^", "").replace("$", "").replace(r"\Z", "").replace("\\", "")


@pytest.fixture
def place(settings) -> Any:
    """The route of an address to the address of something that exists."""
    settings.FRAME_SECONDS = 600  # what stands around every page is rendered once
    author = working(User.objects.create_superuser("tac-gia", password="mat-khau-dai-1", is_staff=True))
    article = make_article(author=author, cover=make_picture(), cover_alt="Cầu", body="<p>Một</p>", byline="Lan")
    document = store_document(upload(b"%PDF-1.7 a", "a.pdf"), first_commune(), None)
    Attachment.objects.create(article=article, document=document, title="Phụ lục")
    add_recording(upload(sound(), "a.mp3"), first_commune(), None)
    tag = Tag.objects.create(commune=first_commune(), name="Thẻ", slug="the", is_story=True)
    article.tags.add(tag)
    Redirect.between(first_commune().pk, "/cu/", "/").save()
    propose(article, make_article().author, title="Mới")
    draft = make_article(author=author, status=Status.DRAFT)
    revisions.save_draft(draft, author, draft.version)
    autosaves.keep(author, draft, {"title": "Dở", "body": "<p>Dở</p>"}, draft.version)
    poll, token = make_poll(), share(article, author).split("/")[-2]
    voter = Voter()
    voter.open(poll)
    voter.send(poll, poll.choices.first())
    MissingPage.objects.create(commune=first_commune(), path="/mat/")
    SearchMiss.objects.create(commune=first_commune(), query="xyzzy")
    SiteIdentity.objects.create(commune=first_commune(), name="Cổng", email="ubnd@xa.example")
    PolicyReport.objects.create(
        commune=first_commune(), day=localdate(), page="/", directive="img-src", blocked="a.example"
    )
    NewsroomRules.objects.create(commune=first_commune())
    throw_away(make_article(author=author, status=Status.DRAFT), "news.article", author, "Thừa")
    table.forget()
    link = article.share_links.get()
    keys = {"category_slug": article.category.slug, "token": token, "link": str(link.pk)}
    keys |= {
        "number": "1",
        "action": "submit",
        "width": "dien-thoai",
        "kind": "csv",
        "digits": "0b5394",
    }
    keys |= {"what": "days", "name": "x", "app_label": "news", "section": "bai-viet", "id": str(author.pk)}
    words = {"the/": tag.slug, "tac-gia/": "lan", "<slug:slug>/": article.category.slug}
    post = make_post()
    make_village(head=post.person)
    make_hours()
    make_exception()
    make_holiday()
    make_absence(make_reception(), date(2026, 12, 1))
    make_week()
    keys |= {"monday": "2026-W49"}
    words |= {"danh-ba/": post.person.slug, "co-cau-to-chuc/": post.office.slug}
    make_page()
    procedure = make_procedure(("Giấy chứng sinh",), life_event=make_event())
    words |= {"thu-tuc/<slug:slug>-": procedure.slug, "thu-tuc/<slug:slug>/": procedure.life_event.slug}
    rows = {"binh-chon": poll, "canh-bao": make_alert(), "thu-tuc": procedure}
    day = localdate(article.published_at)
    keys |= {"year": str(day.year), "month": str(day.month)}

    def address_of(route: str) -> str:
        models = {f"quan-tri/{_path(model)}/": model for model in admin.site._registry}
        model = next((model for start, model in models.items() if route.startswith(start)), type(article))
        rows_of_all = model._default_manager
        first = (rows_of_all.everywhere() if hasattr(rows_of_all, "everywhere") else rows_of_all).order_by("pk").first()
        row = next((row for start, row in rows.items() if route.startswith(start)), first)
        slug = next((word for start, word in words.items() if route.startswith(start)), article.slug)
        here = keys | {"slug": slug}
        return filled(route, lambda name: here.get(name) or str(row.pk if row else 1))

    with without_list_of_apps():
        yield address_of


def _path(model: type) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}"


@pytest.fixture
def chief(place) -> Asker:
    client = Asker()
    client.force_login(User.objects.get(username="tac-gia"), backend="communes.work.MembershipBackend")
    return client


def ask(client: Client, address: str, method: str = "GET", body: Any = "", **options: Any) -> HttpResponse:
    with transaction.atomic():  # what the database refuses would end the transaction of the test
        response = client.generic(method, address, body, **options)
        transaction.set_rollback(True)
    return response


def broken(client: Client, address: str, *request: Any, **options: Any) -> list[str]:
    status = ask(client, address, *request, **options).status_code
    return [f"{status} {address[:200]} {str(request)[:120]}"] if status >= 500 else []


def everyone(client: Client, routes: Iterable[str]) -> Iterator[tuple[Client, str]]:
    """Every route with the one who gets furthest there; of the admin, nobody else gets past the door."""
    anybody = Asker()
    return ((client if route.startswith("quan-tri/") else anybody, route) for route in routes)


def test_the_addresses_that_are_asked_lead_to_pages(chief, place):
    found = {route: ask(client, place(route)).status_code for client, route in everyone(chief, ROUTES)}

    assert [route for route, status in found.items() if status >= 500] == []
    absent = {route for route, status in found.items() if status == 404 and not route.startswith("quan-tri/")}
    assert absent == set()
    pages = [model for model in admin.site._registry if model._base_manager.exists()]
    assert {_path(model) for model in pages} >= {"news/article", "polls/ballot", "news/redirect"}
    assert [
        model for model in pages if found.get(f"quan-tri/{_path(model)}/<path:object_id>/change/", 200) == 404
    ] == []


def test_every_parameter_at_every_address(chief, place):
    found = []
    for client, route in everyone(chief, ROUTES):
        values = NONSENSE[-1:] if OBJECT_PAGE.search(route) else NONSENSE
        values = [NONSENSE[0], NONSENSE[-1]] if FORM_PAGE.match(route) else values
        for value in values:
            found += broken(client, f"{place(route)}?{urlencode(dict.fromkeys(PARAMETERS, value))}")
    assert found == []


def test_a_visitor_without_account_at_every_address_of_the_admin(place):
    query = urlencode(dict.fromkeys(PARAMETERS, "a\x00b"))
    routes = [route for route in ROUTES if route.startswith("quan-tri/")]
    assert [one for route in routes for one in broken(Asker(), f"{place(route)}?{query}")] == []


def conditions(options: admin.ModelAdmin) -> Iterator[str]:
    """The parameters of the list of a model: what its filters read, and what no filter offers."""
    filters = [each[0] if isinstance(each, tuple) else each for each in options.list_filter]
    yield from (each.parameter_name for each in filters if isinstance(each, type))
    fields = [each for each in filters if isinstance(each, str)] + [options.date_hierarchy or "id", "title"]
    yield from (f"{field}__{lookup}" for field in dict.fromkeys(fields) for lookup in LOOKUPS)


def test_every_condition_alone_at_every_list(chief):
    found = []
    for model, options in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for turn, condition in enumerate(dict.fromkeys(conditions(options))):
            # Which condition holds a NUL makes no difference: every list refuses it before it reads any.
            values = ["(" if condition.endswith("__regex") else "99999"] if turn else ["\x00", "99999", "("]
            for value in values:
                found += broken(chief, f"{address}?{urlencode({condition: value})}")
    assert found == []


def test_every_list_is_searched_by_words(chief):
    """What a list refuses as nonsense must not be the search itself."""
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, options in admin.site._registry.items()
        if options.search_fields
    ]

    found = {address: ask(chief, f"{address}?q=ủy+ban").status_code for address in lists}

    assert len(found) > 20
    assert {address: code for address, code in found.items() if code != 200} == {}


def test_every_place_in_every_address(chief):
    words = ["0", HUGE, "99999", "9" * 19, "2026", "%00", "%ED%B2%80", "-" * 300, "export.csv", "[]"]
    found = []
    for client, route in everyone(chief, (route for route in ROUTES if re.search("[<(]", route))):
        if OBJECT_PAGE.search(route):
            continue
        for turn, word in enumerate(words):
            numbers = iter([*words[:5][turn % 5 :], *words[:5]])
            plain = re.sub(r"<int:\w+>", lambda _place: next(numbers), route)  # noqa: B023 - used up here
            found += broken(client, filled(plain, lambda _name: word))  # noqa: B023
    assert found == []


BODIES = [
    "[" * 100_000,
    '{"content":' * 50_000,
    '{"article": null, "version": 0, "content": {"body": ' + "[" * 900 + "]" * 900 + "}}",
    '{"title": "\\ud800", "summary": "\\udfff", "body": "<p>\\ud800</p>", "content": {"\\ud800": "\\ud800"}, "version": 0}',
    '{"title": "\\u0000", "body": "\\u0000", "content": {"\\u0000": "\\u0000", "title": "\\u0000"}, "version": 0}',
    '{"article": 1e400, "version": ' + HUGE + ', "content": {}}',
    '{"article": ' + "9" * 5000 + "}",
    '{"article": true, "version": [], "content": [], "title": {}, "body": [[]], "category": {}, "cover": []}',
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "null",
    "[]",
    "",
]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]


def test_every_body_at_every_address(chief, place):
    found, read = [], {}
    for client, route in everyone(chief, (route for route in ROUTES if "<path:object_id>" not in route)):
        # Who takes no POST at all reads no body, whatever is in it.
        is_taken = ask(client, place(route), "POST").status_code != 405
        read[route] = unread = set()
        for turn, body in enumerate(BODIES if is_taken and not FORM_PAGE.match(route) else ()):
            kinds = TYPES[:1] if turn > 3 else TYPES
            for kind in kinds:
                # Nor does an address that did not look into a short body of a type look into the next.
                if kind not in unread:
                    found += broken(client, place(route), "POST", body.encode("latin-1"), content_type=kind)
                    unread |= {kind} if len(body) < 2000 and not client.is_body_read else set()
        found += broken(client, place(route), "POST", b"a=%00&%00=%ED%B2%80", content_type=TYPES[1])
        part = b'--x\r\nContent-Disposition: form-data; name="\x00"; filename="\x00\xff"\r\n\r\n\x00\r\n--x--'
        found += broken(client, place(route), "POST", part, content_type=TYPES[2])
    assert found == []
    assert TYPES[0] not in read["quan-tri/news/article/tu-luu/"]


MODEL_FORM = re.compile(r"^/quan-tri/(?!news/article/|pages/)\w+/\w+/(add|\d+/change)/$")
VALUES = ["\x00", HUGE, "\ufffe", "\u200b", "-1", "9999-99-99", "\ud800", "<svg onload=x>", "0"]


def forms(client: Client, addresses: Iterable[str]) -> Iterator[Form]:
    """The forms of the pages, each place to which one is sent once."""
    seen = set()
    for address in addresses:
        response = ask(client, address)
        if response.status_code != 200 or "html" not in response.get("Content-Type", "") or response.streaming:
            continue
        for form in read_page(response.content.decode(), address).forms:
            where = (urlsplit(form.action).path, form.method, *sorted({button.name for button in form.buttons}))
            if form.buttons and where not in seen and not where[0].endswith("/logout/"):
                seen.add(where)
                yield form


def sent(client: Client, form: Form, turn: int, answers: dict[str, str]) -> list[str]:
    button = form.buttons[turn % len(form.buttons)]
    data = {name: values[0] for name, values in form.filled(**answers).items()}
    data |= {button.name: button.value} if button.name else {}
    query = "&".join(urlencode({name: value.encode("utf-8", "surrogatepass")}) for name, value in data.items())
    action = button.action or form.action
    if form.method == "get":
        return broken(client, f"{urlsplit(action).path}?{query}")
    return broken(client, action, "POST", query.encode(), content_type="application/x-www-form-urlencoded")


def test_every_field_of_every_form(chief, place):
    """All fields at once, then each alone, so that what the first refuses does not spare the others."""
    found, actions, alone = [], [], set()
    draft = Autosave.objects.everywhere().get().article
    drafts = [place(route).replace("/1/", f"/{draft.pk}/") for route in ROUTES if "<int:pk>" in route]
    pages = {Asker(): [place(route) for route in ROUTES if not route.startswith("quan-tri/")]}
    pages[chief] = [place(route) for route in ROUTES if route.startswith("quan-tri/")]
    pages[chief] += [*drafts, reverse("admin:news_article_change", args=[draft.pk])]
    pages[chief] += [reverse("admin:news_article_step", args=[draft.pk, step]) for step in ("force", "withdraw")]
    for client, addresses in pages.items():
        for number, form in enumerate(forms(client, addresses)):
            actions.append(form.action)
            names = list(dict.fromkeys(name for name, _value in form.fields if name != "csrfmiddlewaretoken"))
            # Of forms that Django makes of a model, each takes four, and the next one goes on with the others.
            first, most = (4 * number, 4) if MODEL_FORM.search(urlsplit(form.action).path) else (0, len(VALUES))
            for turn in (turn % len(VALUES) for turn in range(first, first + most)):
                value = VALUES[turn]
                # A form for another commune is not read. Every other time the counts of the rows stay, so that they are.
                kept = [name for name in names if not turn or name != FORM_FIELD]
                kept = [name for name in kept if turn % 2 or not name.endswith(("_FORMS", "-id"))]
                found += sent(client, form, turn, dict.fromkeys(kept, value))
            kind = re.sub(r"/(\d+/change|add)/$", "", urlsplit(form.action).path)
            for turn, name in enumerate(name for name in names if (kind, name) not in alone):
                alone.add((kind, name))
                found += sent(client, form, turn, {name: VALUES[turn % len(VALUES)]})
    assert found == []
    wanted = (
        "/chia-se/",
        "/doc-tep/",
        "/bao-cao/",
        "/tim-kiem/",
        "/tra-loi/",
        "/binh-chon/",
        "/chay-ngay/",
        "/phien-ban/",
    )
    assert [part for part in wanted if not any(part in action for action in actions)] == []


def test_every_list_takes_no_action_on_what_is_no_row(chief):
    found = []
    for model, options in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for action in (*(options.actions or ()), "delete_selected", "\x00"):
            action = action if isinstance(action, str) else action.__name__
            for value in ("\x00", HUGE, "x", "\ud800", "9" * 19):
                body = urlencode({"action": action, "_selected_action": value.encode(errors="surrogatepass")})
                found += broken(chief, address, "POST", body.encode(), content_type="application/x-www-form-urlencoded")
    assert found == []


HEADERS = (
    *("ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_MATCH", "RANGE"),
    *("IF_RANGE", "REFERER", "USER_AGENT", "ORIGIN", "SEC_FETCH_SITE", "X_FORWARDED_FOR", "X_FORWARDED_PROTO"),
    *("X_FORWARDED_HOST", "FORWARDED", "AUTHORIZATION", "CACHE_CONTROL", "DNT", "SEC_PURPOSE", "X_REQUESTED_WITH"),
)
COOKIES = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", COOKIE, SHARED_COOKIE, RECEIPT_COOKIE)


@pytest.fixture
def portal() -> Any:
    """The portal as the server runs it, in this thread; the status that it gives to a request."""
    pages = PageCache(WSGIHandler(), known_parameters=public_parameters(), bypass_prefixes=("/quan-tri/", "/nhip"))
    application = believing_proxies(sparing(with_files(counting(pages)), largest_body=largest_body))
    client = Client()

    def status(address: str, method: str = "GET", **headers: str) -> int:
        answered: list[str] = []
        environ = client._base_environ(**{"REQUEST_METHOD": method} | headers)
        environ |= {"PATH_INFO": address, "wsgi.input": io.BytesIO()}
        body = application(environ, lambda status, headers, exc_info=None: answered.append(status))
        b"".join(body)
        getattr(body, "close", lambda: None)()
        return int(answered[0].split()[0])

    return status


@pytest.mark.django_db(transaction=True)  # the server's way to end a request closes connections
def test_every_header_and_cookie_at_every_public_address(portal, place):
    found = []
    for address in [place(route) for route in ROUTES if not route.startswith("quan-tri/")] + ["/quan-tri/"]:
        for value in ("\x00", "\xff\xed\xb2\x80", HUGE, "-1", '"', "bytes=9-1,-,a-b", "Thu, 99 Foo 99999 99:99:99 GMT"):
            cookies = "; ".join(f"{name}={value}" for name in COOKIES)
            headers = {f"HTTP_{name}": value for name in HEADERS} | {"HTTP_COOKIE": cookies}
            trials = [headers, {"HTTP_HOST": value}, {"CONTENT_LENGTH": value, "REQUEST_METHOD": "POST"}]
            found += [(address, value[:20], one) for one in trials if portal(address, **one) >= 500]
        for method in ("OPTIONS", "TRACE", "PROPFIND", "\xff", "PUT", "DELETE"):
            found += [(address, method)] if portal(address, method) >= 500 else []
    for path in ("/\x00", "/\xff\xed\xb2\x80/", "/static/\x00", "/media/../\x00", "//", "/" + "a" * 9000, "", "/%00"):
        found += [(path, "path")] if portal(path) >= 500 else []
    assert found == []
