"""Rows that are thrown into the trash instead of deleted: their key, and the manager that leaves them out.

    class Picture(models.Model):
        trashed = TrashKey()
        objects = KeptManager.from_queryset(PictureQuerySet)()
        with_trashed = PictureQuerySet.as_manager()

What lies in the trash keeps its row with all that hangs on it, so that taking it back is one column set to
nothing. Who threw it away, when and why stands once for all kinds, in `TrashItem`: one list, one clock, and no
table with three more columns that are nearly always empty. Whoever means the trash says `with_trashed`; a list that
forgets to say what it shows shows nothing of it. Conditions of unique constraints leave those rows out as well: an
address is free while its row lies in the trash.

A query that joins such a table from elsewhere (a share link and its article) meets the rows all the same: it says
`article__trashed__isnull=True` itself. tests/trash/test_nowhere.py asks every address for a word of a row in the trash.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneQuerySet


class TrashKey(models.ForeignKey):
    """Why the row lies in the trash; nothing while it does not."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "to": "trash.TrashItem",
            "verbose_name": _("in the trash"),
            "null": True,
            "editable": False,
            "db_index": False,  # `one_row` has the index
            "on_delete": models.PROTECT,
            "related_name": "+",
            "help_text": _("Set while it lies in the trash."),
        }
        super().__init__(**(defaults | kwargs))


def one_row(table: str) -> models.UniqueConstraint:
    """What lies in the trash is one row: the constraint every model with a `TrashKey` has."""
    return models.UniqueConstraint(
        fields=["commune", "trashed"], condition=Q(trashed__isnull=False), name=f"{table}_one_row_in_trash"
    )


class KeptManager(models.Manager):
    """The rows of a model with a `TrashKey` that do not lie in the trash."""

    IN_TRASH = Q(trashed__isnull=False)

    def get_queryset(self) -> CommuneQuerySet:
        return super().get_queryset().exclude(self.IN_TRASH)
