"""What a reader's browser makes of an article."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from library import pictures
from news.models import Tag
from tests.communes.factories import first_commune
from tests.editor import text_of
from tests.news.factories import make_article, make_editor, picture_file
from tests.news.test_browser import browser, enter, newsroom, open_form  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def library_picture():
    content = picture_file("JPEG", size=(2000, 1300), colour="navy")
    return pictures.store_picture(ContentFile(content, name="a.jpg"), first_commune(), None, alt="Cầu treo")


def body_with(picture) -> str:
    return f'<p>Một</p><p><img alt="Cầu treo" height="1300" src="{picture.file.url}" width="2000"></p>'


@pytest.mark.parametrize(("width", "copy"), [(390, "-480.avif"), (1280, "-960.avif")])
def test_takes_the_smallest_copy_that_fills_the_place(enter, width, copy):  # noqa: F811
    picture = library_picture()
    article = make_article(body=body_with(picture))
    page = enter(viewport={"width": width, "height": 900}).new_page()

    page.goto(article.get_absolute_url())
    page.locator(".richtext img").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.richtext img').currentSrc")

    image = page.locator(".richtext img")
    assert image.evaluate("image => image.currentSrc").endswith(copy)
    box = image.bounding_box()
    assert box["height"] == pytest.approx(box["width"] * 1300 / 2000, abs=1.5)


def test_the_editor_works_on_plain_pictures(enter):  # noqa: F811
    picture = library_picture()
    article = make_article(body=body_with(picture))
    page = open_form(enter(make_editor()), article)

    written = text_of(page)

    assert picture.file.url in written
    assert "srcset" not in written and "<picture" not in written


def test_walks_from_the_byline_to_the_author_and_from_the_story_to_its_course(enter):  # noqa: F811
    article = make_article(byline="Thu Hà", title="Bài của Thu Hà")
    Tag.objects.create(
        commune=first_commune(), name="Xây cầu", slug="xay-cau", is_story=True, lead="Đang thi công."
    ).articles.add(article)
    page = enter().new_page()

    page.goto(article.get_absolute_url())
    page.click(".byline")
    expect(page.locator("h1")).to_have_text("Thu Hà")
    page.click("main h2 a")
    page.click(".story a")

    expect(page.locator(".story-lead")).to_have_text("Đang thi công.")
    expect(page.locator(".course h2")).to_have_text("Bài của Thu Hà")


def test_copies_the_address(enter, newsroom):  # noqa: F811
    article = make_article()
    context = enter()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()

    page.goto(article.get_absolute_url())
    page.click(".copy-button")

    expect(page.locator(".copy-button")).to_have_text("Đã chép")
    # The policy of the portal lets no page read what was copied: it is pasted, as a person would.
    page.locator("input[type=search]").first.focus()
    page.keyboard.press("Control+V")
    assert page.locator("input[type=search]").first.input_value() == newsroom + article.get_absolute_url()
