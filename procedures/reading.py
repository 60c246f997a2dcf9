"""What lists of procedures show."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, TextField
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from compiledquery import CompiledQuery
from finding import patterns_of
from procedures.models import LifeEvent, Procedure, ProcedureQuerySet
from section import Finds, Found
from vietnamese import fold, one_line

LONGEST_QUESTION = 100
# A commune has some four hundred procedures; a page lists no more than that.
MOST_LISTED = 500
MOST_FOUND = 50
MOST_ELSEWHERE = 5
_LISTED = ("title", "slug", "summary", "duration", "life_event_id", "commune_id")


def by_life_event(commune: Commune) -> list[tuple[LifeEvent | None, list[Procedure]]]:
    """The life events in their order, each with its procedures; what belongs to none comes last."""
    events = {event.pk: event for event in LifeEvent.objects.of(commune)}
    groups: dict[int | None, list[Procedure]] = {}
    procedures = Procedure.objects.of(commune).published().only(*_LISTED).order_by("position", "title")
    for procedure in procedures[:MOST_LISTED]:
        groups.setdefault(procedure.life_event_id, []).append(procedure)
    found_events = [(event, groups[pk]) for pk, event in events.items() if pk in groups]
    return [*found_events, *([(None, groups[None])] if None in groups else [])]


def found_in(commune: Commune, words: str, most: int = MOST_FOUND) -> list[Procedure]:
    """The procedures that answer to `words`, with or without accents; those with them in the title come first."""
    each, together = patterns_of(words)
    rows = _answers(commune=commune.pk, each=each, together=together) if each else []
    wanted = fold(words).split()
    # Found in a few hundred rows: sorted here, where folding is at hand.
    return sorted(rows, key=lambda procedure: not all(word in fold(procedure.title) for word in wanted))[:most]


def _rows(commune: Any, each: Any, together: Any) -> ProcedureQuerySet:
    rows = Procedure.objects.of(commune).published().answering(each, together)
    return rows.only(*_LISTED).order_by("title")[:MOST_LISTED]


_answers = CompiledQuery(_rows, commune=BigIntegerField(), each=ArrayField(TextField()), together=TextField())


def procedures_with(text: str, commune: Commune) -> Finds:
    """For the search of the portal."""
    pages = found_in(commune, one_line(text)[:LONGEST_QUESTION], MOST_ELSEWHERE) if text.strip() else []
    return Finds(_("Procedures"), [Found(p.title, p.get_absolute_url(), p.duration) for p in pages])


def structured_data(procedure: Procedure, address: str, commune: Commune) -> dict[str, Any]:
    """The procedure as schema.org's GovernmentService."""
    site = commune.site
    agency = {"@type": "GovernmentOrganization", "name": str(site.agency or site.name), "url": commune.origin}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": procedure.title,
        "description": procedure.summary,
        "url": address,
        "provider": agency,
        "areaServed": {"@type": "AdministrativeArea", "name": commune.name},
    }
    optional = {
        "alternateName": procedure.official_name,
        "identifier": procedure.code,
        "category": procedure.field,
        "audience": procedure.audience and {"@type": "Audience", "audienceType": procedure.audience},
        "serviceOutput": procedure.result and {"@type": "Thing", "name": procedure.result},
        "availableChannel": procedure.service_address
        and {"@type": "ServiceChannel", "serviceUrl": procedure.service_address},
    }
    return data | {name: value for name, value in optional.items() if value}
