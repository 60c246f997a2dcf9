"""The audit log is kept for twelve months; the head of each chain stays, so that the rest can be verified."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from trail.models import Entry, Head
from trail.verifying import head_code
from upkeep.tasks import Task

KEPT = timedelta(days=366)


def prune(at: datetime) -> int:
    """Remove the lines older than KEPT before `at`, and move the heads of their chains on; returns how many."""
    removed = 0
    for head in Head.objects.order_by("chain"):
        with transaction.atomic():
            head = Head.objects.select_for_update().get(pk=head.pk)
            kept = Entry.objects.of(head.chain).filter(created_at__gte=at - KEPT).order_by("position").first()
            old = Entry.objects.of(head.chain).order_by("-position")
            last = old.filter(position__lt=kept.position).first() if kept else old.first()
            if last is None:
                continue
            head.position, head.hash = last.position, last.hash
            head.code = head_code(head)
            head.save(update_fields=["position", "hash", "code"])
            removed += Entry.objects.of(head.chain).filter(position__lte=last.position).delete()[0]
    return removed


TASKS = [
    Task(
        name="trail-prune",
        title=_("Delete lines of the audit log older than twelve months"),
        rhythm=time(3, 50),
        run=prune,
        deletes=True,
    ),
]
