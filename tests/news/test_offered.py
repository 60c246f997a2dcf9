"""Every button and link a page offers is pressed the way the page sends it; what it does not offer is refused.

In every state of an article, for every kind of account, on the own article and on that of somebody else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import create_roles
from library.documents import store_document
from news.drafts import revisions
from news.models import Action, Article, Attachment, GroupScope, Revision, Status, Transition
from news.newsroom import workflow
from news.newsroom.step_views import SCHEDULE
from news.templatetags.news_admin import BUTTONS
from tests.news.factories import make_article, make_category, make_chief, make_editor, make_picture, make_user
from tests.news.test_revisions import propose
from tests.offered import Button, Form, Page, read_page

pytestmark = pytest.mark.django_db

ANSWER = "Trả lời của người kiểm tra."
MOMENT = "2036-01-01T08:00"
STEPS = [*BUTTONS, SCHEDULE]


# --- Accounts ---


def _member(permissions, categories=None, **changes):
    """A member of staff in a group with `permissions` (codenames of the news), limited to `categories` if given."""
    user = make_user(**changes)
    group = Group.objects.create(name=f"Nhóm của {user.username}")
    group.permissions.set(Permission.objects.filter(content_type__app_label="news", codename__in=permissions))
    if categories is not None:
        GroupScope.objects.create(group=group).categories.set(categories)
    user.groups.add(group)
    return get_user_model().objects.get(pk=user.pk)


def _in_group(name):
    def make(here, elsewhere):
        user = make_user()
        user.groups.add(create_roles()[name])
        return user

    return make


_PEN = ("view_article", "add_article", "change_article", "delete_article")
ROLES = {
    "writer": _in_group("Phóng viên"),
    "editor": _in_group("Biên tập viên"),
    "administrator": _in_group("Quản trị viên"),
    "writer elsewhere": lambda here, elsewhere: _member(_PEN, [elsewhere]),
    "editor elsewhere": lambda here, elsewhere: _member((*_PEN, "review_article", "publish_article"), [elsewhere]),
    "reviewer without a pen": lambda here, elsewhere: _member(("view_article", "review_article")),
    "publisher without a pen": lambda here, elsewhere: _member(("view_article", "publish_article", "force_article")),
    "reader": lambda here, elsewhere: _member(("view_article",)),
    "publisher here who writes elsewhere": lambda here, elsewhere: _publisher_here_who_writes_elsewhere(
        here, elsewhere
    ),
}

# Those who may be authors; the others meet only articles of somebody else.
WRITES = {"writer", "editor", "administrator", "reader", "publisher here who writes elsewhere"}


def _publisher_here_who_writes_elsewhere(here, elsewhere):
    user = _member(("view_article", "publish_article"), [here])
    other = _member(("change_article",), [elsewhere])
    user.groups.add(*other.groups.all())
    return get_user_model().objects.get(pk=user.pk)


# --- States ---


def _saved(author, category, **changes):
    article = make_article(author=author, category=category, status=Status.DRAFT, **changes)
    revisions.save_draft(article, author, 1)
    article.title += " sửa"
    revisions.save_draft(article, author, 2)
    return article


def _submitted(author, category):
    article = _saved(author, category)
    Article.objects.filter(pk=article.pk).update(status=Status.REVIEW, submitted_by=author)
    return article


def _returned(author, category):
    article = _submitted(author, category)
    workflow.return_to_author(article, make_editor(), "Thiếu nguồn")
    return article


def _published(author, category, **changes):
    article = _saved(author, category)
    values = {"status": Status.PUBLISHED, "published_at": timezone.now() - timedelta(hours=1)} | changes
    Article.objects.filter(pk=article.pk).update(**values)
    return Article.objects.get(pk=article.pk)


def _with_cover_and_document(author, category):
    article = _published(author, category, cover=make_picture(), cover_alt="Cầu treo", body="<p>Một</p><p>Hai</p>")
    document = store_document(SimpleUploadedFile("phu-luc.pdf", b"%PDF-1.7 phu luc"), author, title="Phụ lục")
    Attachment.objects.create(article=article, document=document, title="Phụ lục")
    return article


def _with_change_of_the_author(author, category):
    article = _published(author, category)
    propose(article, author, title="Tên mới")
    return article


def _with_change_of_an_editor(author, category):
    article = _published(author, category)
    propose(article, make_chief(), title="Tên mới", category=make_category())
    return article


def _urgent(author, category):
    article = _published(author, category, is_forced=True)
    Transition.objects.create(article=article, action=Action.FORCE, made_by=author, reason="Bão")
    return article


def _withdrawn(author, category):
    article = _published(author, category)
    workflow.withdraw(article, make_chief(), "Bài đã gỡ.", "Nhầm số")
    return article


def _restored(author, category):
    article = _withdrawn(author, category)
    workflow.restore(article, make_chief())
    return article


STATES = {
    "draft": _saved,
    "in review": _submitted,
    "returned": _returned,
    "published": _published,
    "with cover and document": _with_cover_and_document,
    "scheduled": lambda a, c: _published(a, c, published_at=timezone.now() + timedelta(days=1)),
    "expired": lambda a, c: _published(a, c, expires_at=timezone.now() - timedelta(minutes=1)),
    "with a change of its author": _with_change_of_the_author,
    "with a change of an editor": _with_change_of_an_editor,
    "urgent": _urgent,
    "withdrawn": _withdrawn,
    "restored": _restored,
}


# --- Pressing ---


@contextmanager
def undone() -> Iterator[None]:
    """What is pressed inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Visitor:
    """Somebody signed in who opens and presses what the pages under `place` offer."""

    def __init__(self, user) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        # What stands around every page of the admin has a test of its own.
        self.frame = {link for link, _words in self.open(reverse("admin:index")).links}
        self.offered: set[tuple[str, str]] = set()

    def press_everything(self, start: str) -> None:
        """Open `start` and every page below it that is linked; press each button of each in the state it found."""
        waiting, met = deque([start]), {start}
        while waiting:
            address = waiting.popleft()
            page = self.open(address)
            if page is None:
                continue
            for form in page.forms:
                for button in form.buttons:
                    self.press(form, button, address)
            for link, _words in page.links:
                link = link.partition("#")[0]
                if link.startswith(_folder(start)) and link not in met:
                    met.add(link)
                    waiting.append(link)
                elif link not in met and link not in self.frame and _is_own(link):
                    self.frame.add(link)
                    self.open(link)

    def open(self, address: str) -> Page | None:
        response = self.client.get(address, follow=True)
        # 410 is what citizens get at the address of a withdrawn article.
        assert response.status_code in {200, 410}, (address, response.status_code)
        if not response["Content-Type"].startswith("text/html"):
            return None
        return read_page(response.content.decode(), response.request["PATH_INFO"])

    def press(self, form: Form, button: Button, address: str, depth: int = 0) -> None:
        if form.action.endswith("/logout/"):
            return
        self.offered.add((urlsplit(form.action).path, button.value if button.name == "_step" else ""))
        answers = _answers(form)
        with undone():
            response = form.press(self.client, button, **answers)
            said = (address, form.action, button, response.status_code)
            assert response.status_code in {200, 302}, said
            assert b"errornote" not in response.content, said
            # The list and the desk are the same after every press.
            target = response.get("Location", "").partition("?")[0]
            if response.status_code == 302 and target not in self.frame:
                answer = self.client.get(response["Location"], follow=True)
                assert answer.status_code == 200, (*said, response["Location"], answer.status_code)
                # Some steps ask for words or a time: they are given.
                if "/buoc/" in response["Location"] and not depth:
                    for asked in read_page(answer.content.decode(), response["Location"]).forms:
                        for send in asked.buttons:
                            self.press(asked, send, response["Location"], depth + 1)


def _answers(form: Form) -> dict[str, str]:
    held = dict(form.fields)
    empty = [name for name in form.required if not held.get(name)]
    return {name: MOMENT if form.kinds[name] == "datetime-local" else ANSWER for name in empty}


def _folder(start: str) -> str:
    """All pages of one article lie beside its form: …/article/12/…"""
    return start.rsplit("/", 2)[0] + "/"


def _is_own(link: str) -> bool:
    return urlsplit(link).scheme == "" and link.startswith("/") and not link.startswith(("/static/", "/media/"))


def _trace(article: Article) -> tuple:
    """Everything a step could change of an article."""
    now = Article.objects.filter(pk=article.pk).values("status", "is_forced", "title", "published_at").first()
    texts = list(Revision.objects.filter(article=article.pk).values_list("number", "state"))
    return now, texts, Transition.objects.filter(article=article.pk).count()


def _try_what_is_not_offered(visitor: Visitor, article: Article) -> None:
    """Send every step the pages did not offer, by its own address and under the form: nothing changes."""
    change = reverse("admin:news_article_change", args=[article.pk])
    fields = {"reason": ANSWER, "notice": ANSWER, "at": MOMENT}
    before = _trace(article)
    for step in STEPS:
        address = reverse("admin:news_article_step", args=[article.pk, step])
        if (address, "") in visitor.offered or (change, step) in visitor.offered:
            continue
        with undone():
            visitor.client.handler.enforce_csrf_checks = False
            response = visitor.client.post(address, fields)
            assert response.status_code in {302, 403, 404}, (step, response.status_code)
            assert _trace(article) == before, step
            visitor.client.handler.enforce_csrf_checks = True
    other_ways = {
        (change, "_save"): (change, {"title": "Đổi trộm", "body": "<p>x</p>", "base_version": article.version}),
        (reverse("admin:news_article_delete", args=[article.pk]), ""): (
            reverse("admin:news_article_delete", args=[article.pk]),
            {"post": "yes"},
        ),
        (reverse("admin:news_article_restore", args=[article.pk, 1]), ""): (
            reverse("admin:news_article_restore", args=[article.pk, 1]),
            {},
        ),
    }
    for (address, _value), (to, data) in other_ways.items():
        if (address, "") in visitor.offered:
            continue
        with undone():
            visitor.client.handler.enforce_csrf_checks = False
            response = visitor.client.post(to, data)
            assert response.status_code in {302, 403, 404}, (to, response.status_code)
            assert _trace(article) == before, to
            visitor.client.handler.enforce_csrf_checks = True


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_every_button_works_and_nothing_else_does(state, role):
    here, elsewhere = make_category(), make_category()
    person = ROLES[role](here, elsewhere)
    somebody = make_user("change_article", "view_article")
    for author in (person, somebody) if role in WRITES else (somebody,):
        article = STATES[state](author, here)
        article.refresh_from_db()
        visitor = Visitor(person)
        may_work = Article.objects.workable_by(person).filter(pk=article.pk).exists()

        if may_work:
            visitor.press_everything(reverse("admin:news_article_change", args=[article.pk]))
        _try_what_is_not_offered(visitor, article)
