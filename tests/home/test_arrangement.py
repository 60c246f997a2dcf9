"""The page of the admin that arranges the home page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from home.blocks import offered_blocks, placed_blocks
from home.models import Placement
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_user
from tests.offered import read_page

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/home/placement/"
PREVIEW = f"{ADDRESS}xem-truoc/"


def staff(*codenames: str, commune=None) -> Client:
    user = make_user(commune=commune or first_commune())
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="home", codename__in=codenames))
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


@pytest.fixture
def arranger() -> Client:
    return staff("change_placement", "view_placement")


def form_on(client: Client) -> dict[str, str]:
    """What the form of the page would send untouched."""
    response = client.get(ADDRESS)
    assert response.status_code == 200
    page = read_page(response.content.decode(), ADDRESS)
    return next(dict(form.fields) for form in page.forms if "featured-position" in dict(form.fields))


def test_a_saved_order_is_the_order_of_the_page(arranger):
    sent = form_on(arranger)
    sent |= {"poll-position": "1", "latest-position": "2"}
    del sent["statistics-is_shown"]

    response = arranger.post(ADDRESS, sent)

    assert response.status_code == 302
    placed = placed_blocks(first_commune())
    assert [block.key for block, _placement in placed][:2] == ["poll", "latest"]
    assert [placement.key for _block, placement in placed if not placement.is_shown] == ["statistics"]
    assert arranger.post(ADDRESS, form_on(arranger)).status_code == 302
    assert Placement.objects.of(first_commune()).count() == len(offered_blocks())


@pytest.mark.parametrize("wrong", ["", "x", "-1", "99999", "1,5"])
def test_a_number_that_is_none_gets_a_sentence_and_loses_nothing(arranger, wrong):
    sent = form_on(arranger) | {"poll-position": wrong, "latest-position": "77"}

    for address in (ADDRESS, PREVIEW):
        response = arranger.post(address, sent)

        text = response.content.decode()
        assert response.status_code == 200
        assert "errorlist" in text
        assert 'value="77"' in text
    assert not Placement.objects.of(first_commune()).exists()


def test_the_preview_is_the_real_page_and_stores_nothing(arranger):
    make_article(title="Tin trên cùng", is_featured=True)
    make_article(title="Tin thường")
    sent = form_on(arranger)
    del sent["featured-is_shown"]

    response = arranger.post(PREVIEW, sent)

    text = response.content.decode()
    assert response.status_code == 200
    assert 'class="masthead"' in text
    assert "featured-title" not in text
    assert "Tin thường" in text
    assert "no-store" in response["Cache-Control"]
    assert 'data-page=""' in text  # a preview is no view
    assert not Placement.objects.of(first_commune()).exists()


def test_only_those_who_may_arrange_do():
    reader, stranger = staff("view_placement"), staff()
    sent = form_on(reader)

    assert reader.post(ADDRESS, sent).status_code == 403
    assert reader.post(PREVIEW, sent).status_code == 200
    assert 'value="Lưu"' not in reader.get(ADDRESS).content.decode()
    for answer in (stranger.get(ADDRESS), stranger.post(ADDRESS, sent), stranger.post(PREVIEW, sent)):
        assert answer.status_code == 403
    assert not Placement.objects.of(first_commune()).exists()


def test_each_commune_arranges_its_own():
    there = make_commune()
    Placement.objects.create(commune=there, key="poll", position=1)

    assert placed_blocks(first_commune())[0][0].key == "featured"
    assert placed_blocks(there)[0][0].key == "poll"
