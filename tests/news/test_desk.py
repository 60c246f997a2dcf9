from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from news.drafts import autosaves, revisions
from news.models import Article, MissingPage, SearchMiss, Status, Transition
from news.newsroom import desk
from news.newsroom.reports import numbers
from news.newsroom.steps import workflow
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_chief, make_editor, make_user, make_writer
from tests.news.test_revisions import client_of, propose
from upkeep.models import Letter

pytestmark = pytest.mark.django_db


def rows(user) -> set[str]:
    return {row.title for pile in desk.piles_of(user, timezone.now()) for row in pile.rows}


def test_waiting_articles_lie_on_the_editors_desk_and_not_on_the_authors():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Chờ duyệt")
    workflow.submit(article, author)

    assert "Chờ duyệt" in rows(editor)
    assert "Chờ duyệt" not in rows(author)


def test_returned_articles_come_back_with_their_reason():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author)
    workflow.submit(article, author)
    workflow.return_to_author(article, editor, "Thiếu nguồn")

    assert [row.note for pile in desk.piles_of(author, timezone.now()) for row in pile.rows] == ["Thiếu nguồn"]


def test_shows_changes_urgent_ones_unsaved_work_and_what_went_wrong():
    author, editor, chief = make_writer(), make_editor(), make_chief()
    changed = make_article(author=author, title="Bài có sửa đổi")
    propose(changed, author, title="Mới")
    forced = make_article(status=Status.DRAFT, author=chief, title="Bài khẩn")
    workflow.publish_urgently(forced, chief, "bão")
    make_article(title="Hẹn giờ", published_at=timezone.now() + timedelta(days=1))
    make_article(title="Sắp hết hạn", expires_at=timezone.now() + timedelta(days=1))
    autosaves.keep(editor, None, {"title": "Dở dang"}, 0)
    Letter.objects.filter(about=Transition.LETTERS, number=forced.transitions.get().pk).update(error="refused")
    SearchMiss.objects.create(commune=first_commune(), query="xyzzy")
    MissingPage.objects.create(commune=first_commune(), path="/mat/")

    assert rows(editor) >= {"Bài có sửa đổi", "Bài khẩn", "Hẹn giờ", "Sắp hết hạn", "Dở dang", "xyzzy", "/mat/"}


def test_work_that_met_a_conflict_lies_apart_from_other_unsaved_work():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author)
    autosaves.keep(editor, article, {"title": "Bản của tôi"}, 1)
    autosaves.keep(editor, None, {"title": "Bài mới"}, 0)
    revisions.save_draft(article, author, 1)

    urgent = [row.note for pile in desk.piles_of(editor, timezone.now()) if pile.is_urgent for row in pile.rows]
    calm = [row.note for pile in desk.piles_of(editor, timezone.now()) if not pile.is_urgent for row in pile.rows]

    assert "Bản của tôi" in urgent
    assert "Bài mới" in calm


def test_a_message_lost_with_its_process_lies_on_the_desk_once_it_cannot_be_on_its_way():
    author, chief = make_writer(), make_chief()
    # The transaction of a test is never committed: the process might have been killed right after the step.
    article = make_article(status=Status.DRAFT, author=author)
    workflow.submit(article, author)

    def notes(minutes: int) -> list[str]:
        piles = desk.piles_of(chief, timezone.now() + timedelta(minutes=minutes))
        return [row.note for pile in piles if pile.title == "Thư không gửi được" for row in pile.rows]

    assert notes(minutes=0) == []
    assert notes(minutes=5) == ["Thư chưa được gửi đi."]
    page = client_of(chief).get(reverse("admin:news_article_change", args=[article.pk])).content.decode()
    assert "Thư chưa được gửi đi." in page


def test_another_category_is_not_on_the_desk():
    from tests.news.factories import EDITOR
    from tests.news.test_permissions import make_member

    here, elsewhere = make_category(), make_category()
    make_article(status=Status.REVIEW, category=elsewhere, title="Nơi khác")

    assert rows(make_member(EDITOR, [here])) == set()


def test_first_page_shows_the_desk_in_few_queries(django_assert_max_num_queries):
    editor = make_editor()
    for _ in range(20):
        make_article(status=Status.REVIEW)
    client = client_of(editor)

    # Two of them ask for a second factor and note, the first time, that it was asked for.
    with django_assert_max_num_queries(27):
        html = client.get(reverse("admin:index")).content.decode()

    assert html.count("<time") >= 10


def test_first_page_works_for_staff_without_rights():
    assert client_of(make_user()).get(reverse("admin:index")).status_code == 200


def test_agenda_lists_the_next_two_weeks():
    now = timezone.now()
    make_article(title="Tuần sau", published_at=now + timedelta(days=7))
    make_article(title="Tháng sau", published_at=now + timedelta(days=40))
    make_article(title="Sắp gỡ", expires_at=now + timedelta(days=2))

    html = client_of(make_editor()).get(reverse("admin:news_article_agenda")).content.decode()

    assert "Tuần sau" in html and "Sắp gỡ" in html
    assert "Tháng sau" not in html


def test_an_article_appears_and_ends_with_only_the_clock_moved(client):
    # A day of its own: nothing here depends on when, or how slowly, the test runs.
    start = datetime(2026, 3, 2, 9, tzinfo=timezone.get_default_timezone())
    moments = {
        "before": (timedelta(hours=23), 404),
        "at the beginning": (timedelta(days=1), 200),
        "between": (timedelta(days=1, hours=12), 200),
        # The page says that it has ended.
        "at the end": (timedelta(days=2), 410),
        "after": (timedelta(days=3), 410),
    }
    with time_machine.travel(start, tick=False):
        article = make_article(published_at=start + timedelta(days=1), expires_at=start + timedelta(days=2))

    seen = {}
    for name, (later, _status) in moments.items():
        with time_machine.travel(start + later, tick=False):
            seen[name] = client.get(article.get_absolute_url()).status_code

    assert seen == {name: status for name, (_later, status) in moments.items()}
    assert Article.objects.everywhere().filter(pk=article.pk).exists()


def test_report_counts_by_author_category_and_month():
    category, author = make_category(name="Kinh tế"), make_writer(last_name="Trần", first_name="An")
    moment = timezone.datetime(2026, 3, 31, 23, 59, tzinfo=timezone.get_default_timezone())
    for _ in range(2):
        make_article(category=category, author=author, published_at=moment)
    make_article(category=category, author=author, published_at=moment + timedelta(minutes=2))
    make_article(status=Status.DRAFT, category=category, author=author)

    table = numbers.articles_by_author(first_commune(), moment.date(), moment.date() + timedelta(days=1))

    assert table.rows == [["Trần An", "Kinh tế", "03/2026", 2], ["Trần An", "Kinh tế", "04/2026", 1]]


def test_report_says_what_has_gone_quiet():
    quiet, busy, empty = make_category(), make_category(), make_category()
    make_article(category=quiet, published_at=timezone.now() - timedelta(days=30))
    make_article(category=busy, published_at=timezone.now())

    assert [(row[0], row[2]) for row in numbers.quiet_categories(first_commune()).rows] == [
        (empty.name, None),
        (quiet.name, 30),
        (busy.name, 0),
    ]


def test_report_lists_what_is_to_be_checked_again():
    today = timezone.localdate()
    author = make_writer(last_name="Trần", first_name="An")
    due = make_article(title="=Giờ làm việc", author=author, review_on=today - timedelta(days=3))
    make_article(title="Chưa đến hạn", review_on=today + timedelta(days=1))
    make_article(title="Nháp", status=Status.DRAFT, review_on=today)

    assert numbers.to_check_again(first_commune()).rows == [
        ["=Giờ làm việc", due.category.name, "Trần An", due.review_on]
    ]


def test_reports_print_days_as_written_here_and_a_dash_for_none():
    make_category()
    make_article(review_on=timezone.localdate())

    page = client_of(make_editor()).get(reverse("admin:news_article_reports")).content.decode()

    assert f"<td>{timezone.localdate():%d/%m/%Y}</td>" in page
    assert "<td>–</td>" in page


@pytest.mark.parametrize("query", [{}, {"tep": "csv"}, {"tep": "xlsx", "bang": "2"}, {"tu": "x", "den": "2026-01-01"}])
def test_report_page_and_exports_answer(query):
    make_article()

    response = client_of(make_editor()).get(reverse("admin:news_article_reports"), query)

    assert response.status_code == 200


def test_reports_are_for_those_who_publish():
    assert client_of(make_writer()).get(reverse("admin:news_article_reports")).status_code == 403
    assert client_of(make_editor()).get(reverse("admin:news_article_reports"), {"tep": "exe"}).status_code == 404
