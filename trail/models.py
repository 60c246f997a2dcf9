"""The audit log: what people did, in one order for each commune, never changed.

Its lines name people and things by number and by the name they had: a log refers to nothing that can go. The database
numbers and chains the lines, and refuses to change them (entry.sql).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from textfields import LineField, MultilineField
from trail.chain import chained_hash, microseconds

# The chain of what belongs to no commune: backups, groups, the communes themselves.
DEPLOYMENT = 0


class Kind(models.TextChoices):
    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    SIGN_OUT = "sign_out", _("signed out")
    PASSWORD = "password", _("password changed")
    FACTOR = "factor", _("second factor changed")
    ADD = "add", _("added")
    CHANGE = "change", _("changed")
    DELETE = "delete", _("deleted")
    PUBLISH = "publish", _("published")
    WITHDRAW = "withdraw", _("withdrawn")
    READ = "read", _("draft read by an operator")
    EXPORT = "export", _("exported")
    BACKUP = "backup", _("backed up")
    RESTORE = "restore", _("restored from a backup")
    STRIKE = "strike", _("struck out of the statistics")
    HANDOVER = "handover", _("work handed over")
    ERASE = "erase", _("personal data erased")


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, commune: models.Model | int) -> EntryQuerySet:
        """Lines about `commune`."""
        return self.filter(chain=commune if isinstance(commune, int) else commune.pk)


class Entry(models.Model):
    """One line: who did what to what, when, from where."""

    chain = models.PositiveIntegerField(
        _("commune"), help_text=_("The number of the commune; 0 for what belongs to none.")
    )
    position = models.PositiveBigIntegerField(_("number"), default=0, help_text=_("Given by the database, from 1."))
    created_at = models.DateTimeField(_("at"), help_text=_("When it happened."))
    kind = models.CharField(_("event"), max_length=20, choices=Kind, help_text=_("What was done."))
    person = models.PositiveBigIntegerField(
        _("number of the account"), null=True, blank=True, help_text=_("Empty for strangers and for the portal itself.")
    )
    person_name = LineField(_("person"), max_length=320, blank=True, help_text=_("Who did it, by the name of then."))
    address = LineField(
        _("network address"), max_length=45, blank=True, help_text=_("The network address it came from.")
    )
    object_type = LineField(
        _("kind of thing"), max_length=100, blank=True, help_text=_("What it was done to: app and model.")
    )
    object_id = LineField(_("number of the thing"), max_length=100, blank=True, help_text=_("Which of them."))
    object_name = LineField(_("thing"), max_length=320, blank=True, help_text=_("What it was called then."))
    # JSON as text, since the hash covers every sign of it.
    before = MultilineField(_("before"), blank=True, help_text=_("What it was before."))
    after = MultilineField(_("after"), blank=True, help_text=_("What it is since."))
    hash = LineField(
        _("chained hash"), max_length=64, default="", help_text=_("SHA-256 over the line and the hash before it.")
    )
    code = LineField(
        _("code of the line"), max_length=32, help_text=_("Made of the hash with a key that is not in the database.")
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the audit log")
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="trail_entry_position",
                fields=["chain", "position"],
                violation_error_message=_("The log has this number already."),
            ),
        ]
        indexes = [
            models.Index(name="trail_entry_newest", fields=["chain", "-created_at"]),
            models.Index(name="trail_entry_person", fields=["person"]),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.position}"

    def hash_after(self, previous: str) -> str:
        """SHA-256 over the line and the hash of the line before it, as entry.sql computes it."""
        return chained_hash(
            [
                previous,
                str(self.chain),
                str(self.position),
                str(microseconds(self.created_at)),
                self.kind,
                "" if self.person is None else str(self.person),
                self.person_name,
                self.address,
                self.object_type,
                self.object_id,
                self.object_name,
                self.before,
                self.after,
            ]
        )

    def values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was before and what is since, by field."""
        return json.loads(self.before or "{}"), json.loads(self.after or "{}")


class Head(models.Model):
    """Where a chain begins: at first before line 1, later at the last line that was pruned."""

    chain = models.PositiveIntegerField(_("commune"), unique=True, help_text=_("As in the lines."))
    begun_at = models.DateTimeField(_("begun at"), help_text=_("When the first line was written; tells logs apart."))
    position = models.PositiveBigIntegerField(
        _("number"), default=0, help_text=_("The last line that is no longer kept; 0: all are.")
    )
    hash = LineField(_("chained hash"), max_length=64, default="", help_text=_("The hash of that line."))
    code = LineField(_("code of the line"), max_length=32, blank=True, default="", help_text=_("As in the lines."))

    class Meta:
        verbose_name = _("head of an audit log")
        verbose_name_plural = _("heads of audit logs")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain}: {self.position}"

    @staticmethod
    def first_hash(chain: int, begun_at: datetime) -> str:
        """What line 1 is chained to."""
        return chained_hash(["trail", str(chain), str(microseconds(begun_at))])
