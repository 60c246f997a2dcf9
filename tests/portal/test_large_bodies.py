"""What the server lets in before Django: large bodies where a page takes a file, and nowhere else."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLResolver, get_resolver

from accounts.models import User
from library.documents import store_document
from library.recordings.storing import add_recording
from portal.request_rules import TEXT, UPLOAD, largest_body
from serving.clients.slow_clients import SMALL_BODY, sparing
from tests.communes.factories import first_commune
from tests.library.test_recordings import file, sound
from tests.news.factories import make_article, make_picture, upload
from tests.pages.factories import make_page
from tests.polls.factories import make_poll
from tests.serving.pagecache_client import send

pytestmark = pytest.mark.django_db

# More than the text of any form, less than a document may have.
LARGE = TEXT + 512 * 1024
PDF = b"%PDF-1.7 "
SESSION = "sessionid=" + "x" * 32


class FileFields(HTMLParser):
    """The addresses to which the forms of a page send files, and the names of those fields."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address, self._action, self._is_multipart = address, address, False
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._action = urljoin(self._address, held.get("action", ""))
            self._is_multipart = held.get("enctype") == "multipart/form-data"
        if tag == "input" and held.get("type") == "file":
            assert self._is_multipart, f"{self._address} would send the name of a file in place of the file"
            self.found.add((self._action, held["name"]))
        # The editor sends pictures that were dropped or pasted into the text.
        for config in re.findall(r'"imageUploadUrl": ("[^"]+")', held.get("data-config", "")):
            self.found.add((json.loads(config).partition("?")[0], "upload"))


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("quantri", "a@example.vn", "x"))
    return client


@pytest.fixture
def rows(settings, tmp_path):
    """One row wherever an address may name one, so that every page of the admin can be opened."""
    settings.MEDIA_ROOT = tmp_path
    make_article()
    make_page()
    make_picture()
    make_poll()
    store_document(upload(PDF, "a.pdf"), first_commune(), User.objects.create_user("chu"))
    add_recording(file("a.mp3", sound()), first_commune(), None)


def routes(resolver: URLResolver, prefix: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        found += routes(entry, route) if isinstance(entry, URLResolver) else [route]
    return found


def number_of(route: str) -> str:
    """The number of a row that the admin shows under this route; any number elsewhere."""
    label, model = [*route.removeprefix("quan-tri/").split("/"), ""][:2]
    if label in apps.app_configs and model in apps.get_app_config(label).models:
        rows = admin.site._registry[apps.get_model(label, model)].model._default_manager
        row = (rows.everywhere() if hasattr(rows, "everywhere") else rows).first()
        return str(row.pk if row else 1)
    return "1"


def addresses() -> list[str]:
    """An address for each route of the portal, made with rows that exist."""
    found = []
    for route in routes(get_resolver()):
        path = re.sub(r"\(\?P<\w+>[^)]*\)|[\^$]|\\Z", "", route)
        path = re.sub(r"<path:object_id>|<int:(pk|object_id)>", number_of(route), path)
        found.append("/" + re.sub(r"<int:\w+>", "1", re.sub(r"<slug:width>", "dien-thoai", path)))
    return sorted({re.sub(r"<(\w+:)?\w+>", "mau", path) for path in found})


def with_files(client: Client) -> set[tuple[str, str]]:
    """Every address that some page of the portal sends a file to, with the name of the field."""
    found = set()
    for address in addresses():
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            page = FileFields(address)
            page.feed(response.content.decode())
            found |= page.found
    return found


def post(address: str, body: bytes, cookie: str, content_type: str = "application/octet-stream") -> dict:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address.partition("?")[0],
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": None,
    }


@pytest.fixture
def portal():
    """Django behind the server's rules; the connection of the test stays open, as in Django's own client."""
    django = WSGIHandler()

    def application(environ, start_response):
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        return list(django(environ, start_response))

    yield sparing(application, largest_body=largest_body)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_a_large_file_reaches_every_address_that_takes_one(administrator, rows, portal):
    cookie = f"sessionid={administrator.cookies['sessionid'].value}; csrftoken={'t' * 32}"
    taking = with_files(administrator)

    answers = {
        (address, field): send(
            portal,
            post(
                address,
                encode_multipart(
                    BOUNDARY, {"csrfmiddlewaretoken": "t" * 32, field: upload(PDF + bytes(LARGE), "lon.txt")}
                ),
                cookie,
                MULTIPART_CONTENT,
            ),
        )
        for address, field in taking
    }

    # A file that is no picture, beside fields left empty: the page comes again and says so.
    assert {pair: answer.code for pair, answer in answers.items()} == dict.fromkeys(taking, 200)
    assert {address for address, _ in taking} >= {"/tai-len/anh/", "/quan-tri/news/redirect/doc-tep/"}
    assert {field for _, field in taking} >= {"cover_file", "upload", "file"}


def test_every_other_address_refuses_a_large_body_by_its_header(administrator, rows):
    taking = {address for address, _ in with_files(administrator)}
    asked = []
    app = sparing(lambda environ, start: asked.append(environ["PATH_INFO"]) or [], largest_body=largest_body)

    answers = {
        address: send(app, post(address, b"", SESSION) | {"CONTENT_LENGTH": str(LARGE)}).code
        for address in addresses()
        if address not in taking
    }

    assert len(answers) > 100
    assert {address for address, code in answers.items() if code != 413} == set()
    assert asked == []


@pytest.mark.parametrize(
    ("address", "cookie", "limit"),
    [
        ("/quan-tri/news/article/7/change/", SESSION, UPLOAD),
        ("/quan-tri/news/article/tu-luu/", SESSION, TEXT),
        # The session ended while a long text was written: its form is offered again.
        ("/quan-tri/news/article/7/change/", "csrftoken=" + "t" * 32, UPLOAD),
        ("/quan-tri/news/article/7/change/", "", SMALL_BODY),
        ("/quan-tri/login/", "", SMALL_BODY),
        ("/binh-chon/7/", SESSION, SMALL_BODY),
    ],
)
def test_only_who_has_signed_in_here_sends_much(address, cookie, limit):
    assert largest_body({"PATH_INFO": address, "HTTP_COOKIE": cookie}) == limit
