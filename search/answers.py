"""Answers that editors put above all results."""

from __future__ import annotations

from communes.models import Commune
from search.models import PromotedAnswer
from search.reading import Reading
from search.words import key_of, syllables


def answers_to(reading: Reading, commune: Commune) -> list[PromotedAnswer]:
    """The promoted answers for a query as it was typed, and as it is understood."""
    keys = {key_of(syllables(reading.text)), key_of(reading.words)} - {""}
    return list(PromotedAnswer.objects.of(commune).keyed(sorted(keys))) if keys else []
