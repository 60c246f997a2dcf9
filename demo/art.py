"""Drawings for the demonstration articles: ours, so free of anyone's rights."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from demo import landscapes, places, things
from demo.canvas import OVERSAMPLING, PALETTES, Canvas, Point
from demo.places import arch

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


# The emblem, in a box of 100 units; static/img/cong.svg draws the same shapes.
TEAL, GOLD, CREAM, ROOF, FOAM = "#17594f", "#f2b84b", "#fff6e2", "#d4603c", "#8fd0c4"


def logo_emblem(size: int) -> Image.Image:
    """A village gate before the sun: a square of `size` pixels, transparent outside."""
    scale = size * OVERSAMPLING * 2 / 100
    image = Image.new("RGBA", (round(100 * scale), round(100 * scale)))
    pen = ImageDraw.Draw(image)

    def disc(x: float, y: float, radius: float, fill: str) -> None:
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse([side * scale for side in box], fill=fill)

    def poly(points: list[Point], fill: str) -> None:
        pen.polygon([(x * scale, y * scale) for x, y in points], fill=fill)

    def bar(x: float, y: float, width: float, height: float, fill: str) -> None:
        poly([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill)

    disc(50, 50, 49, TEAL)
    disc(50, 50, 46, GOLD)
    disc(50, 50, 44.6, TEAL)
    disc(50, 37, 22, GOLD)
    bar(29, 43, 42, 31, CREAM)
    poly(arch(50, 74, 8, 22), TEAL)
    poly(arch(35.7, 74, 3.6, 15), TEAL)
    poly(arch(64.3, 74, 3.6, 15), TEAL)
    left_eave = curve((16, 36), (32, 38), (39, 26))
    right_eave = curve((61, 26), (68, 38), (84, 36))
    underside = [*curve((84, 36), (78, 45), (70, 45)), *curve((30, 45), (22, 45), (16, 36))]
    poly([*left_eave, *right_eave, *underside], ROOF)
    bar(36.5, 22.5, 27, 4, CREAM)
    bar(24, 73.5, 52, 3.5, CREAM)
    for y, start, waves in ((82, 26, 4), (87.5, 38, 2)):
        crest = [
            point
            for index in range(waves)
            for point in curve((start + 12 * index, y), (start + 12 * index + 6, y - 5), (start + 12 * index + 12, y))
        ]
        poly([*crest, *((x, lower + 2.2) for x, lower in reversed(crest))], FOAM)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def curve(start: Point, control: Point, end: Point) -> list[Point]:
    """A quadratic Bézier curve, as SVG's Q draws it."""
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * control[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * control[1] + t * t * end[1],
        )
        for t in (step / 24 for step in range(25))
    ]
