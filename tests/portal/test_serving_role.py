"""A role of the database that owns nothing serves the portal: whoever steals it cannot take the guards away."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news.models import Status
from polls.models import Ballot
from tests.news.factories import make_article, make_chief
from tests.news.test_admin import form_data
from tests.polls.factories import Voter, choice, make_poll
from trail.models import Entry
from trail.verifying import verify
from upkeep.tasks import registered_tasks

pytestmark = pytest.mark.django_db

# They start programs of PostgreSQL in processes of their own.
OUTSIDE = {"backup", "backup-check"}


@pytest.fixture
def serving_role() -> Any:
    sql = (settings.BASE_DIR / "deploy" / "postgresql" / "serving-role.sql").read_text(encoding="utf-8")
    owner = connection.settings_dict["USER"] or "postgres"
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("FOR ROLE cong ", f'FOR ROLE "{owner}" '))
        cursor.execute("SET LOCAL ROLE cong_serve")


def test_it_serves_and_the_clock_runs(client: Client, serving_role):
    chief, article, poll = make_chief(), make_article(status=Status.REVIEW), make_poll()
    client.force_login(chief)
    publish = reverse("admin:news_article_step", args=[article.pk, "publish"])
    new = form_data(category=article.category_id, title="Bài mới")

    assert client.post(publish).status_code == 302
    assert client.post(reverse("admin:news_article_add"), new).status_code == 302
    assert client.get("/").status_code == client.get(reverse("admin:index")).status_code == 200
    Voter().vote(poll, choice(poll))
    for task in registered_tasks():
        if task.name not in OUTSIDE:
            task.run(timezone.now())

    assert Ballot.objects.count() == 1
    assert Entry.objects.exists()
    assert verify(Entry.objects.latest("id").chain).is_clean


def test_it_changes_no_table_and_no_guard(serving_role):
    for sql in (
        "ALTER TABLE trail_entry DISABLE TRIGGER ALL",
        "TRUNCATE polls_event",
        "DROP TABLE news_article CASCADE",
        "CREATE TABLE public.mine (id int)",
        "CREATE OR REPLACE FUNCTION trail_last(integer) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DELETE FROM django_migrations",
        "CREATE ROLE mine",
    ):
        refused = pytest.raises(DatabaseError, match="permission denied|must be owner")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
