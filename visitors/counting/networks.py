"""What each neighbourhood of the network has added to the numbers in the life of a salt.

It bounds what one network can add, and lets an administrator take it out again. A neighbourhood is
known by a keyed hash that is deleted with the hashes of its visitors; it has another in each commune,
so every bound is a commune's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from visitors.calendar import HOUR, day_of_hour
from visitors.counting.pages import REST
from visitors.counting.rollups import ShareKey, array
from visitors.models import Dimension


class Usage(NamedTuple):
    """New visitors and counted views of one neighbourhood."""

    visitors: int = 0
    views: int = 0


NOTHING = Usage()


@dataclass(slots=True)
class Trace:
    """What a batch adds for one neighbourhood, hour and page."""

    visitors: int = 0
    visits: int = 0
    views: int = 0


class Traces(defaultdict[tuple[int, int, int, str], Trace]):
    """By commune, neighbourhood, hour since 1970 and page; visitors and visits stand at the empty page."""

    def __init__(self) -> None:
        super().__init__(Trace)


def used_today(cursor: Any, networks: Mapping[int, int]) -> dict[int, Usage]:
    """What each of the neighbourhoods (of which commune) has added under its present hash."""
    cursor.execute(
        "SELECT network, sum(visitors)::bigint, sum(views)::bigint"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS asked (commune_id, network)"
        " JOIN visitors_trace USING (commune_id, network) GROUP BY network",
        [array(networks.values()), array(networks)],
    )
    return {network: Usage(visitors, views) for network, visitors, views in cursor.fetchall()}


def struck(cursor: Any) -> set[int]:
    """The neighbourhoods that were struck out, of all communes; nothing of them counts any more."""
    cursor.execute("SELECT network FROM visitors_strucknetwork")
    return {network for (network,) in cursor.fetchall()}


def write_traces(cursor: Any, traces: Traces, kept: set[ShareKey]) -> None:
    """Add a batch's traces; a page that is not kept apart joins REST."""
    folded = Traces()
    for (commune, network, hour, page), trace in traces.items():
        is_kept = (commune, day_of_hour(hour), Dimension.PAGE, page) in kept
        row = folded[commune, network, hour, page if is_kept else REST]
        row.visitors += trace.visitors
        row.visits += trace.visits
        row.views += trace.views
    if not folded:
        return
    ordered = sorted(folded.items())
    cursor.execute(
        """
        INSERT INTO visitors_trace AS t (commune_id, network, hour_at, page, visitors, visits, views)
        SELECT commune, network, to_timestamp(hour), page, visitors, visits, views
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
            AS n (commune, network, hour, page, visitors, visits, views)
        ON CONFLICT (commune_id, network, hour_at, page) DO UPDATE SET visitors = t.visitors + excluded.visitors,
            visits = t.visits + excluded.visits, views = t.views + excluded.views
        """,
        [
            array(commune for (commune, _, _, _), _ in ordered),
            array(network for (_, network, _, _), _ in ordered),
            array(hour * HOUR for (_, _, hour, _), _ in ordered),
            [page for (_, _, _, page), _ in ordered],
            array(trace.visitors for _, trace in ordered),
            array(trace.visits for _, trace in ordered),
            array(trace.views for _, trace in ordered),
        ],
    )
