"""A drawing surface in design units, with the shapes that every scene shares.

The sheet is 1200 × 675 units whatever the final size. It is painted at twice
the size asked for and reduced at the end, which is what smooths the edges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 1200, 675
OVERSAMPLING = 2

Point = tuple[float, float]
Colour = str | tuple[int, ...]


@dataclass(frozen=True)
class Palette:
    """Colours that go together: one time of day."""

    sky: tuple[str, str]
    sun: str
    hills: tuple[str, str, str, str]
    field: tuple[str, str]
    gold: str
    water: tuple[str, str]
    wall: str
    roof: str
    leaf: tuple[str, str]
    dark: str
    accent: str


PALETTES = (
    Palette(  # early morning
        ("#a9d8ee", "#fdf1d6"), "#ffd37a",
        ("#b4d6d2", "#86bda6", "#579f7e", "#37835f"),
        ("#9ccb63", "#5fa24c"), "#ecc659", ("#b9e0e6", "#5fa9bd"),
        "#f8e7c0", "#c9563f", ("#4f9a5c", "#2f7548"), "#234a45", "#e07a45",
    ),
    Palette(  # late afternoon
        ("#f3a983", "#ffeac4"), "#fff0c2",
        ("#dfae9b", "#b98f86", "#7f8573", "#4b6f5a"),
        ("#c5b955", "#7d9448"), "#f0b74c", ("#f7d3b0", "#b58a86"),
        "#fbe3bd", "#ab4637", ("#64854c", "#3f6340"), "#3b3a45", "#d9573c",
    ),
    Palette(  # clear noon
        ("#63bcdc", "#e2f5ee"), "#fff2b8",
        ("#a3d5d8", "#6cb8ad", "#3d9682", "#237463"),
        ("#8ed06f", "#47a35a"), "#f4cf52", ("#a6e2e6", "#2f93ad"),
        "#fff0cd", "#d4603c", ("#3f9d62", "#1f7350"), "#173f4a", "#ee8a3c",
    ),
    Palette(  # spring
        ("#f6c6cb", "#fff4e2"), "#fb9f84",
        ("#d5c5d8", "#abb9c3", "#7ba596", "#4a8568"),
        ("#b6d077", "#74a85c"), "#f2cd70", ("#f3dbe0", "#8fb3c4"),
        "#fdeed8", "#c65a52", ("#6aa266", "#427a50"), "#3c4658", "#e4697a",
    ),
    Palette(  # mist
        ("#b5cbe4", "#f6f1e4"), "#ffdca0",
        ("#b0c3d8", "#8aa9bb", "#628f93", "#3d7069"),
        ("#a3c383", "#62936a"), "#e5c678", ("#d3e2ea", "#6f9cb3"),
        "#f7ead2", "#b9584a", ("#588c66", "#376a54"), "#2b3f52", "#d9824f",
    ),
)  # fmt: skip


def rgb(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(colour)[:3] if isinstance(colour, str) else colour[:3]
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> tuple[int, int, int]:
    """The colour `share` (0 to 1) of the way from `first` to `second`."""
    a, b = rgb(first), rgb(second)
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


def faded(colour: Colour, opacity: float) -> tuple[int, int, int, int]:
    """`colour` at `opacity` (0 to 1), to be laid over what is there."""
    return (*rgb(colour), round(255 * opacity))


class Canvas:
    """A sheet, its palette and its source of chance."""

    def __init__(self, size: tuple[int, int], palette: Palette, chance: Random) -> None:
        self.palette = palette
        self.chance = chance
        self.size = size
        self.scale = OVERSAMPLING * max(size[0] / WIDTH, size[1] / HEIGHT)
        self.image = Image.new("RGB", (round(WIDTH * self.scale), round(HEIGHT * self.scale)))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def finished(self) -> Image.Image:
        """The sheet at its final size, cropped around its middle."""
        width, height = (side * OVERSAMPLING for side in self.size)
        left = (self.image.width - width) // 2
        top = (self.image.height - height) // 2
        return self.image.crop((left, top, left + width, top + height)).resize(self.size, Image.Resampling.LANCZOS)

    def px(self, points: list[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def poly(self, points: list[Point], fill: Colour) -> None:
        self.pen.polygon(self.px(points), fill=fill)

    def shaded(self, points: list[Point], top: Colour, bottom: Colour) -> None:
        """A polygon filled with a vertical gradient."""
        placed = self.px(points)
        left = max(0, math.floor(min(x for x, _ in placed)))
        right = min(self.image.width, math.ceil(max(x for x, _ in placed)) + 1)
        upper = max(0, math.floor(min(y for _, y in placed)))
        lower = min(self.image.height, math.ceil(max(y for _, y in placed)) + 1)
        if right <= left or lower <= upper:
            return
        box = (right - left, lower - upper)
        ramp = Image.linear_gradient("L").resize(box)
        mask = Image.new("L", box)
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in placed], fill=255)
        blend = Image.composite(Image.new("RGB", box, rgb(bottom)), Image.new("RGB", box, rgb(top)), ramp)
        self.image.paste(blend, (left, upper), mask)

    def rect(self, x: float, y: float, width: float, height: float, fill: Colour, radius: float = 0) -> None:
        (x0, y0), (x1, y1) = self.px([(x, y), (x + width, y + height)])
        self.pen.rounded_rectangle((x0, y0, x1, y1), radius * self.scale, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        (x0, y0), (x1, y1) = self.px([(x - rx, y - ry), (x + rx, y + ry)])
        self.pen.ellipse((x0, y0, x1, y1), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.oval(x, y, radius, radius, fill)

    def line(self, points: list[Point], fill: Colour, width: float) -> None:
        self.pen.line(self.px(points), fill=fill, width=max(1, round(width * self.scale)), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light fading outwards from a point."""
        side = round(2 * radius * self.scale)
        light = Image.radial_gradient("L").resize((side, side))
        mask = light.point([round(max(0, 1 - v / 181) ** 2 * 255 * strength) for v in range(256)])
        corner = (round((x - radius) * self.scale), round((y - radius) * self.scale))
        self.image.paste(Image.new("RGB", (side, side), rgb(colour)), corner, mask)

    # Things that stand in more than one scene.

    def sky(self, top: Colour | None = None, bottom: Colour | None = None) -> None:
        upper, lower = self.palette.sky
        sheet = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
        self.shaded(sheet, top or upper, bottom or lower)

    def sun(self, x: float, y: float, radius: float) -> None:
        self.glow(x, y, radius * 5, "#fff8e0", 0.75)
        self.disc(x, y, radius, self.palette.sun)

    def cloud(self, x: float, y: float, width: float, fill: Colour) -> None:
        h, k = width / 9, self.scale
        box = (round(width * k), round(4.2 * h * k))
        mask = Image.new("L", box)
        shape = ImageDraw.Draw(mask)
        opacity = fill[3] if len(fill) == 4 else 255
        base = box[1]
        for left, top, right in ((0, 2, 9), (1.6, 3.9, 5.4), (3.9, 3.2, 7.2), (0.9, 2.8, 3.2)):
            corners = (left * h * k, base - top * h * k, right * h * k, base)
            shape.rounded_rectangle(corners, min(top, 2) * h * k * 0.98, fill=opacity)
        place = (round((x - width / 2) * k), round((y - 3 * h) * k))
        self.image.paste(Image.new("RGB", box, rgb(fill)), place, mask)

    def clouds(self, count: int = 3, opacity: float = 0.72) -> None:
        for index in range(count):
            x = (index + self.chance.uniform(0.15, 0.85)) * WIDTH / count
            y = self.chance.uniform(60, 190)
            self.cloud(x, y, self.chance.uniform(130, 240), faded("#ffffff", opacity))

    def birds(self, x: float, y: float, count: int = 4) -> None:
        for index in range(count):
            bx, by = x + index * 34 + self.chance.uniform(-8, 8), y + self.chance.uniform(-18, 18)
            wing = self.chance.uniform(9, 14)
            tips = [(bx - wing, by - wing / 2), (bx, by), (bx + wing, by - wing / 2)]
            self.line(tips, faded(self.palette.dark, 0.65), 2.4)

    def ridge(self, base: float, height: float, waves: float) -> list[Point]:
        """A skyline from edge to edge, around `base`, `height` units tall."""
        parts = [
            (self.chance.uniform(0.75, 1.25) * waves * 1.9**octave,
             self.chance.uniform(0, math.tau), 0.5**octave)
            for octave in range(3)
        ]  # fmt: skip
        return [
            (x, base - height * sum(
                share * math.sin(math.tau * count * x / WIDTH + phase)
                for count, phase, share in parts
            ) / 1.75)
            for x in range(-8, WIDTH + 17, 8)
        ]  # fmt: skip

    def land(self, skyline: list[Point], top: Colour, bottom: Colour) -> None:
        """Fill everything below a skyline."""
        floor = [(WIDTH + 8, HEIGHT + 8), (-8, HEIGHT + 8)]
        self.shaded([*skyline, *floor], top, bottom)

    def mountains(self, base: float = 380, step: float = 46, layers: int = 3) -> None:
        """Range behind range, each paler with distance and misty at its foot."""
        for index in range(layers):
            colour = self.palette.hills[index]
            skyline = self.ridge(base - 60 + index * step, 62 - index * 12, 1.6 + index * 0.8)
            self.land(skyline, colour, mix(colour, self.palette.sky[1], 0.55))

    def tree(self, x: float, foot: float, height: float) -> None:
        light, deep = self.palette.leaf
        trunk = mix(self.palette.dark, "#8a5a3c", 0.55)
        self.rect(x - height * 0.035, foot - height * 0.5, height * 0.07, height * 0.5, trunk)
        r = height * 0.24
        for dx, dy, size in ((-0.8, 0.1, 0.8), (0.8, 0.15, 0.8), (0, -0.7, 1), (0, 0.1, 1.05)):
            self.disc(x + dx * r, foot - height * 0.6 + dy * r, size * r, deep)
        for dx, dy, size in ((-0.75, -0.15, 0.55), (-0.1, -0.9, 0.7), (0.25, -0.1, 0.55)):
            self.disc(x + dx * r, foot - height * 0.6 + dy * r, size * r, light)

    def palm(self, x: float, foot: float, height: float, lean: float = 0.0) -> None:
        """A coconut palm; `lean` is how far the crown is blown sideways."""
        stem = [(x + lean * height * t * t, foot - height * t) for t in (0, 0.2, 0.4, 0.6, 0.8, 1)]
        self.line(stem, mix(self.palette.dark, "#8a6a48", 0.6), height * 0.045)
        cx, cy = stem[-1]
        fronds = ((-1, 0.5), (1, 0.5), (-0.62, 0.92), (0.62, 0.92), (-1.06, 0.05), (1.06, 0.05),
                  (-0.86, -0.42), (0.86, -0.42), (-0.42, -0.72), (0.42, -0.72), (0.06, -0.8))  # fmt: skip
        for index, (dx, dy) in enumerate(fronds):
            reach = height * 0.36
            sweep = lean * height * 0.4
            tip = (cx + dx * reach + sweep, cy + dy * reach * 0.62 + abs(dx) * reach * 0.16)
            crest = (cx + dx * reach * 0.5 + sweep * 0.3, cy + dy * reach * 0.45 - reach * 0.3)
            upper, lower = [], []
            for step in range(11):
                t = step / 10
                bx = (1 - t) ** 2 * cx + 2 * t * (1 - t) * crest[0] + t * t * tip[0]
                by = (1 - t) ** 2 * cy + 2 * t * (1 - t) * crest[1] + t * t * tip[1]
                half = height * 0.038 * math.sin(math.pi * t**0.7)
                upper.append((bx + half * 0.3, by - half * 0.5))
                lower.append((bx - half * 0.3, by + half * 1.5 + (2 if step % 2 else -2) * t))
            self.poly([*upper, *reversed(lower)], self.palette.leaf[(index + 1) % 2])
        for dx in (-0.03, 0.03, 0):
            self.disc(cx + dx * height, cy + height * 0.03, height * 0.024, "#8a6a48")

    def house(self, x: float, foot: float, width: float) -> None:
        """A three-bay house with a tiled roof; `x` is its left edge."""
        wall, roof, dark = self.palette.wall, self.palette.roof, self.palette.dark
        h = width * 0.34
        self.rect(x, foot - h, width, h, wall)
        self.rect(x, foot - h * 0.12, width, h * 0.12, mix(wall, dark, 0.25))
        for share in (0.12, 0.42, 0.72):
            self.rect(x + width * share, foot - h * 0.72, width * 0.16, h * 0.62,
                      mix(dark, roof, 0.35))  # fmt: skip
        eaves = [
            (x - width * 0.09, foot - h * 0.92), (x + width * 0.1, foot - h * 1.75),
            (x + width * 0.9, foot - h * 1.75), (x + width * 1.09, foot - h * 0.92),
        ]  # fmt: skip
        self.shaded(eaves, roof, mix(roof, dark, 0.22))
        self.rect(x + width * 0.08, foot - h * 1.82, width * 0.84, h * 0.1, mix(roof, dark, 0.4))

    def person(self, x: float, foot: float, height: float, shirt: Colour, *, hat: bool = False) -> None:
        """A small standing figure, with a conical hat or bare-headed."""
        dark, skin = self.palette.dark, "#e9b48c"
        w = height * 0.15
        self.rect(x - w * 0.75, foot - height * 0.42, w * 0.65, height * 0.42, dark)
        self.rect(x + w * 0.1, foot - height * 0.42, w * 0.65, height * 0.42, dark)
        body = [
            (x - w * 0.75, foot - height * 0.76), (x + w * 0.75, foot - height * 0.76),
            (x + w * 1.1, foot - height * 0.36), (x - w * 1.1, foot - height * 0.36),
        ]  # fmt: skip
        self.poly(body, shirt)
        self.disc(x, foot - height * 0.86, height * 0.105, skin)
        if hat:
            brim = foot - height * 0.86
            cone = [(x - w * 1.7, brim), (x, brim - height * 0.24), (x + w * 1.7, brim)]
            self.poly(cone, "#f3dfa8")
            self.poly([cone[1], cone[2], (x + w * 0.3, brim)], "#dcbf7c")
        else:
            crown = [
                (x + math.cos(a) * height * 0.115, foot - height * 0.875 + math.sin(a) * height * 0.115)
                for a in (math.pi + math.pi * i / 12 for i in range(13))
            ]  # fmt: skip
            self.poly(crown, "#2c2a33")

    def flag(self, x: float, foot: float, height: float, width: float) -> None:
        """The national flag, two to three, moving a little in the wind."""
        self.rect(x - 2, foot - height, 4, height, "#cfd4d6")
        self.disc(x, foot - height, 5, "#e8c85a")
        top, depth = foot - height + 8, width * 2 / 3

        def wave(t: float) -> float:
            return math.sin(t * math.tau) * depth * 0.07 * t

        steps = [i / 20 for i in range(21)]
        upper = [(x + 2 + t * width, top + wave(t)) for t in steps]
        lower = [(px, py + depth) for px, py in reversed(upper)]
        self.poly([*upper, *lower], "#da251d")
        self.star(x + 2 + width / 2, top + depth / 2 + wave(0.5), depth * 0.3, "#ffcd00")

    def star(self, x: float, y: float, radius: float, fill: Colour) -> None:
        points = []
        for index in range(10):
            reach = radius if index % 2 == 0 else radius * 0.382
            angle = -math.pi / 2 + index * math.pi / 5
            points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
        self.poly(points, fill)
