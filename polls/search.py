"""Polls that answer to the words of a citizen."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from finding import found
from polls.models import Poll
from section import Finds, Found

MOST = 5


def polls_with(text: str, commune: Commune) -> Finds:
    """The newest published polls with every word of `text` in their title."""
    polls = found(Poll.objects.of(commune).published(), text, ["title"]).order_by("-opens_at")[:MOST]
    return Finds(_("Polls"), [Found(poll.title, _address(poll), _state(poll)) for poll in polls])


def _address(poll: Poll) -> str:
    return reverse("polls:results" if poll.is_closed() else "polls:ballot", args=[poll.pk])


def _state(poll: Poll) -> str:
    return gettext("closed") if poll.is_closed() else gettext("open")
