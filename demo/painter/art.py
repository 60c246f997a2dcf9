"""Drawings for the demonstration articles: ours, so free of anyone's rights."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image

from demo.painter import landscapes, places, things
from demo.painter.canvas import PALETTES, Canvas

MOTIFS: dict[str, Callable[[Canvas], None]] = {
    "digital": things.digital,
    "gate": places.gate,
    "hall": places.hall,
    "health": places.health,
    "hills": landscapes.hills,
    "library": things.library,
    "lotus": landscapes.lotus,
    "market": places.market,
    "ocop": things.ocop,
    "river": landscapes.river,
    "road": landscapes.road,
    "school": places.school,
    "storm": landscapes.storm,
    "tea": landscapes.tea,
    "terraces": landscapes.terraces,
}


def draw(motif: str, seed: str, size: tuple[int, int] = (1200, 675)) -> Image.Image:
    """The drawing of `motif`, `size` in pixels; the same seed gives the same pixels.

    The seed chooses the palette and every placement left to chance. Raises
    ValueError for a motif that is not in MOTIFS.
    """
    if motif not in MOTIFS:
        raise ValueError(f"unknown motif {motif!r}; the motifs are {', '.join(MOTIFS)}")
    chance = Random(f"{motif}/{seed}")
    canvas = Canvas(size, chance.choice(PALETTES), chance)
    MOTIFS[motif](canvas)
    return canvas.finished()
