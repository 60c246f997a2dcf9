"""Help at the place where one is, and searching the guides."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, get_resolver, reverse

from accounts import roles
from desk.guide_search import search_guides
from desk.guides import GUIDES, HELP, anchor_of, read_guide
from tests.accounts.factories import make_staff
from tests.communes.factories import join

pytestmark = pytest.mark.django_db


def names(patterns) -> set[str]:
    found = set()
    for pattern in patterns:
        found |= {pattern.name or ""} if isinstance(pattern, URLPattern) else names(pattern.url_patterns)
    return found


def test_every_help_leads_to_a_part_of_a_guide_and_belongs_to_a_page():
    known = names(get_resolver().url_patterns)
    pages = {slug: str(read_guide(GUIDES[slug]).html) for slug, _heading in HELP.values()}

    lost = {start for start, (slug, heading) in HELP.items() if f'id="{anchor_of(heading)}"' not in pages[slug]}
    strange = {start for start in HELP if not any(name.startswith(start) for name in known)}

    assert (lost, strange) == (set(), set())


def test_form_desk_poll_and_statistics_lead_to_their_part(client):
    user = make_staff("quantri")
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    client.force_login(user)
    places = {
        "admin:index": "bàn-làm-việc",
        "admin:news_article_add": "viết-bài",
        "admin:polls_poll_add": "bình-chọn",
        "admin:visitors_statistics": "thống-kê-truy-cập",
        "account_profile": "tài-khoản",
    }
    for name, anchor in places.items():
        page = client.get(reverse(name)).content.decode()

        assert 'class="help-here" href="/quan-tri/huong-dan/' in page, name
        assert f'#{anchor}"' in page, name


def test_words_are_found_without_accents_and_lead_to_their_part(client):
    client.force_login(make_staff("viet"))

    page = client.get("/quan-tri/huong-dan/", {"q": "hen gio"}).content.decode()
    headings = [match.heading for match in search_guides("hẹn giờ")]

    assert headings[0] == "Hẹn giờ và hết hạn"
    assert "/quan-tri/huong-dan/bien-tap-vien/#hẹn-giờ-và-hết-hạn" in page
    assert search_guides("HEN  GIO")[0].heading == headings[0]
    assert search_guides("<b>") == search_guides("zzz") == []
    assert "&lt;script&gt;" in client.get("/quan-tri/huong-dan/", {"q": "<script>"}).content.decode()
