"""A portal of release 0.1.0 with its data takes every migration, and nothing is lost.

The database beside this file is the demonstration of 0.1.0 with some work in progress: a text in review,
a change that waits, unsaved work, a document, a redirect, a group with categories, a shared draft.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from accounts.models import User
from communes.models import Commune, Membership
from library.models import Document, Picture
from news.models import Article, Attachment, Autosave, GroupScope, Redirect, Revision, ShareLink
from operation import backups, health
from polls.auditing import audit
from polls.models import Ballot, Poll
from running.backup import encryption
from running.backup.archive import DATABASE, unpack
from running.postgresql import tools
from tests.upgrade.database import Schema, database_of, differences, execute, rows, schema
from visitors.models import Day

pytestmark = pytest.mark.django_db

RELEASE = Path(__file__).with_name("release-0.1.0.sql.gz")


STATE = "SELECT (SELECT count(*) FROM django_migrations), (SELECT count(*) FROM polls_ballot), (SELECT count(*) FROM news_article)"


class Upgrade(NamedTuple):
    """What the operator saw, twice; the state before, and that of the backup; the schema of a new portal."""

    said: list[str]
    before: set[tuple[object, ...]]
    in_backup: set[tuple[object, ...]]
    new: Schema


@pytest.fixture(scope="module")
def upgraded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Upgrade]:
    """The default connection leads to a database of 0.1.0 that `manage.py upgrade` brought up to date."""
    folder, name = tmp_path_factory.mktemp("upgrade"), f"test_cong_upgrade_{connection.settings_dict['NAME']}"
    changes = {"VAR_DIR": folder, "BACKUP_TO": folder / "backups", "BACKUP_KEYS": [], "STATIC_ROOT": folder / "static"}
    with django_db_blocker.unblock(), override_settings(**changes), pytest.MonkeyPatch.context() as patch:
        patch.setattr("operation.management.commands.upgrade.collect_static_files", lambda begin: begin())
        patch.setattr(health, "_complete", None)
        new = schema()
        with database_of(RELEASE, name):
            before = rows(STATE)
            said = [upgrade(), upgrade()]
            (backup,) = backups.place().backups()  # the second time there was nothing to do
            in_backup = state_in(Path(backup.address), f"{name}_back", folder / "unpacked")
            yield Upgrade(said, before, in_backup, new)


def upgrade() -> str:
    out = StringIO()
    call_command("upgrade", stdout=out, stderr=out)
    return out.getvalue()


def state_in(archive: Path, name: str, work: Path) -> set[tuple[object, ...]]:
    """What a backup holds, restored into a database of its own by the program of PostgreSQL alone."""
    with archive.open("rb") as source, encryption.reading(source, archive.name, None) as plain:
        manifest = unpack(plain, work)
    program, _ = tools.find("pg_restore", manifest.dumped_by)
    with database_of(None, name):
        connection.ensure_connection()
        tools.run(program, connection, ["--exit-on-error", "--single-transaction", "--no-owner", work / DATABASE])
        return rows(STATE)


def test_one_command_brings_it_up_to_date_and_what_was_before_can_be_had_back(upgraded):
    assert "Ready" in upgraded.said[0]
    assert "Nothing to migrate" in upgraded.said[1]
    assert upgraded.in_backup == upgraded.before != rows(STATE)


def test_its_tables_are_those_of_a_new_portal(upgraded):
    assert differences(schema(), upgraded.new) == {}


def test_no_migration_is_left_over(upgraded):
    out = StringIO()

    call_command("migrate", check_unapplied=True, stdout=out)
    call_command("makemigrations", check=True, dry_run=True, stdout=out)

    assert "No changes" in out.getvalue()


def test_nothing_is_lost(upgraded):
    assert Article.objects.everywhere().published().count() == 35
    assert Article.objects.everywhere().get(status="review").title == "Bài đang chờ duyệt"
    assert Revision.objects.proposed().count() == 1
    assert Picture.objects.everywhere().count() == 35
    assert Attachment.objects.get().document == Document.objects.everywhere().get()
    assert Ballot.objects.counted().count() == 518
    assert Day.objects.everywhere().count() == 30
    assert User.objects.count() == 4
    assert ShareLink.objects.get().recipient == "Chủ tịch"
    assert "Vân Khê Thượng" in Commune.objects.get().site.name


@pytest.mark.parametrize("table", ["day", "dayshare", "month", "monthshare", "pagehour", "minutesample"])
def test_every_number_of_visitors_stays_and_is_the_communes(upgraded, table):
    execute(f"DROP TABLE IF EXISTS pg_temp.old_{table}")
    dump = gzip.decompress(RELEASE.read_bytes()).decode()
    statements = re.findall(
        rf"^(?:CREATE TABLE|INSERT INTO) public\.visitors_{table}\b.+?;$", dump, re.MULTILINE | re.DOTALL
    )
    for statement in statements:
        execute(statement.replace(f"public.visitors_{table}", f"pg_temp.old_{table}", 1))
    columns = ", ".join(re.findall(r"^    (\w+) (?!visitors_)", statements[0], re.MULTILINE))
    stored = f"visitors_{table}"
    if table == "minutesample":
        stored = """(
            SELECT s.commune_id, day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' + (place - 1) * interval '1 minute' AS minute_at,
                m.online, m.staff
            FROM visitors_minutesamples s CROSS JOIN unnest(s.online, s.staff) WITH ORDINALITY AS m (online, staff, place)
            WHERE m.online IS NOT NULL
        )"""

    old = rows(f"SELECT {columns} FROM pg_temp.old_{table}")

    assert len(old) > 1 or table == "month"
    assert old == rows(f"SELECT {columns} FROM {stored} AS stored WHERE commune_id = (SELECT id FROM communes_commune)")


def test_addresses_stay(upgraded):
    client = Client()
    article = Article.objects.everywhere().published().latest_first().first()

    assert client.get(article.get_absolute_url()).status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/tin-cu/123.aspx")["Location"] == Redirect.objects.everywhere().get().new_path


def test_groups_keep_what_they_may_do(upgraded):
    writer, office = (Group.objects.get(name=name) for name in ("Phóng viên", "Ban văn hóa"))

    for group in (writer, office):
        held = set(group.permissions.values_list("content_type__app_label", "codename"))
        assert {("news", "add_article"), ("library", "add_picture"), ("library", "view_document")} <= held
    assert GroupScope.objects.everywhere().get(group=office).categories.count() == 1


def test_people_keep_their_groups_in_the_one_commune(upgraded):
    held = rows("SELECT user_id, group_id FROM accounts_user_groups")

    assert set(Membership.objects.values_list("user", "group")) == held
    assert {membership.commune for membership in Membership.objects.all()} == {Commune.objects.get()}


def test_texts_that_were_stored_raw_are_clean(upgraded):
    # Read as text: the fields would clean what they read.
    for model in (Revision, Autosave):
        (stored,) = next(iter(rows(f"SELECT string_agg(content::text, '') FROM {model._meta.db_table}")))
        assert "onerror" not in stored and "<script" not in stored and "onclick" not in stored
        assert "<p>" in stored


def test_names_are_in_their_normal_form(upgraded):
    assert User.objects.get(username="le").last_name == "Lê"


def test_the_log_of_the_poll_agrees(upgraded):
    poll = Poll.objects.of(Commune.objects.get()).get()
    report = audit.audit(poll)

    assert report.is_clean
    assert report.by_status["counted"] == 518
