"""Answers that editors put above all results."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, TextField

from communes.models import Commune
from compiledquery import CompiledQuery
from search.models import PromotedAnswer
from search.reading import Reading
from search.words import key_of, syllables


def answers_to(reading: Reading, commune: Commune) -> list[PromotedAnswer]:
    """The promoted answers for a query as it was typed, and as it is understood."""
    keys = {key_of(syllables(reading.text)), key_of(reading.words)} - {""}
    return _keyed(commune=commune.pk, keys=sorted(keys)) if keys else []


_keyed = CompiledQuery(
    lambda commune, keys: PromotedAnswer.objects.of(commune).keyed(keys),
    commune=BigIntegerField(),
    keys=ArrayField(TextField()),
)
