"""The data of every release takes the migrations since, and nothing of it is lost.

`make release-data` writes the data of a release and what is expected of it. Release 0.1.0, from before that, has a test of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from operation import backups
from polls.auditing.audit import audit
from polls.models import Poll
from tests.upgrade.database import database_of, differences, schema
from tests.upgrade.recording import BALLOT_KEY

pytestmark = pytest.mark.django_db

RELEASES = sorted(Path(__file__).parent.glob("release-*.json"))
# Tables of earlier releases whose rows are elsewhere now, or counted otherwise: the name, and where to find them.
MOVED: dict[str, str] = {}
# Rows that a migration adds.
GROWING = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.stem)
def upgraded(request, django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """The default connection leads to the database of a release that was migrated; what is expected of it."""
    with django_db_blocker.unblock():
        new, dump = schema(), request.param.with_suffix(".sql.gz")
        with database_of(dump, f"test_cong_release_{connection.settings_dict['NAME']}"):
            call_command("migrate", verbosity=0)
            yield json.loads(request.param.read_text(encoding="utf-8")) | {"schema": new}


def test_nothing_of_a_release_is_lost(upgraded):
    counts = backups.row_counts()
    fewer = {
        name: (count, counts.get(name))
        for name, count in upgraded["rows"].items()
        if name not in MOVED and (counts.get(name, -1) < count if name in GROWING else counts.get(name) != count)
    }

    assert fewer == {}
    assert differences(schema(), upgraded["schema"]) == {}


def test_the_polls_of_a_release_count_as_they_did(upgraded, settings):
    settings.BALLOT_KEY = BALLOT_KEY

    assert backups.poll_results() == upgraded["polls"]
    assert [finding for poll in Poll.objects.everywhere() for finding in audit(poll).findings] == []


def test_the_addresses_of_a_release_lead_somewhere(upgraded):
    client = Client()

    lost = {path: client.get(path, follow=True).status_code for path in upgraded["addresses"]}

    # 410: what has expired since says so.
    assert {path: status for path, status in lost.items() if status not in (200, 410)} == {}
    assert len(lost) > 20
