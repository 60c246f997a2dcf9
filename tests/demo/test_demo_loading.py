"""The demonstration: complete after one run, untouched by another."""

import pytest
from django.core.management import call_command

from accounts.models import User
from communes.colours import validate_colour
from communes.hosts import table
from communes.models import Commune, Kind, SiteIdentity
from demo import newsroom
from demo.loading import load_demo
from demo.province import PLACES, load_province
from desk.waiting import piles_of
from library.models import Recording
from news.models import Article, Category, Revision, Tag
from pages.models import Page
from polls.models import Ballot, Poll
from tests.communes.factories import first_commune, working
from visitors.models import Day

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {
        model.__name__: model._base_manager.count()
        for model in (Article, Category, Tag, Poll, Ballot, User, SiteIdentity, Day, Recording)
    }


def test_a_second_run_changes_nothing(tmp_path):
    accounts = tmp_path / "accounts.txt"
    load_demo(accounts)
    first, passwords = counts(), accounts.read_text()

    load_demo(accounts)

    assert counts() == first
    assert accounts.read_text() == passwords
    assert accounts.stat().st_mode & 0o077 == 0
    assert {line.split()[0] for line in passwords.splitlines()} == {"phongvien", "bientapvien", "quantri"}
    assert len({line.split()[1] for line in passwords.splitlines()}) == 3
    assert first["Article"] >= 24
    assert first["Category"] == 9
    assert Tag.objects.everywhere().stories().carried_by(Article.objects.everywhere().published()).count() == 1
    assert (Ballot.objects.counted().count(), Ballot.objects.quarantined().count()) == (518, 1)
    assert first["Day"] == 30
    film = Recording.objects.everywhere().get()
    assert (film.kind, film.length, film.width, film.height) == ("MP4", "0:09", 640, 360)
    assert film.poster.alt and film.transcript
    assert Article.objects.everywhere().filter(body__contains=film.file.url).count() == 1
    assert all(article.cover_id for article in Article.objects.everywhere().published())
    assert Article.every_kind.everywhere().published().count() == first["Article"] - 4
    assert {page.path for page in Page.objects.everywhere().published()} >= {"gioi-thieu", "gioi-thieu/tong-quan", "en"}
    assert not [page.path for page in Page.objects.everywhere() if "[điền" in page.body or "[fill in" in page.body]


def test_content_that_exists_is_left_alone(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    SiteIdentity(commune=first_commune(), name="Trang của chúng tôi").save()

    call_command("load_demo", if_empty=True)

    assert not Article.objects.everywhere().exists()
    assert not (tmp_path / "demo-accounts.txt").exists()


def test_the_desks_show_work_in_progress(tmp_path):
    load_demo(tmp_path / "accounts.txt")

    writer, editor = (working(User.objects.get(username=name)) for name in ("phongvien", "bientapvien"))
    assert {row.title for pile in piles_of(writer) for row in pile.rows} >= {newsroom.RETURNED, newsroom.SCHEDULED}
    urgent = {row.title for pile in piles_of(editor) if pile.is_urgent for row in pile.rows}
    assert newsroom.IN_REVIEW in urgent
    assert Revision.objects.proposed().get().article.title in urgent


def test_a_province_has_communes_with_articles_poll_and_a_person_each(tmp_path, client):
    communes = load_province(3, tmp_path / "accounts.txt")

    table.forget()
    for commune in communes:
        host = commune.hosts.get(is_main=True).name
        page = client.get("/", HTTP_HOST=host).content.decode()
        assert commune.site.name in page
        assert Article.objects.of(commune).published().count() >= 12
        assert Poll.objects.of(commune).count() == 1
        assert commune.memberships.exists()
    assert {commune.parent.kind for commune in communes} == {Kind.PROVINCE}
    names = (tmp_path / "accounts.txt").read_text()
    assert all(commune.name in names for commune in communes[1:])
    assert "Vân Khê Thượng" not in client.get("/", HTTP_HOST=communes[1].hosts.get().name).content.decode()


def test_a_province_is_made_once_and_can_grow(tmp_path):
    load_province(2, tmp_path / "accounts.txt")
    before = Commune.objects.count(), Article.objects.everywhere().count()

    load_province(2, tmp_path / "accounts.txt")
    again = Commune.objects.count(), Article.objects.everywhere().count()
    load_province(3, tmp_path / "accounts.txt")

    assert again == before
    assert Commune.objects.count() == before[0] + 1


def test_every_colour_of_the_province_can_be_read():
    for _name, _kind, colour in PLACES:
        validate_colour(colour)
