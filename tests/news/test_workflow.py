from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from news.drafts import revisions
from news.models import Action, Article, Status, Transition
from news.newsroom.steps import workflow
from tests.news.factories import make_article, make_chief, make_editor, make_user, make_writer
from upkeep import outbox

pytestmark = pytest.mark.django_db


def test_a_text_goes_from_draft_over_review_to_the_public():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author)

    workflow.submit(article, author)
    workflow.publish(article, editor)

    article.refresh_from_db()
    assert article.is_published()
    assert list(article.transitions.order_by("id").values_list("action", "made_by")) == [
        (Action.SUBMIT, author.pk),
        (Action.PUBLISH, editor.pk),
    ]


def test_nobody_approves_the_own_text():
    editor, _second = make_editor(), make_editor()
    article = make_article(status=Status.DRAFT, author=editor)
    workflow.submit(article, editor)

    with pytest.raises(workflow.StepError):
        workflow.publish(article, editor)

    article.refresh_from_db()
    assert article.status == Status.REVIEW


def test_whoever_submits_does_not_approve_either():
    editor, _second = make_editor(), make_editor()
    article = make_article(status=Status.DRAFT)
    workflow.submit(article, editor)

    with pytest.raises(workflow.StepError):
        workflow.publish(article, editor)


def test_an_urgent_article_stays_flagged_until_somebody_else_confirms():
    chief, editor = make_chief(), make_editor()
    article = make_article(status=Status.DRAFT, author=chief)

    workflow.publish_urgently(article, chief, "Bão đang đến")
    article.refresh_from_db()
    assert article.is_published() and article.is_forced
    with pytest.raises(workflow.StepError):
        workflow.confirm(article, chief)

    workflow.confirm(article, editor)

    article.refresh_from_db()
    assert not article.is_forced


@pytest.mark.parametrize("make", [make_writer, make_user])
def test_publishing_needs_the_right(make):
    article = make_article(status=Status.REVIEW)

    with pytest.raises(PermissionDenied):
        workflow.publish(article, make())
    with pytest.raises(PermissionDenied):
        workflow.publish_urgently(article, make(), "x")
    with pytest.raises(PermissionDenied):
        workflow.return_to_author(article, make(), "x")
    assert not Transition.objects.exists()


def test_returning_needs_a_reason_and_opens_the_draft_again():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author)
    workflow.submit(article, author)
    with pytest.raises(workflow.StepError):
        workflow.return_to_author(article, editor, "  ")

    step = workflow.return_to_author(article, editor, "Thiếu nguồn.")

    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert step.reason == "Thiếu nguồn."


def test_withdrawing_leaves_a_notice_and_restoring_a_draft():
    editor = make_editor()
    article = make_article()

    workflow.withdraw(article, editor, "Bài được gỡ để kiểm tra số liệu.", "Sai số liệu")
    article.refresh_from_db()
    assert article.status == Status.WITHDRAWN
    assert article.withdrawal_notice == "Bài được gỡ để kiểm tra số liệu."

    workflow.restore(article, editor)
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert not article.is_published()


def test_a_scheduled_article_appears_by_the_clock_alone():
    editor = make_editor()
    article = make_article(status=Status.REVIEW)
    later = timezone.now() + timedelta(days=1)

    workflow.publish(article, editor, appears_at=later)

    assert not Article.objects.everywhere().published().exists()
    assert Article.objects.everywhere().published(later).exists()


def test_an_empty_text_cannot_be_submitted():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, body="")

    with pytest.raises(workflow.StepError):
        workflow.submit(article, author)


def test_a_step_out_of_order_is_refused():
    editor = make_editor()
    article = make_article()

    for take in (
        lambda: workflow.submit(article, editor),
        lambda: workflow.publish(article, editor),
        lambda: workflow.restore(article, editor),
        lambda: workflow.return_to_author(article, editor, "x"),
        lambda: workflow.confirm(article, editor),
    ):
        with pytest.raises(workflow.StepError):
            take()


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("make", [make_user, make_writer, make_editor, make_chief])
def test_every_offered_step_can_be_taken_and_no_other(status, make, django_capture_on_commit_callbacks):
    user = make()
    for author in (user, make_writer()):
        for action in Action:
            article = make_article(status=status, author=author)
            if action in {Action.CHANGE, Action.DECLINE} and status == Status.PUBLISHED:
                propose(article, author)
            offered = action in workflow.steps_open_to(article, user)

            try:
                take(article, action, user)
            except (workflow.StepError, PermissionDenied):
                taken = False
            else:
                taken = True

            assert taken == offered, (status, action, author == user)


def propose(article, user, **changes):
    changed = Article.objects.everywhere().get(pk=article.pk)
    for name, value in ({"title": "Tiêu đề mới"} | changes).items():
        setattr(changed, name, value)
    return revisions.propose_change(changed, user, changed.version)


def take(article, action, user):
    if action == Action.WITHDRAW:
        return workflow.withdraw(article, user, "n", "r")
    if action == Action.RETURN:
        return workflow.return_to_author(article, user, "r")
    if action == Action.FORCE:
        return workflow.publish_urgently(article, user, "r")
    if action == Action.DECLINE:
        return workflow.decline_change(article, user, "r")
    if action in {
        Action.ENDORSE,
        Action.REQUEST,
        Action.PROPOSE,
        Action.MOVE,
        Action.ASSIGN,
        Action.TRASH,
        Action.UNTRASH,
    }:
        raise PermissionDenied  # only through a link, by saving, or from the list
    steps = {
        Action.CHANGE: workflow.approve_change,
        Action.SUBMIT: workflow.submit,
        Action.PUBLISH: workflow.publish,
        Action.CONFIRM: workflow.confirm,
        Action.RESTORE: workflow.restore,
        Action.TYPO: workflow.publish_correction,
        Action.SEEN: workflow.look_at_correction,
    }
    return steps[action](article, user)


def test_tells_whoever_must_act_next(django_capture_on_commit_callbacks, settings):
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Lịch tiếp công dân")

    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(article, author)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.return_to_author(article, editor, "Thiếu nguồn.")

    outbox.send_due(timezone.now())
    assert [message.bcc for message in mail.outbox] == [[editor.email], [author.email]]
    assert "Lịch tiếp công dân" in mail.outbox[0].subject
    assert "Thiếu nguồn." in mail.outbox[1].body
    assert f"{settings.PUBLIC_URL}/quan-tri/news/article/{article.pk}/change/" in mail.outbox[0].body


def test_a_proposed_change_is_logged_and_told_once(django_capture_on_commit_callbacks):
    author, editor, reviewer = make_writer(), make_editor(), make_user("review_article")
    article = make_article(author=author)

    with django_capture_on_commit_callbacks(execute=True):
        propose(article, author)
        article.refresh_from_db()
        propose(article, author, title="Tiêu đề mới hơn")

    outbox.send_due(timezone.now())
    assert article.transitions.get().action == Action.PROPOSE
    (message,) = mail.outbox
    assert set(message.bcc) == {editor.email, reviewer.email}


def test_the_proposer_is_told_of_the_decision(django_capture_on_commit_callbacks):
    author, editor, colleague = make_writer(), make_editor(), make_editor()
    article = make_article(author=author)
    propose(article, colleague)

    with django_capture_on_commit_callbacks(execute=True):
        workflow.decline_change(article, editor, "Chưa đúng")

    outbox.send_due(timezone.now())
    assert set(mail.outbox[-1].bcc) == {author.email, colleague.email}


def test_what_the_log_called_alone_moves_to_the_column_and_back():
    moving = import_module("news.migrations.0019_steps_without_a_second_person")
    article, chief = make_article(), make_chief()
    reasons = [
        "Đúng số liệu (một mình: ở đây chưa có ai khác được đăng)",
        "(alone: nobody else publishes here)",
        "Rõ hơn",
    ]
    for reason in reasons:
        Transition.objects.create(article=article, action=Action.CHANGE, made_by=chief, reason=reason)

    moving.move_to_column(apps, None)
    moved = list(article.transitions.order_by("pk").values_list("reason", "is_alone"))
    moving.move_to_reason(apps, None)

    assert moved == [("Đúng số liệu", True), ("", True), ("Rõ hơn", False)]
    assert article.transitions.order_by("pk").first().reason == reasons[0]
