"""Every button and link a page offers is pressed the way the page sends it; what it does not offer is refused.

In every state of an article, for every kind of account, on the own article and on that of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import create_roles
from library.documents import store_document
from news.drafts import revisions
from news.models import (
    Action,
    Article,
    Attachment,
    Category,
    GroupScope,
    NewsroomRules,
    Revision,
    Status,
    Transition,
)
from news.newsroom.steps import workflow
from news.newsroom.steps.step_views import SCHEDULE
from news.templatetags.news_admin import BUTTONS
from tests.communes.factories import first_commune, join, working
from tests.news.factories import make_article, make_category, make_chief, make_editor, make_picture, make_user
from tests.news.test_revisions import propose
from tests.offered import ANSWER, MOMENT, Visitor, undone, without_list_of_apps
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db

STEPS = [*BUTTONS, SCHEDULE]


# --- Accounts ---


def _member(permissions, categories=None, **changes):
    """A member of staff in a group with `permissions` (codenames of the news), limited to `categories` if given."""
    user = make_user(**changes)
    group = Group.objects.create(name=f"Nhóm của {user.username}")
    group.permissions.set(Permission.objects.filter(content_type__app_label="news", codename__in=permissions))
    if categories is not None:
        GroupScope.objects.create(commune=first_commune(), group=group).categories.set(categories)
    join(user, group)
    return working(get_user_model().objects.get(pk=user.pk))


def _in_group(name):
    def make(here, elsewhere):
        user = make_user()
        join(user, create_roles()[name])
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
    join(user, *Group.objects.filter(memberships__user=other))
    return working(get_user_model().objects.get(pk=user.pk))


# --- States ---


def _saved(author, category, **changes):
    """A draft with two revisions; without a category, a page."""
    if category is None:
        article = make_page(author=author, status=Status.DRAFT, **changes)
    else:
        article = make_article(author=author, category=category, status=Status.DRAFT, **changes)
    revisions.save_draft(article, author, 1)
    article.title += " sửa"
    revisions.save_draft(article, author, 2)
    return article


def _submitted(author, category):
    article = _saved(author, category)
    Article.every_kind.everywhere().filter(pk=article.pk).update(status=Status.REVIEW, submitted_by=author)
    return article


def _returned(author, category):
    article = _submitted(author, category)
    workflow.return_to_author(article, make_editor(), "Thiếu nguồn")
    return article


def _published(author, category, **changes):
    article = _saved(author, category)
    values = {"status": Status.PUBLISHED, "published_at": timezone.now() - timedelta(hours=1)} | changes
    Article.every_kind.everywhere().filter(pk=article.pk).update(**values)
    return Article.every_kind.everywhere().get(pk=article.pk)


def _with_cover_and_document(author, category):
    article = _published(author, category, cover=make_picture(), cover_alt="Cầu treo", body="<p>Một</p><p>Hai</p>")
    document = store_document(
        SimpleUploadedFile("phu-luc.pdf", b"%PDF-1.7 phu luc"), first_commune(), author, title="Phụ lục"
    )
    Attachment.objects.create(article=article, document=document, title="Phụ lục")
    return article


def _with_change_of_the_author(author, category):
    article = _published(author, category)
    propose(article, author, title="Tên mới")
    return article


def _with_change_of_an_editor(author, category):
    article = _published(author, category)
    propose(article, make_chief(), title="Tên mới", **({"category": make_category()} if category else {}))
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


def _with_a_small_correction(author, category):
    NewsroomRules.objects.get_or_create(commune=first_commune(), defaults={"is_correcting_alone": True})
    article = _published(author, category)
    propose(article, author, title=article.title.replace("sửa", "sữa"))
    return article


def _corrected_alone(author, category):
    article = _published(author, category)
    Transition.objects.create(article=article, action=Action.TYPO, made_by=author, reason="sữa → sửa")
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
    "with a small correction": _with_a_small_correction,
    "corrected alone": _corrected_alone,
    "urgent": _urgent,
    "withdrawn": _withdrawn,
    "restored": _restored,
}


# --- What is not offered ---


def _trace(article: Article) -> tuple:
    """Everything a step could change of an article."""
    now = (
        Article.every_kind.everywhere()
        .filter(pk=article.pk)
        .values("status", "is_forced", "title", "published_at")
        .first()
    )
    texts = list(Revision.objects.filter(article=article.pk).values_list("number", "state"))
    return now, texts, Transition.objects.filter(article=article.pk).count()


def _state(article: Article) -> tuple:
    """What the pages of an article depend on, apart from its words."""
    row = Article.every_kind.everywhere().filter(pk=article.pk).values_list("status", "is_forced").first()
    waiting = Revision.objects.filter(article=article.pk).proposed().values_list("saved_by").first()
    last = Transition.objects.filter(article=article.pk).values_list("action").first()
    return row, waiting, last


def _try_what_is_not_offered(visitor: Visitor, article: Article) -> None:
    """Send every step the pages did not offer, by its own address and under the form: nothing changes."""
    change = article.form_address
    delete = change.replace("/change/", "/delete/")
    restore = reverse("admin:news_article_restore", args=[article.pk, 1])
    fields = {"reason": ANSWER, "notice": ANSWER, **MOMENT}
    tried = []
    for step in STEPS:
        address = reverse("admin:news_article_step", args=[article.pk, step])
        if (address, "") not in visitor.offered and (change, step) not in visitor.offered:
            tried.append((address, fields))
    if (change, "") not in visitor.offered:
        tried.append((change, {"title": "Đổi trộm", "body": "<p>x</p>", "base_version": article.version}))
    tried += [(address, {"post": "yes"}) for address in (delete, restore) if (address, "") not in visitor.offered]
    before = _trace(article)
    visitor.client.handler.enforce_csrf_checks = False
    for address, data in tried:
        with undone():
            response = visitor.client.post(address, data)
            assert response.status_code in {302, 403, 404}, (address, response.status_code)
            assert _trace(article) == before, address
    visitor.client.handler.enforce_csrf_checks = True


def _try_steps_under_the_form(visitor: Visitor, article: Article, turn: int) -> None:
    """Send the form with a step it did not offer: at most its text is saved, the step is not taken.

    The whole form is sent each time: every third step in each state, the others in the states after it (`turn`).
    """
    change = article.form_address
    if (change, "") not in visitor.offered:
        return
    form = next(form for form in visitor.start.forms if "title" in form.kinds)
    before = Article.every_kind.everywhere().values("status", "is_forced").get(pk=article.pk)
    for place, step in enumerate(STEPS):
        if (change, step) in visitor.offered or (place + turn) % 3:
            continue
        with undone():
            taken = Transition.objects.filter(article=article.pk).count()
            response = form.press(visitor.client, None, _step=step)
            assert response.status_code in {200, 302}, (step, response.status_code)
            assert Article.every_kind.everywhere().values("status", "is_forced").get(pk=article.pk) == before, step
            assert Transition.objects.filter(article=article.pk).count() == taken, step
            target = response.get("Location", "")
            if "/buoc/" in target:
                assert visitor.client.get(target).status_code == 403, step


@dataclass
class World:
    """What all states of one role share: two categories, the person who presses, and somebody else."""

    role: str
    here: Category
    person: User
    somebody: User
    visitor: Visitor


@pytest.fixture(scope="module", params=ROLES)
def world(request, django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for each role; what the states add is taken back after each."""
    yield from worlds(request, django_db_blocker)


def worlds(request, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        here, elsewhere = make_category(), make_category()
        person = ROLES[request.param](here, elsewhere)
        somebody = make_user("change_article", "view_article")
        visitor = Visitor(person)
        with pytest.MonkeyPatch.context() as patch, without_list_of_apps():
            patch.setattr(settings, "FRAME_SECONDS", 600)  # what stands around every page is rendered once
            yield World(request.param, here, person, somebody, visitor)


@pytest.mark.parametrize("state", STATES)
def test_every_button_works_and_nothing_else_does(world, state):
    press_all(world, world.here, state)


def press_all(world: World, place: Category | None, state: str) -> None:
    """Press what is offered of an article in `state` at `place` (None: of a page), and send what is not."""
    for author in (world.person, world.somebody) if world.role in WRITES else (world.somebody,):
        with undone():
            article = STATES[state](author, place)
            article.refresh_from_db()
            visitor = world.visitor
            visitor.offered = set()
            if Article.every_kind.everywhere().workable_by(world.person).filter(pk=article.pk).exists():
                visitor.press_everything(
                    article.form_address,
                    partial(_state, article),
                    beside=reverse("admin:news_article_look", args=[article.pk]).removesuffix("xem/"),
                )
            _try_what_is_not_offered(visitor, article)
            if author == world.person or world.role not in WRITES:
                _try_steps_under_the_form(visitor, article, list(STATES).index(state))
