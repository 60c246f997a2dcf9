"""What the form says of the article before anything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from news.models import Article, Status
from news.newsroom.standing import standing_of
from news.newsroom.steps import workflow
from tests.news.factories import make_article, make_editor
from tests.news.factories import make_writer as writer_named
from tests.news.test_revisions import propose

pytestmark = pytest.mark.django_db


def make_writer(**changes):
    return writer_named(**{"last_name": "Trần Thị", "first_name": "Hạnh"} | changes)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


def said(article, user) -> str:
    standing = standing_of(article, user, article.revisions.proposed().select_related("saved_by").first())
    return " ".join([standing.label, *standing.sentences])


def test_says_the_state_and_who_waits_for_whom_by_their_names():
    writer = make_writer()
    editor = make_editor(last_name="Lê", first_name="Minh")
    now = timezone.now()
    article = make_article(author=writer, status=Status.DRAFT, title="Đường làng")
    assert said(article, writer) == "Nháp Bài đang ở chỗ bạn. Viết xong thì gửi duyệt."
    assert "Trần Thị Hạnh đang viết" in said(article, editor)

    workflow.submit(article, writer)
    article.refresh_from_db()
    assert "Trần Thị Hạnh gửi duyệt" in said(article, writer)
    assert "Đang chờ Lê Minh xử lý." in said(article, writer)
    assert "Đang chờ bạn xử lý." in said(article, editor)

    workflow.publish(article, editor, now + timedelta(days=2))
    article.refresh_from_db()
    assert said(article, writer).startswith("Hẹn giờ: ")
    Article.objects.everywhere().update(published_at=now - timedelta(days=1))
    article.refresh_from_db()
    assert said(article, writer).startswith("Đã đăng Người dân đọc được từ ")

    propose(article, writer, title="Đường làng mới")
    article.refresh_from_db()
    assert said(article, editor).startswith("Đã đăng, có bản sửa chờ duyệt Dưới đây là bản sửa của Trần Thị Hạnh")
    workflow.decline_change(article, editor, "Chưa đúng")
    workflow.withdraw(article, editor, "Bài đã gỡ.", "Nhầm số")
    article.refresh_from_db()
    assert "Bài đã gỡ." in said(article, writer)
    assert standing_of(article, writer).told.reason == "Nhầm số"


def test_the_reason_of_a_return_stands_before_the_fields_and_one_button_is_the_main_one():
    writer, editor = make_writer(), make_editor()
    article = make_article(author=writer, status=Status.DRAFT)
    workflow.submit(article, writer)
    waiting = client_of(editor).get(article.form_address).content.decode()
    workflow.return_to_author(article, editor, "Thiếu nguồn của số liệu")
    returned = client_of(writer).get(article.form_address).content.decode()

    assert returned.index("Thiếu nguồn của số liệu") < returned.index("id_title")
    for page, step in ((waiting, "publish"), (returned, "submit")):
        buttons = page[page.index("article-buttons") :]
        assert buttons.count("default") == 1
        assert f'class="button step-{step} default"' in buttons
