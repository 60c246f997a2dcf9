"""The demonstration: complete after one run, untouched by another."""

import pytest
from django.core.management import call_command

from accounts.models import User
from communes.models import SiteIdentity
from demo import newsroom
from demo.loading import load_demo
from news.models import Article, Category, Revision, Tag
from polls.models import Ballot, Poll
from portal.admin.desk import piles_of
from visitors.models import Day

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (Article, Category, Tag, Poll, Ballot, User, SiteIdentity, Day)
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
    assert first["Category"] == 8
    assert Tag.objects.stories().of(Article.objects.published()).count() == 1
    assert (Ballot.objects.counted().count(), Ballot.objects.quarantined().count()) == (518, 1)
    assert first["Day"] == 30
    assert all(article.cover_id for article in Article.objects.published())
    assert Article.objects.published().count() == first["Article"] - 4


def test_content_that_exists_is_left_alone(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    SiteIdentity(name="Trang của chúng tôi").save()

    call_command("load_demo", if_empty=True)

    assert not Article.objects.exists()
    assert not (tmp_path / "demo-accounts.txt").exists()


def test_the_desks_show_work_in_progress(tmp_path):
    load_demo(tmp_path / "accounts.txt")

    writer, editor = (User.objects.get(username=name) for name in ("phongvien", "bientapvien"))
    assert {row.title for pile in piles_of(writer) for row in pile.rows} >= {newsroom.RETURNED, newsroom.SCHEDULED}
    urgent = {row.title for pile in piles_of(editor) if pile.is_urgent for row in pile.rows}
    assert newsroom.IN_REVIEW in urgent
    assert Revision.objects.proposed().get().article.title in urgent
