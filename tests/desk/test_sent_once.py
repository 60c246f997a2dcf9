"""A button that is pressed twice does once what it says, however slow the line is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from news.models import Article, Status, Tag
from tests.news.factories import make_article, make_category, make_editor, make_user
from tests.news.test_browser import browser, enter, newsroom, open_form

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LATENCY = 2000  # milliseconds


def press_twice(page: Page, button: str) -> None:
    """Press a button a second time before the portal has answered the first; a second request would end the first."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.locator(button).first.scroll_into_view_if_needed()
    place = page.locator(button).first.bounding_box()
    with page.expect_navigation(timeout=60_000):
        for _ in range(2):
            page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
            page.wait_for_timeout(150)


def test_a_row_is_added_once(enter):
    page = enter(make_user(is_superuser=True)).new_page()
    page.goto(reverse("admin:news_tag_add"))
    page.fill("#id_name", "Nông thôn mới")

    press_twice(page, "[name=_save]")

    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(".errornote")).to_have_count(0)
    assert Tag.objects.everywhere().get().name == "Nông thôn mới"


def test_an_article_is_written_once(enter):
    make_category(name="Tin xã")
    page = open_form(enter(make_editor()))
    page.fill("#id_title", "Cầu mới qua suối")
    page.select_option("#id_category", label="Tin xã")

    press_twice(page, "[name=_continue]")

    assert Article.objects.everywhere().get().title == "Cầu mới qua suối"


def test_who_saves_twice_has_no_conflict_with_themselves(enter):
    author = make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Cầu mới")
    page = open_form(enter(author), article)
    page.fill("#id_title", "Cầu mới qua suối")

    press_twice(page, "[name=_continue]")

    expect(page.locator(".two-texts")).to_have_count(0)
    article.refresh_from_db()
    assert (article.title, article.version) == ("Cầu mới qua suối", 2)


def test_a_form_that_is_given_back_after_the_session_ended_is_sent_once(enter):
    context = enter(make_user(is_superuser=True))
    session = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
    page = context.new_page()
    page.goto(reverse("admin:news_tag_add"))
    page.fill("#id_name", "Nông thôn mới")
    context.clear_cookies(name="sessionid")
    with page.expect_navigation():
        page.locator("[name=_save]").first.click()
    context.add_cookies(session)

    press_twice(page, "main form[method=post] button")

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Tag.objects.everywhere().get().name == "Nông thôn mới"


def test_a_form_that_came_back_can_be_sent_again(enter):
    page = enter(make_user(is_superuser=True)).new_page()
    page.goto(reverse("admin:news_tag_add"))
    page.locator("[name=_save]").first.evaluate("(button) => (button.form.noValidate = true)")
    for name in ("", "Nông thôn mới"):
        page.fill("#id_name", name)
        with page.expect_navigation():
            page.locator("[name=_save]").first.click()

    assert Tag.objects.everywhere().get().name == "Nông thôn mới"


def test_a_form_whose_answer_was_no_page_can_be_sent_again_later(enter):
    page = enter(make_user(is_superuser=True)).new_page()
    page.clock.install()
    sent: list[str] = []
    page.route("**/tag/add/", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))
    page.goto(reverse("admin:news_tag_changelist"))
    page.evaluate(
        "(address) => { document.querySelector('#logout-form').action = address }", reverse("admin:news_tag_add")
    )
    button = page.locator("#logout-form button")

    with page.expect_request("**/tag/add/"):
        button.click()
    button.click()
    page.clock.run_for(60_000)
    with page.expect_request("**/tag/add/"):
        button.click()

    assert sent == ["POST", "POST"]


def test_who_signs_in_by_two_presses_is_in(enter):
    make_user(username="lan", password="mat-khau-dai-1", is_staff=True)
    page = enter().new_page()
    page.goto(reverse("admin:login"))
    page.fill("[name=username], [name=login]", "lan")
    page.fill("[type=password]", "mat-khau-dai-1")

    press_twice(page, "main [type=submit], #content [type=submit]")

    expect(page.locator("#logout-form")).to_have_count(1)
