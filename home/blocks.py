"""The blocks of the home page: what the features offer, and what a commune made of it."""

from __future__ import annotations

from communes.models import Commune
from home.models import Placement
from section import HomeBlock, sections

# Of a new portal: news and errands come first, what a reader browses comes last, all else between.
FIRST = ("featured", "latest", "notices", "services", "one-stop-hours", "next-reception")
LAST = ("categories", "poll", "statistics", "telephones", "banners", "agencies")
STEP = 10  # between the numbers of a new portal, so that a block can be put between two


def offered_blocks() -> list[HomeBlock]:
    """What the features have for the home page, in the order of a new portal."""
    blocks = [block for section in sections().values() for block in section.home_blocks]
    rank = {key: place for place, key in enumerate((*FIRST, "", *LAST))}
    return sorted(blocks, key=lambda block: rank.get(block.key, rank[""]))


def placed_blocks(commune: Commune) -> list[tuple[HomeBlock, Placement]]:
    """All blocks as they stand on the home page of `commune`, also those left out: one query."""
    stored = {placement.key: placement for placement in Placement.objects.of(commune)}
    placed = [
        (block, stored.get(block.key) or Placement(commune=commune, key=block.key, position=number * STEP))
        for number, block in enumerate(offered_blocks(), 1)
    ]
    return in_order(placed)


def in_order(placed: list[tuple[HomeBlock, Placement]]) -> list[tuple[HomeBlock, Placement]]:
    """By their numbers; of two with the same number, the one that came first stays first."""
    return sorted(placed, key=lambda pair: pair[1].position)


def shown_blocks(placed: list[tuple[HomeBlock, Placement]]) -> list[HomeBlock]:
    """The blocks that are not left out."""
    return [block for block, placement in placed if placement.is_shown]
