"""A feature is one folder and one line: what its section gives is found wherever the shell shows it."""

from importlib import reload

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.contrib.contenttypes.management import create_contenttypes
from django.core.exceptions import ValidationError
from django.urls import clear_url_caches

from accounts import roles
from accounts.models import User
from news.models import Category
from portal import public_urls, tasks, urls
from section import Finds, Found, Section, found_elsewhere, public_parameters
from tests.communes.factories import first_commune
from upkeep.tasks import registered_tasks
from visitors.showing.statistics import page_names

pytestmark = pytest.mark.django_db


def read_sections_again() -> None:
    clear_url_caches()
    reload(public_urls)
    reload(urls)
    reload(tasks)


@pytest.fixture
def example(settings):
    """The portal with one more name in portal/sections.py; the folder is tests/features/example."""
    features, installed = settings.FEATURES, settings.INSTALLED_APPS
    settings.FEATURES = (*features, "example")
    settings.INSTALLED_APPS = [*installed, "example"]
    read_sections_again()
    # What `migrate` does for a new app.
    create_contenttypes(apps.get_app_config("example"))
    create_permissions(apps.get_app_config("example"), verbosity=0)
    yield
    settings.FEATURES, settings.INSTALLED_APPS = features, installed
    read_sections_again()


def test_its_page_is_served(example, client):
    response = client.get("/vi-du/")

    assert response.content.decode() == "Trang ví dụ"


def test_its_page_is_in_the_sitemap_and_on_the_site_map(example, client):
    assert "sitemap-vi-du.xml" in client.get("/sitemap.xml").content.decode()
    assert "/vi-du/" in client.get("/sitemap-vi-du.xml").content.decode()
    assert '<a href="/vi-du/">Trang ví dụ</a>' in client.get("/so-do-trang/").content.decode()


def test_its_page_is_found_by_the_search(example, client):
    assert '<a href="/vi-du/">Trang ví dụ</a>' in client.get("/tim-kiem/", {"q": "ví dụ"}).content.decode()
    assert "vi-du" not in client.get("/tim-kiem/", {"q": "khác"}).content.decode()


@pytest.mark.parametrize(
    ("is_read", "answering", "asked"),
    [
        (False, "thẻ căn cước", ["cccd", "thẻ căn cước"]),
        (False, "cccd", ["cccd"]),
        (True, "thẻ căn cước", ["what was read"]),
    ],
    ids=["for what means the same", "once it has answered", "which knows that by itself"],
)
def test_a_kind_is_asked_no_more_than_it_must(monkeypatch, is_read, answering, asked):
    heard = []

    def search(question, commune):
        heard.append(question)
        return Finds("Ví dụ", [Found("Trang", "/vi-du/")] if question == answering else [])

    section = Section(urls="", **{"search_as_read" if is_read else "search": search})
    monkeypatch.setattr("section.sections", lambda: {"example": section})

    found = found_elsewhere("what was read", ["cccd", "thẻ căn cước"], first_commune())

    assert heard == asked
    assert [kind.heading for kind in found] == ["Ví dụ"] * (answering in asked)


def test_its_pile_and_its_errand_lie_on_the_desk(example, client):
    client.force_login(User.objects.create_user("hanh", is_staff=True))

    html = client.get("/quan-tri/").content.decode()

    assert "Chồng ví dụ" in html and "Một việc" in html and "Việc ví dụ" in html


def test_its_right_is_given_to_its_group(example):
    roles.create_roles()

    assert Group.objects.get(name=roles.WRITER).permissions.filter(codename="view_notice").exists()


def test_its_page_has_a_title_in_the_statistics(example):
    assert page_names({"example"}, first_commune()) == {"example": ("Trang ví dụ", "/vi-du/")}


def test_its_parameters_reach_its_pages(example):
    assert "mau" in public_parameters()


def test_robots_are_told_what_it_keeps_from_them(example, client):
    assert "Disallow: /vi-du/" in client.get("/robots.txt").content.decode()


def test_its_task_is_the_clocks(example):
    assert "example" in [task.name for task in registered_tasks()]


@pytest.mark.parametrize("word", ["vi-du", "vi-du-cu"])
def test_its_words_are_no_categories(example, word):
    with pytest.raises(ValidationError):
        Category(commune=first_commune(), name="X", slug=word).full_clean()


def test_without_its_line_nothing_of_it_is_there(client):
    assert client.get("/vi-du/").status_code == 404
    assert "vi-du" not in client.get("/sitemap.xml").content.decode()
