"""Unsaved work: kept every few seconds, offered on return, and a sign of who is at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from news.models import Article, Autosave
from news.people import name_of

# Fields of the form that are worth keeping.
KEPT_FIELDS = (
    "title",
    "summary",
    "body",
    "category",
    "byline",
    "source",
    "cover",
    "cover_alt",
    "cover_caption",
    "cover_credit",
    "note",
)
MAX_LENGTH = 400_000  # characters of one field
AT_WORK = timedelta(seconds=60)  # three missed beats and a person has left


def keep(user: AbstractUser, article: Article | None, content: dict[str, Any] | None, base_version: int) -> Autosave:
    """Keep `content` as the person's unsaved work; None only notes that the form is open."""
    now = timezone.now()
    seen: dict[str, Any] = {"seen_at": now}
    if content is not None:
        kept = {name: str(content.get(name) or "")[:MAX_LENGTH] for name in KEPT_FIELDS}
        seen |= {"content": kept, "base_version": base_version, "saved_at": now}
    autosave, _created = Autosave.objects.update_or_create(user=user, article=article, defaults=seen)
    return autosave


def offer(user: AbstractUser, article: Article | None) -> dict[str, Any] | None:
    """What the person typed and did not save, for the form to offer; None when there is nothing."""
    autosave = Autosave.objects.filter(user=user, article=article, saved_at__isnull=False).first()
    if autosave is None:
        return None
    return {"content": autosave.content, "version": autosave.base_version, "at": autosave.saved_at}


def discard(user: AbstractUser, article: Article | None) -> None:
    Autosave.objects.filter(user=user, article=article).delete()


def others_at_work(article: Article, user: AbstractUser) -> list[str]:
    """Names of the other people who have the article's form open now."""
    present = Autosave.objects.filter(article=article, seen_at__gt=timezone.now() - AT_WORK).exclude(user=user)
    return [name_of(autosave.user) for autosave in present.select_related("user")]
