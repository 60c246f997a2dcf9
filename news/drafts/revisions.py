"""Saving texts so that none is lost: every save is a revision, and no save overwrites another."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from library.models import Picture
from news import rights
from news.models import CONTENT_FIELDS, Action, Article, Category, Revision, RevisionState, Transition
from news.newsroom.steps import notices
from richtext import clean_html, without_breaks

# Set by those who publish, at once and without a revision.
PUBLICATION_FIELDS = ("is_featured", "published_at", "expires_at", "review_on")
NEWS_FIELDS = ("kind", "deadline_on")
PLACE_FIELDS = ("parent", "slug", "path", "position", "language", "translation_of")


class EditConflictError(Exception):
    """Somebody else saved the article since the text at hand was opened."""


def content_of(article: Article) -> dict[str, Any]:
    return {field: getattr(article, field) for field in CONTENT_FIELDS}


def apply_content(article: Article, content: dict[str, Any]) -> None:
    """Put the text of a revision into `article`, unsaved. A category or picture deleted since stays as it is."""
    if not Category.objects.of(article.commune_id).filter(pk=content["category_id"]).exists():
        content = content | {"category_id": article.category_id}
    pictures = Picture.objects.of(article.commune_id)
    if content["cover_id"] and not pictures.filter(pk=content["cover_id"]).exists():
        content = content | {"cover_id": None}
    for field in CONTENT_FIELDS:
        setattr(article, field, content[field])


def create_article(article: Article, user: AbstractUser) -> None:
    """Save a new article, which has its commune, with its first revision."""
    article.author = user
    with transaction.atomic():
        article.save()
        Revision.objects.create(article=article, number=1, content=content_of(article), saved_by=user)


def save_draft(article: Article, user: AbstractUser, expected_version: int) -> None:
    """Save the text of an article that is not public. Raises EditConflictError."""
    with transaction.atomic():
        keep_first_text(article)
        _next_version(article, expected_version)
        article.clean()
        article.save()
        Revision.objects.create(article=article, number=article.version, content=content_of(article), saved_by=user)


def propose_change(
    article: Article, user: AbstractUser, expected_version: int, *, is_major: bool = False, note: str = ""
) -> Revision | None:
    """Keep a new text of a published article until somebody approves it; the public text stays.

    `article` holds the new text. None when it equals the public one, or the one that waits already.
    Replaces an earlier proposal, which stays in the history. Raises EditConflictError.
    """
    with transaction.atomic():
        public = Article.every_kind.of(article.commune_id).select_for_update().get(pk=article.pk)
        waiting = public.revisions.proposed().first()
        if waiting is None and _is_same_text(content_of(article), content_of(public)):
            return None
        # Whoever opens a proposed change and approves it saves the form as it was: it stays its author's.
        is_as_told = waiting is not None and (waiting.is_major, waiting.note) == (is_major, note)
        if is_as_told and _is_same_text(content_of(article), waiting.content):
            return None
        keep_first_text(public)
        _next_version(article, expected_version)
        public.revisions.proposed().update(state=RevisionState.SUPERSEDED)
        revision = Revision.objects.create(
            article=public,
            number=article.version,
            content=content_of(article),
            state=RevisionState.PROPOSED,
            is_major=is_major,
            note=note,
            saved_by=user,
        )
        if waiting is None or waiting.saved_by_id != user.pk:
            # Told once: whoever goes on writing at the own change does not send a mail with every save.
            step = Transition.objects.create(article=public, action=Action.PROPOSE, made_by=user, reason=note)
            notices.tell(step)
        return revision


def save_publication(article: Article) -> None:
    """Save when and where a published article appears, leaving its public text alone."""
    own = PLACE_FIELDS if article.is_page else NEWS_FIELDS
    article.save(update_fields=[*PUBLICATION_FIELDS, *own, "updated_at"])


def apply_change(article: Article, revision: Revision) -> None:
    """Make a proposed text the public one. `article` is locked by the caller."""
    apply_content(article, revision.content)
    article.save(update_fields=[*CONTENT_FIELDS, "updated_at"])
    revision.state = RevisionState.APPROVED
    revision.approved_at = timezone.now()
    revision.save(update_fields=["state", "approved_at"])


def restore_revision(article: Article, revision: Revision, user: AbstractUser) -> bool:
    """Bring an old text back as a new revision; of a published article, as a proposed change.

    False when the article stays in its present category, because `user` does not write in that of the old text.
    """
    content = revision.content
    may_move = content["category_id"] == article.category_id or rights.may_in(
        user, rights.CHANGE, content["category_id"]
    )
    apply_content(article, content if may_move else content | {"category_id": article.category_id})
    if article.status == "published":
        propose_change(article, user, article.version)
    else:
        save_draft(article, user, article.version)
    return may_move


def _is_same_text(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two texts differ in nothing a reader could see: forms and editors break lines anew."""
    return all(_without_breaks(name, first[name]) == _without_breaks(name, second[name]) for name in CONTENT_FIELDS)


def _without_breaks(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return without_breaks(clean_html(value)) if name == "body" else " ".join(value.split())


def _next_version(article: Article, expected: int) -> None:
    # One statement compares and raises: of two savers, the database lets exactly one through.
    expected_one = Article.every_kind.of(article.commune_id).filter(pk=article.pk, version=expected)
    if not expected_one.update(version=F("version") + 1):
        raise EditConflictError
    article.version = expected + 1


def keep_first_text(article: Article) -> None:
    """Articles that came without revisions (an import, the demonstration) get their present text as the first."""
    if article.revisions.exists():
        return
    public = Article.with_trashed.of(article.commune_id).get(pk=article.pk)
    Revision.objects.create(
        article=public, number=public.version, content=content_of(public), saved_by_id=public.author_id
    )
