"""Voting as people do it: in a browser, with JavaScript and without, the page cache on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.polls.server import Server, running_server

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(server_folder) -> Iterator[Server]:
    with running_server(server_folder / "e2e-polls") as server:
        yield server


@pytest.fixture
def open_page(browser, server):
    """Opens a browser window; every one has its own cookies. Fails the test on a script error."""
    problems: list[str] = []
    contexts = []

    def open_page(*, javascript: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=javascript, base_url=server.address)
        contexts.append(context)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in problems if "Content Security Policy" in text or "Error" in text] == []


@pytest.fixture
def portal_poll(server):
    """The poll on every page, for the length of a test."""

    def make(**changes):
        poll = server.make_poll(is_portal=True, **changes)
        made.append(poll.pk)
        return poll

    made: list[int] = []
    yield make
    server.query("UPDATE polls_poll SET is_portal = false WHERE id = ANY(%s)", made)


def counted(server, poll) -> int:
    [(count,)] = server.query("SELECT count(*) FROM polls_ballot WHERE poll_id = %s AND status = 'counted'", poll.pk)
    return count


def open_home(page: Page, poll) -> None:
    """The home page, once the page cache shows the poll."""
    for _ in range(60):
        page.goto("/")
        if page.locator(f"[data-poll] form[action='/binh-chon/{poll.pk}/']").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the poll is not on the home page")


def test_votes_without_javascript(server, open_page, portal_poll):
    poll = portal_poll()
    page = open_page(javascript=False)

    open_home(page, poll)
    assert page.context.cookies() == []
    page.get_by_label("Bình thường").check()
    page.locator("[data-poll] button").click()
    expect(page.get_by_label("Bình thường")).to_be_checked()
    page.wait_for_timeout(1100)
    page.locator("[data-ballot-form] button").click()

    expect(page.locator("[data-announce]")).to_be_visible()
    assert page.url == f"{server.address}/binh-chon/{poll.pk}/ket-qua/?phieu=moi"
    assert counted(server, poll) == 1


def test_a_ballot_waits_without_javascript_and_the_citizen_is_told(server, open_page):
    poll = server.make_poll(free_ballots=0)
    page = open_page(javascript=False)

    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label("Rất hài lòng").check()
    page.wait_for_timeout(1100)
    page.locator("[data-ballot-form] button").click()
    expect(page.get_by_label("Rất hài lòng")).to_be_checked()
    expect(page.locator("noscript p")).to_be_visible()
    page.wait_for_timeout(1100)
    page.locator("[name=wait]").click()

    expect(page.locator("[data-announce]")).to_be_visible()
    assert counted(server, poll) == 0
    assert server.query("SELECT status FROM polls_ballot WHERE poll_id = %s", poll.pk) == [("quarantined",)]


def test_votes_in_place_with_javascript(server, open_page, portal_poll):
    poll = portal_poll()
    page = open_page()

    open_home(page, poll)
    page.get_by_label("Hài lòng", exact=True).check()
    page.locator("[data-poll] button").click()

    expect(page.locator("[data-poll] .poll-bars")).to_be_visible()
    expect(page.locator("[data-poll] [role=status]")).not_to_be_empty()
    expect(page.locator("[data-poll-results]")).to_be_focused()
    assert page.url == f"{server.address}/"
    assert counted(server, poll) == 1


def test_the_browser_solves_the_puzzle_by_itself(server, open_page, portal_poll):
    poll = portal_poll(free_ballots=0)
    page = open_page()

    open_home(page, poll)
    page.get_by_label("Hài lòng", exact=True).check()
    page.locator("[data-poll] button").click()

    expect(page.locator("[data-poll] progress")).to_be_visible()
    expect(page.locator("[data-poll] .poll-bars")).to_be_visible(timeout=120_000)
    assert counted(server, poll) == 1


def test_the_ballot_page_solves_the_puzzle_too(server, open_page):
    poll = server.make_poll(free_ballots=0)
    page = open_page()

    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label("Rất hài lòng").check()
    page.locator("[data-ballot-form] button").click()

    expect(page.locator("[data-announce]")).to_be_visible(timeout=120_000)
    assert counted(server, poll) == 1


def test_a_low_score_is_asked_for_a_comment_before_it_is_sent(server, open_page, portal_poll):
    poll = portal_poll(takes_comments=True)
    page = open_page()

    open_home(page, poll)
    page.get_by_label("Rất không hài lòng").check()
    page.locator("[data-poll] button").click()
    page.fill("[data-poll] textarea", "Chữ hơi nhỏ")
    page.locator("[data-poll] [data-ballot-form] button").click()

    expect(page.locator("[data-poll] .poll-bars")).to_be_visible()
    assert server.query("SELECT text FROM polls_comment") == [("Chữ hơi nhỏ",)]


def test_the_ordinary_page_serves_when_the_ballot_cannot_be_fetched(server, open_page, portal_poll):
    poll = portal_poll()
    page = open_page()
    page.route("**/phieu/", lambda route: route.fulfill(status=404))

    open_home(page, poll)
    page.get_by_label("Bình thường").check()
    page.locator("[data-poll] button").click()

    page.wait_for_url(f"**/binh-chon/{poll.pk}/?chon=*")
    expect(page.get_by_label("Bình thường")).to_be_checked()


def test_without_a_connection_the_choice_stays(server, open_page, portal_poll):
    poll = portal_poll()
    page = open_page()

    open_home(page, poll)
    page.context.set_offline(True)
    page.get_by_label("Bình thường").check()
    page.locator("[data-poll] button").click()
    expect(page.locator("[data-poll] [role=status]")).not_to_be_empty()
    expect(page.get_by_label("Bình thường")).to_be_checked()
    page.context.set_offline(False)
    page.locator("[data-poll] button").click()

    expect(page.locator("[data-poll] .poll-bars")).to_be_visible()
    assert counted(server, poll) == 1


def test_nothing_chosen_is_said_at_the_field(open_page, portal_poll):
    poll = portal_poll()
    page = open_page()

    open_home(page, poll)
    page.locator("[data-poll] button").click()

    fieldset = page.locator("[data-poll] fieldset")
    error = page.locator(f"#{fieldset.get_attribute('aria-describedby')}")
    expect(error).to_be_visible()
    expect(fieldset.get_by_role("radio").first).to_be_focused()
    expect(page.get_by_role("group", name=poll.title)).to_be_visible()
    page.get_by_label("Bình thường").check()
    expect(error).to_have_count(0)


def test_one_may_let_the_ballot_wait_instead_of_computing(server, open_page):
    poll = server.make_poll(free_ballots=0)
    page = open_page()
    # A computation that does not end.
    page.route("**/poll-worker*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))

    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label("Rất hài lòng").check()
    page.locator("[data-ballot-form] button").click()
    page.locator("[name=wait]").click()

    expect(page.locator("[data-announce]")).to_be_visible()
    assert server.query("SELECT status FROM polls_ballot WHERE poll_id = %s", poll.pk) == [("quarantined",)]


def test_a_room_at_one_address_is_counted_or_waits_by_choice(server, open_page):
    poll = server.make_poll(free_ballots=2)
    pages = [open_page() for _ in range(5)]
    # The computation of the last does not end.
    pages[-1].route("**/poll-worker*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    for page in pages:
        page.goto(f"/binh-chon/{poll.pk}/")
        page.get_by_label("Hài lòng", exact=True).check()

    for page in pages:
        page.locator("[data-ballot-form] button[type=submit]").click()
    pages[-1].locator("[name=wait]").click()
    for page in pages:
        expect(page.locator("[data-announce]")).to_be_visible(timeout=60_000)

    statuses = dict(
        server.query("SELECT status, count(*) FROM polls_ballot WHERE poll_id = %s GROUP BY status", poll.pk)
    )
    assert statuses == {"counted": 4, "quarantined": 1}


def test_several_people_vote_at_one_computer(server, open_page, portal_poll):
    poll = portal_poll()
    page = open_page()

    open_home(page, poll)
    page.get_by_label("Bình thường").check()
    page.locator("[data-poll] button").click()
    page.locator("[data-poll] [data-another] button").click()
    page.get_by_label("Rất hài lòng").check()
    page.locator("[data-poll] [data-ballot-form] button[type=submit]").click()

    expect(page.locator("[data-poll] .poll-bars")).to_be_visible()
    assert counted(server, poll) == 2


def test_the_computer_of_the_one_stop_centre(server, open_page):
    poll = server.make_poll()
    server.manage(
        "shell",
        "-c",
        "from accounts.models import User; User.objects.create_superuser('mot-cua', 'a@example.vn', 'mat-khau-dai-12')",
    )
    page = open_page()
    page.goto("/quan-tri/login/?next=/quan-tri/polls/poll/may-dung-chung/")
    page.fill("#id_username", "mot-cua")
    page.fill("#id_password", "mat-khau-dai-12")
    page.click("[type=submit]")
    page.locator("[name=shared][value='1']").click()
    expect(page.locator(".messagelist")).to_be_visible()
    page.locator("#logout-form button").click()

    for label in ("Rất hài lòng", "Bình thường"):
        page.goto(f"/binh-chon/{poll.pk}/")
        page.get_by_label(label, exact=True).check()
        page.locator("[data-ballot-form] button").click()
        expect(page.locator("[data-announce]")).to_be_visible()
        expect(page.locator(".poll-own")).to_have_count(0)
    # Somebody ticks and walks away.
    page.clock.install()
    page.goto(f"/binh-chon/{poll.pk}/")
    page.get_by_label("Không hài lòng", exact=True).check()
    page.clock.run_for(61_000)

    expect(page.get_by_label("Không hài lòng", exact=True)).not_to_be_checked()
    assert counted(server, poll) == 2


def test_several_aspects_are_rated_in_place(server, open_page, portal_poll):
    poll = portal_poll(aspects=("Giao diện", "Nội dung"))
    page = open_page()

    open_home(page, poll)
    page.locator("[data-poll] button").click()
    page.get_by_role("group", name="Giao diện").get_by_label("Rất hài lòng").check()
    page.get_by_role("group", name="Nội dung").get_by_label("Bình thường").check()
    page.locator("[data-poll] [data-ballot-form] button").click()

    expect(page.locator("[data-poll] .poll-bars")).to_have_count(2)
    assert counted(server, poll) == 1


def test_the_editor_sees_what_citizens_will_see(server, open_page):
    server.manage(
        "shell",
        "-c",
        "from accounts.models import User; User.objects.create_superuser('sep', 'sep@example.vn', 'mat-khau-dai-12')",
    )
    page = open_page()
    page.goto("/quan-tri/login/?next=/quan-tri/polls/poll/add/")
    page.fill("#id_username", "sep")
    page.fill("#id_password", "mat-khau-dai-12")
    page.click("[type=submit]")

    page.fill("#id_title", "Bạn có hài lòng không?")
    page.fill("#id_choices-0-label", "Không")
    page.fill("#id_choices-1-label", "Có")
    page.fill("#id_choices-0-position", "2")
    page.fill("#id_choices-1-position", "1")

    preview = page.locator("[data-poll-preview]")
    expect(preview).to_contain_text("Bạn có hài lòng không?")
    assert preview.locator("label").all_inner_texts() == ["Có", "Không"]

    page.locator("input[name=_save]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    [(labels,)] = server.query(
        "SELECT array_agg(c.label ORDER BY c.position) FROM polls_choice c JOIN polls_poll p ON p.id = c.poll_id"
        " WHERE p.title = 'Bạn có hài lòng không?'"
    )
    assert labels == ["Có", "Không"]
