"""What waits for whom: the lists of the admin's first page and of the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from news import rights
from news.models import (
    Action,
    Article,
    ArticleQuerySet,
    Autosave,
    Link,
    MissingPage,
    Revision,
    SearchMiss,
    ShareLink,
    Status,
    Transition,
)
from news.newsroom.people import name_of

ROWS = 10
AHEAD = timedelta(days=14)
OLD_REVIEW = timedelta(days=3)
OLD_DRAFT = timedelta(days=14)
RECENT = timedelta(days=14)


@dataclass(frozen=True)
class Pile:
    """One list of the desk: its title, its rows (what, note, moment), and where there is more."""

    title: str | Promise
    rows: list[tuple[Any, str, datetime | None]]
    is_urgent: bool = False


def piles_of(user: AbstractUser, now: datetime | None = None) -> list[Pile]:
    """The lists that hold something for `user`. A fixed number of queries, each a few rows."""
    now = now or timezone.now()
    mine = Article.objects.workable_by(user).only(
        "title", "status", "published_at", "expires_at", "updated_at", "is_forced"
    )
    piles = [
        _waiting(user),
        Pile(_("Changes that wait for approval"), _proposals(user), is_urgent=True),
        Pile(_("Published urgently, to be confirmed"), _forced(user), is_urgent=True),
        Pile(_("Returned to you"), _returned(user)),
        Pile(_("Answers through shared links"), _answers(mine, now)),
        *_unsaved(user),
        Pile(_("Appears soon"), [(a, "", a.published_at) for a in mine.scheduled(now).order_by("published_at")[:ROWS]]),
        Pile(_("Ends soon"), [(a, "", a.expires_at) for a in _ending(mine, now)[:ROWS]]),
        Pile(_("Waiting for more than three days"), _old_reviews(mine, now), is_urgent=True),
        Pile(_("Your drafts that rest"), _old_drafts(user, now)),
        Pile(_("To be checked again"), _due(mine, now)),
    ]
    if rights.categories_of(user, rights.PUBLISH) != set():
        piles += [
            Pile(_("Messages that could not be sent"), _failed_mails(now), is_urgent=True),
            Pile(_("Broken links"), _broken_links(mine, now), is_urgent=True),
            Pile(_("Searched for in vain"), [(miss, f"{miss.hits} ×", None) for miss in SearchMiss.objects.all()[:5]]),
            Pile(_("Addresses not found"), [(page, f"{page.hits} ×", None) for page in MissingPage.objects.all()[:5]]),
        ]
    return [pile for pile in piles if pile.rows]


def agenda(user: AbstractUser, now: datetime | None = None) -> tuple[list[Article], list[Article]]:
    """What goes live and what ends in the next 14 days, in order."""
    now = now or timezone.now()
    articles = Article.objects.workable_by(user).select_related("category", "author")
    appearing = articles.scheduled(now).filter(published_at__lte=now + AHEAD).order_by("published_at")
    return list(appearing[:200]), list(_ending(articles, now)[:200])


def _checked(user: AbstractUser) -> Q:
    categories = rights.categories_checked_by(user)
    return Q() if categories is None else Q(category_id__in=categories)


def _waiting(user: AbstractUser) -> Pile:
    articles = (
        Article.objects.filter(_checked(user), status=Status.REVIEW).exclude(submitted_by=user).exclude(author=user)
    )
    return Pile(
        _("Waiting for you"),
        [(a, name_of(a.author), a.updated_at) for a in articles.select_related("author").order_by("updated_at")[:ROWS]],
        is_urgent=True,
    )


def _proposals(user: AbstractUser) -> list[tuple[Any, str, datetime | None]]:
    places = rights.categories_of(user, rights.PUBLISH)
    revisions = Revision.objects.proposed().exclude(saved_by=user).select_related("article", "saved_by")
    if places is not None:
        revisions = revisions.filter(article__category_id__in=places)
    return [(r.article, name_of(r.saved_by), r.saved_at) for r in revisions.order_by("saved_at")[:ROWS]]


def _forced(user: AbstractUser) -> list[tuple[Any, str, datetime | None]]:
    places = rights.categories_of(user, rights.PUBLISH)
    articles = Article.objects.filter(is_forced=True, status=Status.PUBLISHED).exclude(author=user)
    if places is not None:
        articles = articles.filter(category_id__in=places)
    return [(a, "", a.published_at) for a in articles.order_by("-published_at")[:ROWS]]


def _returned(user: AbstractUser) -> list[tuple[Any, str, datetime | None]]:
    last = Transition.objects.filter(article=OuterRef("pk")).order_by("-id")
    drafts = Article.objects.filter(author=user, status=Status.DRAFT).annotate(
        last_action=Subquery(last.values("action")[:1]),
        last_reason=Subquery(last.values("reason")[:1]),
        last_at=Subquery(last.values("made_at")[:1]),
    )
    returned = drafts.filter(last_action=Action.RETURN).order_by("-last_at")
    return [(article, article.last_reason, article.last_at) for article in returned[:ROWS]]


def _answers(mine: ArticleQuerySet, now: datetime) -> list[tuple[Any, str, datetime | None]]:
    links = ShareLink.objects.filter(answered_at__gt=now - RECENT, article__in=mine.values("pk"))
    rows = links.select_related("article").order_by("-answered_at")[:ROWS]
    return [(link.article, f"{link.recipient}: {link.get_verdict_display()}", link.answered_at) for link in rows]


def _unsaved(user: AbstractUser) -> list[Pile]:
    """Kept work, apart from that on articles which a colleague has saved since."""
    kept = Autosave.objects.filter(user=user, saved_at__isnull=False).select_related("article").order_by("-saved_at")
    rows: dict[bool, list[tuple[Any, str, datetime | None]]] = {True: [], False: []}
    for copy in kept[:ROWS]:
        is_conflict = copy.article is not None and copy.article.version > copy.base_version
        rows[is_conflict].append((copy.article or copy, copy.content.get("title", ""), copy.saved_at))
    return [
        Pile(_("In conflict: a colleague has saved since you wrote"), rows[True], is_urgent=True),
        Pile(_("Your unsaved work"), rows[False]),
    ]


def _ending(articles: ArticleQuerySet, now: datetime) -> ArticleQuerySet:
    soon = articles.filter(status=Status.PUBLISHED, expires_at__gt=now, expires_at__lte=now + AHEAD)
    return soon.order_by("expires_at")


def _old_reviews(mine: ArticleQuerySet, now: datetime) -> list[tuple[Any, str, datetime | None]]:
    old = mine.filter(status=Status.REVIEW, updated_at__lt=now - OLD_REVIEW).order_by("updated_at")
    return [(article, "", article.updated_at) for article in old[:ROWS]]


def _old_drafts(user: AbstractUser, now: datetime) -> list[tuple[Any, str, datetime | None]]:
    old = Article.objects.filter(author=user, status=Status.DRAFT, updated_at__lt=now - OLD_DRAFT)
    return [(article, "", article.updated_at) for article in old.order_by("updated_at")[:ROWS]]


def _due(mine: ArticleQuerySet, now: datetime) -> list[tuple[Any, str, datetime | None]]:
    due = mine.filter(status=Status.PUBLISHED, review_on__lte=timezone.localdate(now)).order_by("review_on")
    return [(article, "", article.updated_at) for article in due[:ROWS]]


def _failed_mails(now: datetime) -> list[tuple[Any, str, datetime | None]]:
    failed = Transition.objects.exclude(mail_error="").filter(made_at__gt=now - RECENT).select_related("article")
    return [(step.article, step.mail_error, step.made_at) for step in failed[:ROWS]]


def _broken_links(mine: ArticleQuerySet, now: datetime) -> list[tuple[Any, str, datetime | None]]:
    links = Link.objects.broken().filter(article__in=mine.published(now).values("pk"))
    return [(link, f"{link.article} · {link.reason}", link.checked_at) for link in links[:ROWS]]
