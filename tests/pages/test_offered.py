"""Pages go through the steps of articles: every button works for every account, and what is not offered is refused."""

from __future__ import annotations

import pytest

from tests.news.test_offered import ROLES, press_all, worlds

pytestmark = pytest.mark.django_db

STATES = ["draft", "in review", "published", "with a change of its author", "urgent", "expired", "withdrawn"]


@pytest.fixture(scope="module", params=ROLES)
def world(request, django_db_setup, django_db_blocker):
    yield from worlds(request, django_db_blocker)


@pytest.mark.parametrize("state", STATES)
def test_every_button_works_and_nothing_else_does(world, state):
    press_all(world, None, state)
