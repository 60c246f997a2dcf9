"""Every link of every public page of the demonstration leads somewhere."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from demo.loading import load_demo
from demo.province import load_province
from library.addresses import leads_somewhere
from tests.communes.factories import first_commune
from tests.offered import read_page

pytestmark = pytest.mark.django_db
MOST = 1500


def followed(client: Client, start: str = "/") -> dict[str, list[str]]:
    """Every address of the portal that its pages link to, from `start` on, with the pages that link to it.

    What begins with another host is not asked for. A page whose query another page leads to is read, but links with
    a query are not followed further: the pages of a list and the searches of a word go on without end.
    """
    sources: dict[str, list[str]] = {start: []}
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            continue
        response = client.get(address)
        found = [] if response.status_code != 200 else _links(response, address)
        if response.status_code != 200:
            sources[address].append(f"answers {response.status_code}")
        if urlsplit(address).query:
            continue
        for link in found:
            if link not in sources:
                sources[link] = []
                waiting.append(link)
            sources[link].append(address)
        assert len(sources) < MOST, "the links go on without end"
    return sources


def _links(response, address: str) -> list[str]:
    if not response["Content-Type"].startswith("text/html"):
        return []
    links = [link for link, _words in read_page(response.content.decode(), address).links]
    return [link.partition("#")[0] for link in links if link.startswith("/")]


def faults_of(sources: dict[str, list[str]], commune_id: int) -> list[str]:
    """The addresses at which there is nothing, each with a page that links to it."""
    faults = []
    for address, pages in sources.items():
        path = unquote(urlsplit(address).path)
        if path.startswith(settings.MEDIA_URL):
            is_there = default_storage.exists(path.removeprefix(settings.MEDIA_URL))
        else:
            is_there = not any(page.startswith("answers") for page in pages) and leads_somewhere(path, commune_id)
        if not is_there:
            faults.append(f"{address} {pages[:2]}")
    return faults


def test_no_link_of_the_demonstration_leads_to_what_does_not_exist(tmp_path, client):
    load_demo(tmp_path / "accounts.txt")

    sources = followed(client)

    assert faults_of(sources, first_commune().pk) == []
    assert len(sources) > 60
    assert {"/so-do-trang/", "/binh-chon/", "/thong-bao/", "/the/chuyen-doi-so-ve-tung-nha/"} <= sources.keys()


def test_no_link_of_a_province_leads_to_what_does_not_exist(tmp_path):
    *_first, commune = load_province(2, tmp_path / "accounts.txt")
    client = Client(headers={"host": commune.hosts.get(is_main=True).name})

    assert faults_of(followed(client), commune.pk) == []


def test_sees_a_link_that_leads_nowhere(client):
    from tests.news.factories import make_article

    make_article(body='<p><a href="/khong-co-gi/">x</a></p>', is_featured=True)

    assert any("/khong-co-gi/" in fault for fault in faults_of(followed(client), first_commune().pk))
