"""Polls that answer to the words of a citizen."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField, QuerySet, TextField
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from compiledquery import CompiledQuery
from finding import holding, parts_of
from polls.models import Poll
from section import Finds, Found
from upkeep.believedtime import believed_now

MOST = 5


def polls_with(text: str, commune: Commune) -> Finds:
    """The newest published polls with every word of `text` in their title."""
    parts = parts_of(text)
    polls = _newest(commune=commune.pk, at=believed_now(), parts=parts) if parts else []
    return Finds(_("Polls"), [Found(poll.title, _address(poll), _state(poll)) for poll in polls])


def _address(poll: Poll) -> str:
    return reverse("polls:results" if poll.is_closed() else "polls:ballot", args=[poll.pk])


def _state(poll: Poll) -> str:
    return gettext("closed") if poll.is_closed() else gettext("open")


def _rows(commune: Any, at: Any, parts: Any) -> QuerySet[Any]:
    return holding(Poll.objects.of(commune).published(at), parts, ["title"]).order_by("-opens_at")[:MOST]


_newest = CompiledQuery(_rows, commune=BigIntegerField(), at=DateTimeField(), parts=ArrayField(TextField()))
