"""Where typed addresses lead: what the portal says of an address is what a citizen finds there."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from library.addresses import leads_somewhere
from section import menu_targets
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_tag
from tests.polls.factories import make_poll
from tests.portal.test_nonsense import addresses, filled

pytestmark = pytest.mark.django_db

ABSENT = {"pk": "987654", "number": "987654", "monday": "2031-W02", "section": "khong-co"}
ROUTES = [
    route
    for route in dict.fromkeys(addresses(get_resolver().url_patterns))
    # Pages alone: nobody leads to a style sheet.
    if not route.startswith(("quan-tri/", "mau-")) and ("<" in route or "(?P" in route)
]


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_of_nothing_is_known_as_one(client, route):
    path = filled(route, lambda name: ABSENT.get(name, "khong-co"))

    status = client.get(path, follow=True).status_code

    assert leads_somewhere(path, first_commune().pk) == (status < 400), f"{path} answers {status}"


def test_the_pages_of_every_section_open_and_have_keys_of_their_own(client):
    make_article(category=make_category()).tags.add(make_tag("Dòng", is_story=True))
    make_poll()
    targets = [target for group in menu_targets(first_commune()).values() for target in group]

    assert len(targets) > 8
    for target in targets:
        assert client.get(target.address).status_code == 200, target.address
        assert leads_somewhere(target.address, first_commune().pk), target.address
    keys = [target.key for target in targets]
    assert all(keys), [target.address for target in targets if not target.key]
    assert len(keys) == len(set(keys))
