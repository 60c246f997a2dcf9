"""Into the trash, back, and out of it for good."""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from django.http import HttpRequest

from trail.recording import Kind, Subject, record
from trash.models import TrashItem

logger = logging.getLogger(__name__)


def throw_away(row: Model, kind: str, user: AbstractUser, reason: str) -> TrashItem:
    """Put `row`, locked by the caller, into the trash as a thing of `kind`; nothing else of it changes."""
    title = str(row)[: TrashItem._meta.get_field("title").max_length]
    item = TrashItem.objects.create(commune_id=row.commune_id, kind=kind, title=title, reason=reason, trashed_by=user)
    type(row).with_trashed.of(row.commune_id).filter(pk=row.pk).update(trashed=item)
    row.trashed = item
    return item


def take_back(row: Model, item: TrashItem) -> None:
    """Save `row`, checked by the caller, as one that no longer lies in the trash. Raises IntegrityError."""
    with transaction.atomic():
        row.trashed = None
        row.save()
        item.delete()


def delete_for_good(row: Model | None, item: TrashItem, request: HttpRequest | None = None) -> bool:
    """Delete a row of the trash with all that hangs on it; False when something still refers to it.

    Files go later, when the clock finds that no row and no text names them. `request`: of who empties the trash; without
    it the clock does.
    """
    try:
        with transaction.atomic():
            if row is not None:
                about = Subject(item.title, item.kind, str(row.pk))
                record(Kind.DELETE, request, about=about, commune=item.commune_id, after={"trash": "emptied"})
                row.delete()
            item.delete()
    except (ProtectedError, RestrictedError, IntegrityError) as error:
        logger.info("%s %s stays in the trash: %s", item.kind, item.pk, error)
        return False
    return True


def due_items(at: datetime) -> list[TrashItem]:
    """What the clock deletes at the moment `at`, of all communes."""
    return list(TrashItem.objects.everywhere().due(at))
