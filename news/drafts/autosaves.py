"""Unsaved work: kept every few seconds, offered on return, and a sign of who is at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from accounts.people import name_of
from communes.models import Commune
from communes.rows import CommuneQuerySet
from library.pictures import PictureError, store_picture
from news.models import Article, Autosave
from richtext import Removed, lift_inline_pictures, names_of, taken_away

MAX_NAME = 100  # characters of a field's name
MAX_FIELDS = 1000  # an article with a hundred attached documents has about 600
# Beside the fields of a form: a sentence that names what of the text the copy does not hold.
LOST = "body:lost"
# What of a form says nothing about the text.
NOT_TYPED = {"csrfmiddlewaretoken", "base_version", "base_details", "cover_file"}
AT_WORK = timedelta(seconds=60)  # three missed beats and a person has left


def keep(
    user: AbstractUser,
    article: Article | None,
    content: dict[str, Any] | None,
    base_version: int,
    *,
    is_page: bool = False,
) -> Autosave:
    """Keep `content` as the person's unsaved work; None only notes that the form is open.

    `is_page` says what an article that was never saved is to become: a person's new page and new article lie apart.
    `content` is {field of the form: text, tick or list of choices}: every field, whatever the form has.
    It belongs to the commune the person works for, and is only ever given back to the same person's form, never
    read as an article. Pictures written into the text as base64 go into the library, as they do when the article is
    saved. What no text can hold, such as a picture that the library refuses, is not in the copy, which says so
    (LOST); nothing is cut off.
    """
    now = timezone.now()
    seen: dict[str, Any] = {"seen_at": now}
    if content is not None:
        seen |= {"content": _kept(_with_pictures_stored(content, user)), "base_version": base_version, "saved_at": now}
    autosave, _created = Autosave.objects.update_or_create(
        commune=user.commune, user=user, article=article, is_page=_is_page(article, is_page), defaults=seen
    )
    return autosave


def as_typed(data: QueryDict, fields: dict[str, forms.Field], commune: Commune) -> dict[str, Any]:
    """What a form sent, in the shape of `keep`: all values of a field with several choices, and their words.

    The words are of rows of `commune`. Browsers send no empty choice: a list of `fields` that did not come is empty. Tokens and buttons are left out.
    """
    typed: dict[str, Any] = {name: data[name] for name in data if not name.startswith("_") and name not in NOT_TYPED}
    for name, field in fields.items():
        if not isinstance(field, forms.ModelChoiceField):
            continue
        chosen = [value for value in data.getlist(name) if value.isascii() and value.isdigit() and len(value) < 19]
        words = {str(item.pk): str(item) for item in field.queryset.model.objects.of(commune).filter(pk__in=chosen)}
        if isinstance(field, forms.ModelMultipleChoiceField):
            typed[name] = chosen
        typed[f"{name}:words"] = [words.get(value, "") for value in chosen]
    return typed


def _with_pictures_stored(content: dict[str, Any], user: AbstractUser) -> dict[str, Any]:
    def store(content: bytes) -> str | None:
        try:
            return store_picture(ContentFile(content, name="pasted"), user.commune, user).file.url
        except PictureError:  # what is wrong with it is said when the article is saved
            return None

    body = content.get("body")
    if not isinstance(body, str):
        return content
    body = lift_inline_pictures(body, store)
    removed = taken_away(body)
    del removed[Removed.LOST_TARGET]  # such a link is kept, and named when the article is saved
    names = names_of(removed)
    lost = {LOST: gettext("The copy on the server lacks: %(things)s.") % {"things": names}} if names else {}
    return content | {"body": body} | lost


def _kept(content: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in list(content.items())[:MAX_FIELDS]:
        if isinstance(value, list):
            kept[_storable(name)[:MAX_NAME]] = [_storable(str(choice)) for choice in value]
        else:
            kept[_storable(name)[:MAX_NAME]] = value if isinstance(value, bool) else _storable(str(value or ""))
    return kept


def _storable(text: str) -> str:
    """`text` without what PostgreSQL's JSON cannot hold: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="ignore").decode()


def offer(user: AbstractUser, article: Article | None, *, is_page: bool = False) -> dict[str, Any] | None:
    """What the person typed and did not save, for the form to offer; None when there is nothing."""
    autosave = _own(user, article, is_page).filter(saved_at__isnull=False).first()
    if autosave is None:
        return None
    return {"content": autosave.content, "version": autosave.base_version, "at": autosave.saved_at}


def discard(user: AbstractUser, article: Article | None, *, is_page: bool = False) -> None:
    _own(user, article, is_page).delete()


def _own(user: AbstractUser, article: Article | None, is_page: bool) -> CommuneQuerySet[Autosave]:  # noqa: FBT001
    return Autosave.objects.of(user.commune).filter(user=user, article=article, is_page=_is_page(article, is_page))


def _is_page(article: Article | None, is_page: bool) -> bool:  # noqa: FBT001
    return article.is_page if article else is_page


def others_at_work(article: Article, user: AbstractUser) -> list[str]:
    """Names of the other people who have the article's form open now."""
    present = article.autosaves.filter(seen_at__gt=timezone.now() - AT_WORK).exclude(user=user)
    return [name_of(autosave.user) for autosave in present.select_related("user")]
