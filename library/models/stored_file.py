"""What pictures, documents and recordings have in common: a file of one commune, stored once for whoever uploaded it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField
from trash.rows import TrashKey, one_row


class StoredFileQuerySet(CommuneQuerySet):
    def visible_to(self, user: AbstractBaseUser | None) -> Self:
        """Files that `user` may know of: all of a commune for those who look into its library, else the own; None is the portal.

        An upload is recognised among these only: its number must not tell what strangers stored.
        """
        name = self.model._meta.model_name
        looks = (f"library.view_{name}", f"library.change_{name}")
        if user is None or any(user.has_perm(permission) for permission in looks):
            return self
        return self.filter(uploaded_by=user.pk)


class StoredFile(models.Model):
    """The columns of every stored file; `file` itself is each kind's own, and so are its managers."""

    commune = CommuneKey()
    trashed = TrashKey()
    tags = LineField(
        _("keywords"), max_length=250, blank=True, help_text=_("Words to find it by, separated by commas.")
    )
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("In bytes."))
    digest = LineField(
        _("content digest"),
        max_length=64,
        editable=False,
        help_text=_("SHA-256 of the file as it was uploaded; the same file is recognised by it."),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="%(class)ss",
        help_text=_("The account that uploaded the file."),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True, help_text=_("When the file was uploaded."))

    class Meta:
        abstract = True
        ordering = ("-id",)


def stored_once(table: str, error: Promise) -> tuple[models.UniqueConstraint, ...]:
    """What every table of files promises: nobody stores a file twice, and what lies in the trash is one row."""
    return (
        one_row(table),
        models.UniqueConstraint(
            fields=["commune", "uploaded_by", "digest"],
            condition=models.Q(trashed__isnull=True),
            name=f"{table}_uploader_digest_unique",
            violation_error_message=error,
        ),
    )


def name_in(folder: str, row: StoredFile, name: str) -> str:
    """Where the file of a new row is stored: every commune has a folder, with one of each kind in it."""
    return f"{row.commune.slug}/{folder}/{name}"
