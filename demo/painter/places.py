"""Scenes of the commune's buildings and gathering places."""

from __future__ import annotations

import math

from demo.painter.canvas import HEIGHT, WIDTH, Canvas, Colour, Point, faded, mix


def backdrop(c: Canvas, ground: float) -> None:
    """Sky, hills and a green ground line for a building to stand on."""
    p = c.palette
    c.sky()
    c.sun(c.chance.choice((170, 1030)) + c.chance.uniform(-60, 60), 140, 44)
    c.clouds()
    c.mountains(base=ground - 110, step=30)
    c.land(c.ridge(ground - 26, 8, 1.4), p.field[0], p.field[1])


def yard(c: Canvas, top: float) -> None:
    """A paved court in perspective, down to the bottom edge."""
    tone = mix("#e3c9a0", c.palette.sky[1], 0.35)
    c.shaded([(0, top), (WIDTH, top), (WIDTH, HEIGHT), (0, HEIGHT)], tone, mix(tone, "#a9835c", 0.35))
    joint = faded("#8a6847", 0.25)
    y, step = top + 10.0, 14.0
    while y < HEIGHT:
        c.line([(0, y), (WIDTH, y)], joint, 1.6)
        y, step = y + step, step * 1.35
    for index in range(-9, 10):
        c.line([(600 + index * 92, top), (600 + index * 230, HEIGHT)], joint, 1.6)


def arch(x: float, foot: float, half: float, height: float) -> list[Point]:
    """The outline of a round-headed opening."""
    spring = foot - height + half
    curve = [
        (x + half * math.cos(a), spring - half * math.sin(a)) for a in (math.pi - math.pi * i / 24 for i in range(25))
    ]
    return [(x - half, foot), *curve, (x + half, foot)]


def upturned_roof(c: Canvas, x: float, eave: float, half: float, rise: float, lift: float) -> None:
    """A tiled roof whose corners sweep upwards."""
    roof, dark = c.palette.roof, c.palette.dark
    ridge_half = half * 0.6
    side = [i / 12 for i in range(13)]
    left = [(x - ridge_half - (half - ridge_half) * t, eave - rise + rise * t**0.7 - lift * t**6) for t in side]
    right = [(2 * x - px, py) for px, py in left]
    sag = [(x - half + 2 * half * t, eave - lift * abs(2 * t - 1) ** 6) for t in side]
    c.shaded([*reversed(left), *right, *reversed(sag)], roof, mix(roof, dark, 0.3))
    for index in range(1, 24):
        t = index / 24
        start = (x - ridge_half + 2 * ridge_half * t, eave - rise + 3)
        end = (x - half * 0.86 + 2 * half * 0.86 * t, eave - 7)
        c.line([start, end], faded(dark, 0.2), 2)
    c.rect(x - ridge_half - 8, eave - rise - 7, 2 * ridge_half + 16, 11, mix(roof, dark, 0.45), radius=4)
    for sign in (-1, 1):
        tip = x + sign * (ridge_half + 6)
        c.poly([(tip, eave - rise - 5), (tip + sign * 14, eave - rise - 24), (tip - sign * 10, eave - rise + 2)],
               mix(roof, dark, 0.45))  # fmt: skip


def banyan(c: Canvas, x: float, foot: float, size: float) -> None:
    light, deep = c.palette.leaf
    bark = mix("#7c5a40", c.palette.dark, 0.3)
    trunk = [(x - size * 0.24, foot), (x - size * 0.11, foot - size * 0.2), (x - size * 0.08, foot - size * 0.7),
             (x + size * 0.08, foot - size * 0.7), (x + size * 0.12, foot - size * 0.2), (x + size * 0.26, foot)]  # fmt: skip
    c.poly(trunk, bark)
    for dx in (-0.34, -0.22, 0.26, 0.38):
        top = foot - size * 0.66
        c.line([(x + dx * size, top), (x + dx * size * 0.9, foot - size * 0.05)], bark, size * 0.018)
    for dx in (-0.42, 0.42):
        c.line([(x, foot - size * 0.42), (x + dx * size, foot - size * 0.75)], bark, size * 0.06)
    leaves = [
        (-0.6 + 1.2 * i / 13, -0.2 * math.sin(math.pi * i / 13) + 0.12 * (i % 3 - 1),
         c.chance.uniform(0.19, 0.25))
        for i in range(14)
    ]  # fmt: skip
    for tone, dy, shrink in ((mix(deep, c.palette.dark, 0.25), 0.05, 1), (deep, 0, 0.92), (light, -0.06, 0.5)):
        for dx, oy, r in leaves:
            c.disc(x + dx * size, foot - size * 0.82 + (oy + dy) * size, r * size * shrink, tone)


def gate(c: Canvas) -> None:
    """The old village gate beside its banyan."""
    p = c.palette
    backdrop(c, 500)
    c.house(60, 488, 110)
    c.house(930, 486, 120)
    for x in (30, 210, 1090):
        c.tree(x, 500, 96)
    ground = 560
    c.land([(0, 506), (WIDTH, 506)], p.field[0], p.field[1])
    side = c.chance.choice((-1, 1))
    banyan(c, 600 + side * 400, 556, 330)
    path = [(556, 470), (644, 470), (840, HEIGHT), (360, HEIGHT)]
    wall, old = p.wall, mix(p.wall, "#a9855c", 0.4)
    brick = mix("#c98f68", p.wall, 0.25)
    for x, half, top in ((600 - 178, 66, 330), (600 + 178, 66, 330)):
        c.shaded([(x - half, ground), (x - half, top), (x + half, top), (x + half, ground)], wall, old)
        c.poly(arch(x, ground, 34, 142), mix(p.hills[2], p.dark, 0.3))
        c.rect(x - half - 6, top - 6, 2 * half + 12, 14, brick)
        upturned_roof(c, x, top - 4, 92, 40, 16)
    c.shaded([(490, ground), (490, 262), (710, 262), (710, ground)], wall, old)
    c.poly(arch(600, ground, 74, 232), p.hills[1])
    c.poly(arch(600, ground, 74, 120), p.field[0])
    c.shaded(path, mix(brick, p.wall, 0.35), brick)
    for x in (490, 690):
        c.rect(x, 262, 20, ground - 262, mix(old, brick, 0.4))
        c.rect(x - 5, ground - 24, 30, 26, brick)
    for index in range(9):
        y = 486 + index**1.7 * 4.4
        spread = 44 + (y - 470) * 0.956
        c.line([(600 - spread, y), (600 + spread, y)], faded("#7a4a30", 0.22), 2)
    c.rect(480, 254, 240, 16, brick)
    c.rect(530, 278, 140, 34, p.accent, radius=4)
    for index in range(3):
        c.rect(549 + index * 40, 286, 20, 18, "#ffe3a1", radius=3)
    upturned_roof(c, 600, 252, 172, 56, 24)
    c.rect(534, 146, 132, 52, wall)
    for x in (548, 586, 624):
        c.rect(x, 156, 28, 42, mix(p.roof, p.dark, 0.4), radius=3)
    upturned_roof(c, 600, 150, 112, 50, 20)
    c.person(566, 590, 86, "#5a6fa8", hat=True)
    c.person(640, 610, 64, p.accent)
    c.person(676, 606, 92, "#7b4a78", hat=True)
    c.birds(300, 120, 4)


def columns(c: Canvas, left: float, right: float, top: float, foot: float, count: int) -> None:
    for index in range(count):
        x = left + (right - left) * index / (count - 1)
        c.rect(x - 10, top, 20, foot - top, "#fffaf0")
        c.rect(x + 4, top, 6, foot - top, faded("#a08d6c", 0.3))
        c.rect(x - 16, top, 32, 10, "#f1e4c8")
        c.rect(x - 16, foot - 12, 32, 12, "#e6d5b3")


def hall(c: Canvas) -> None:
    """The commune's meeting hall and public office."""
    p = c.palette
    backdrop(c, 480)
    yard(c, 512)
    for x, size in ((60, 200), (1140, 200), (150, 150), (1050, 150)):
        c.palm(x, 520, size, lean=0.06 if x < 600 else -0.06)
    wing, dark = mix(p.wall, "#ffffff", 0.25), p.dark
    for left in (190, 750):
        c.shaded([(left, 318), (left + 260, 318), (left + 260, 512), (left, 512)], wing, p.wall)
        c.poly([(left - 18, 320), (left + 20, 262), (left + 240, 262), (left + 278, 320)], p.roof)
        c.rect(left - 18, 316, 296, 9, mix(p.roof, dark, 0.35))
        for index in range(4):
            x = left + 22 + index * 58
            c.rect(x, 356, 40, 84, "#fffaf0", radius=4)
            c.rect(x + 4, 360, 32, 76, mix(p.water[1], dark, 0.25), radius=3)
            c.poly([(x + 4, 400), (x + 36, 368), (x + 36, 384), (x + 4, 416)], faded("#ffffff", 0.3))
            c.rect(x + 18, 360, 4, 76, "#fffaf0")
        c.rect(left, 490, 260, 22, mix(p.wall, dark, 0.22))
    c.shaded([(420, 276), (780, 276), (780, 512), (420, 512)], p.wall, mix(p.wall, "#c7a56e", 0.3))
    c.poly(arch(600, 512, 60, 172), mix(dark, p.roof, 0.35))
    c.rect(597, 350, 6, 162, mix(dark, p.roof, 0.1))
    for x in (478, 722):
        c.poly(arch(x, 486, 26, 116), mix(p.water[1], dark, 0.25))
    columns(c, 436, 764, 282, 512, 4)
    c.poly([(392, 284), (600, 172), (808, 284)], mix(p.roof, dark, 0.25))
    c.poly([(426, 276), (600, 184), (774, 276)], "#fff6e2")
    c.disc(600, 242, 24, p.roof)
    c.star(600, 243, 16, "#ffd75e")
    c.rect(392, 280, 416, 14, "#f1e4c8")
    for index in range(4):
        c.rect(404 - index * 16, 508 + index * 11, 392 + index * 32, 12, mix("#f3e6cc", dark, index * 0.05))
    c.flag(262, 566, 470, 126)
    c.disc(262, 566, 18, mix(p.wall, dark, 0.3))
    shirts: list[Colour] = ["#f6f3ea", p.accent, "#5a6fa8", "#7b4a78", "#e6b24a", "#4d8a6b"]
    for index, x in enumerate((448, 508, 640, 700, 772, 846, 240)):
        shift = c.chance.uniform(-14, 14)
        c.person(x + shift, 600 + (index * 17) % 44, 96, shirts[index % 6], hat=index % 3 == 1)


def school(c: Canvas) -> None:
    """A school of two storeys with the flag over its yard."""
    p = c.palette
    backdrop(c, 470)
    yard(c, 506)
    left, right, dark = 250, 1000, p.dark
    c.shaded([(left, 250), (right, 250), (right, 506), (left, 506)], "#ffe6a8", "#f5cf7e")
    for floor in (270, 390):
        c.rect(left, floor, right - left, 92, mix("#e9b96a", dark, 0.12))
        for index in range(7):
            x = left + 22 + index * 106
            if index == 3 and floor == 390:
                c.rect(x - 8, floor + 6, 86, 110, mix(dark, p.roof, 0.3))
                c.rect(x + 33, floor + 6, 4, 110, "#ffe6a8")
                continue
            c.rect(x, floor + 14, 32, 74, mix(p.water[1], dark, 0.15), radius=2)
            c.rect(x + 40, floor + 14, 32, 74, mix(p.water[1], dark, 0.15), radius=2)
            for glass in (x, x + 40):
                c.poly([(glass, floor + 56), (glass + 32, floor + 28), (glass + 32, floor + 44),
                        (glass, floor + 72)], faded("#ffffff", 0.3))  # fmt: skip
                c.rect(glass + 14, floor + 14, 4, 74, "#fff6df")
        for index in range(8):
            c.rect(left + index * 105.5 - 6, floor - 8, 16, 124, "#fff6df")
    c.rect(left - 14, 362, right - left + 28, 16, "#fff6df")
    c.rect(left - 4, 340, right - left + 8, 5, p.roof)
    c.rect(left - 14, 490, right - left + 28, 18, mix("#e9b96a", dark, 0.3))
    roof = [(left - 34, 262), (left + 26, 186), (right - 26, 186), (right + 34, 262)]
    c.shaded(roof, p.roof, mix(p.roof, dark, 0.25))
    for index in range(1, 30):
        t = index / 30
        c.line([(left + 26 + t * (right - left - 52), 190), (left - 30 + t * (right - left + 60), 258)],
               faded(dark, 0.14), 2)  # fmt: skip
    c.rect(left + 20, 178, right - left - 40, 12, mix(p.roof, dark, 0.4), radius=5)
    c.poly([(545, 200), (625, 138), (705, 200)], mix(p.roof, dark, 0.2))
    c.poly([(572, 196), (625, 154), (678, 196)], "#fff6df")
    c.disc(625, 181, 13, dark)
    c.disc(625, 181, 10, "#ffffff")
    c.line([(625, 174), (625, 181), (630, 184)], dark, 2)
    for x in (120, 1096):
        flame_tree(c, x, 540, 240)
    c.flag(448, 596, 548, 150)
    c.rect(420, 586, 60, 14, "#f6ead0", radius=3)
    for index in range(9):
        x = 560 + index * 56 + c.chance.uniform(-8, 8)
        foot = 588 + (index * 23) % 50
        c.person(x, foot, 78, "#fdfdfb")
        c.poly([(x - 7, foot - 60), (x + 7, foot - 60), (x, foot - 46)], "#da251d")
        c.rect(x - 15, foot - 56, 6, 22, (p.accent, "#4d74b8", "#e6b24a")[index % 3], radius=2)


def flame_tree(c: Canvas, x: float, foot: float, size: float) -> None:
    """A flamboyant in flower, the tree of school yards."""
    c.tree(x, foot, size)
    for _ in range(60):
        angle, reach = c.chance.uniform(0, math.tau), c.chance.uniform(0, 0.32) ** 0.8 * size * 0.8
        dot = (x + math.cos(angle) * reach, foot - size * 0.64 + math.sin(angle) * reach * 0.72)
        c.disc(*dot, c.chance.uniform(4, 9), c.chance.choice(("#e4472f", "#f26b3c", "#d93a3a")))


def market(c: Canvas) -> None:
    """Market day: striped awnings and full baskets."""
    p = c.palette
    backdrop(c, 440)
    for x, size in ((70, 150), (1130, 160), (620, 130)):
        c.tree(x, 450, size)
    yard(c, 452)
    rope = [(x, 128 + 50 * math.sin(math.pi * (x % 600) / 600)) for x in range(0, 1201, 20)]
    c.line(rope, p.dark, 2.5)
    for index in range(7):
        x = 60 + index * 180
        y = 128 + 50 * math.sin(math.pi * (x % 600) / 600)
        lamp = ("#da4a37", "#f0b53f", "#e2764a")[index % 3]
        c.rect(x - 1, y, 2, 12, p.dark)
        c.oval(x, y + 32, 21, 23, lamp)
        c.oval(x, y + 32, 8, 23, faded("#ffffff", 0.22))
        c.rect(x - 9, y + 8, 18, 5, "#7a3b26")
        c.rect(x - 9, y + 52, 18, 5, "#7a3b26")
        c.line([(x, y + 57), (x, y + 72)], lamp, 3)
    stripes = (p.roof, p.accent, p.leaf[0], mix(p.water[1], p.dark, 0.2))
    start = c.chance.randrange(4)
    for index, left in enumerate((52, 430, 808)):
        stall(c, left, 520, 340, stripes[(start + index) % 4])
    for x, foot, shirt, hat in ((398, 606, "#7b4a78", True), (770, 612, "#5a6fa8", False),
                                (250, 638, p.accent, True), (985, 640, "#4d8a6b", True),
                                (838, 624, "#e6b24a", False)):  # fmt: skip
        c.person(x, foot, 122, shirt, hat=hat)
    for x, y in ((560, 628), (640, 640), (120, 640), (1100, 636)):
        basket(c, x, y, 46)


def stall(c: Canvas, left: float, foot: float, width: float, stripe: Colour) -> None:
    p = c.palette
    top = foot - 230
    for x in (left + 14, left + width - 22):
        c.rect(x, top + 40, 9, 220, "#8a6240")
    c.rect(left + 20, top + 70, width - 40, 110, mix(p.dark, "#8a6240", 0.45))
    c.person(left + width * 0.36, foot + 30, 150, "#f6f3ea", hat=True)
    c.person(left + width * 0.7, foot + 34, 146, p.accent)
    counter = foot - 34
    produce = ("#e2543a", "#f3b53c", "#7fb955", "#ef8a3c", "#8a5aa0", "#4f9a4f")
    for row in range(2):
        for index in range(7):
            x = left + 30 + (index + row * 0.5) * (width - 70) / 7 + 10
            colour = produce[(index + row * 2 + c.chance.randrange(2)) % 6]
            c.disc(x + 10, counter - 4 - row * 15, 14, colour)
            c.disc(x + 6, counter - 8 - row * 15, 4, faded("#ffffff", 0.35))
    c.shaded([(left + 4, counter), (left + width - 4, counter), (left + width - 4, foot + 40),
              (left + 4, foot + 40)], "#c08a55", "#95653c")  # fmt: skip
    for index in range(1, 4):
        c.rect(left + 4, counter + index * 19, width - 8, 2.4, faded("#5f3d22", 0.4))
    count = 10
    for index in range(count):
        w = width / count
        x0, x1 = left + index * w, left + (index + 1) * w
        inner0 = left + 26 + index * (width - 52) / count
        inner1 = left + 26 + (index + 1) * (width - 52) / count
        tone = stripe if index % 2 == 0 else "#fff7e6"
        c.poly([(inner0, top), (inner1, top), (x1, top + 62), (x0, top + 62)], tone)
        c.oval((x0 + x1) / 2, top + 62, w / 2, 14, mix(tone, p.dark, 0.08))
    c.rect(left + 22, top - 6, width - 44, 9, mix(stripe, p.dark, 0.3), radius=3)


def basket(c: Canvas, x: float, y: float, r: float) -> None:
    kind = c.chance.choice((("#7fb955", "#4f9a4f"), ("#ef8a3c", "#f3b53c"), ("#e2543a", "#c9403a")))
    for index in range(11):
        a = math.pi * index / 10
        c.disc(x + math.cos(a) * r * 0.7, y - 20 - math.sin(a) * r * 0.4, r * 0.27, kind[index % 2])
    c.disc(x, y - 26, r * 0.32, kind[0])
    bowl = [(x - r, y - 20), (x + r, y - 20), (x + r * 0.68, y + 18), (x - r * 0.68, y + 18)]
    c.shaded(bowl, "#d6a563", "#a8743c")
    for row in range(3):
        c.line([(x - r * (0.96 - row * 0.1), y - 10 + row * 10), (x + r * (0.96 - row * 0.1), y - 10 + row * 10)],
               faded("#6f451f", 0.4), 2)  # fmt: skip
    c.rect(x - r - 3, y - 24, 2 * r + 6, 8, "#b9834a", radius=4)


def health(c: Canvas) -> None:
    """The health station, under a shield with a heart."""
    p = c.palette
    backdrop(c, 480)
    c.shaded([(0, 512), (WIDTH, 512), (WIDTH, HEIGHT), (0, HEIGHT)], p.field[0], p.field[1])
    c.poly([(520, 512), (640, 512), (800, HEIGHT), (360, HEIGHT)], mix("#efe3cb", p.sky[1], 0.3))
    teal, dark = "#1f9a8c", p.dark
    c.shaded([(230, 330), (930, 330), (930, 514), (230, 514)], "#ffffff", "#e9f1ee")
    c.rect(230, 494, 700, 20, mix(teal, "#ffffff", 0.55))
    c.rect(206, 312, 748, 24, teal, radius=5)
    c.rect(222, 300, 716, 14, mix(teal, dark, 0.3), radius=4)
    c.shaded([(470, 232), (690, 232), (690, 514), (470, 514)], "#f4fbf9", "#dcebe7")
    c.rect(456, 216, 248, 22, teal, radius=5)
    c.disc(580, 288, 38, teal)
    c.rect(571, 264, 18, 48, "#ffffff", radius=3)
    c.rect(556, 279, 48, 18, "#ffffff", radius=3)
    c.rect(520, 372, 120, 142, mix(p.water[1], dark, 0.2), radius=4)
    c.rect(577, 372, 6, 142, "#ffffff")
    c.poly([(524, 470), (572, 404), (572, 438), (524, 504)], faded("#ffffff", 0.3))
    c.rect(500, 352, 160, 14, mix(teal, dark, 0.2), radius=5)
    for x in (262, 366, 726, 830):
        c.rect(x, 368, 76, 84, mix(teal, "#ffffff", 0.5), radius=5)
        c.rect(x + 6, 374, 64, 72, mix(p.water[1], dark, 0.12), radius=3)
        c.poly([(x + 6, 424), (x + 70, 380), (x + 70, 400), (x + 6, 444)], faded("#ffffff", 0.35))
        c.rect(x + 35, 374, 5, 72, "#ffffff")
    for x, size in ((110, 190), (190, 130), (1010, 150), (1110, 210)):
        c.tree(x, 530, size)
    for x in range(236, 470, 34):
        c.disc(x, 516, 20, p.leaf[x // 34 % 2])
        c.disc(x + 5, 506, 5, p.accent)
    for x in range(704, 930, 34):
        c.disc(x, 516, 20, p.leaf[x // 34 % 2])
        c.disc(x - 4, 506, 5, "#f6d25a")
    shield(c, 872, 178, 1.0, teal)
    heart(c, 872, 172, 34, "#ffffff")
    syringe(c, 330, 190)
    c.person(500, 596, 118, "#ffffff")
    c.rect(494, 520, 12, 4, teal)
    c.person(660, 604, 116, p.accent, hat=True)
    c.person(704, 608, 72, "#e6b24a")
    c.person(402, 612, 112, "#7b4a78")


def shield(c: Canvas, x: float, y: float, k: float, tone: Colour) -> None:
    """A shield centred on a point, 150 units tall at `k` = 1."""

    def outline(scale: float) -> list[Point]:
        half = [(0, -78), (30, -64), (66, -56), (64, 0), (44, 44), (0, 76)]
        points = half + [(-px, py) for px, py in reversed(half[1:-1])]
        return [(x + px * k * scale, y + py * k * scale) for px, py in points]

    c.poly([(px + 5 * k, py + 7 * k) for px, py in outline(1.06)], faded(c.palette.dark, 0.2))
    c.poly(outline(1.06), "#ffffff")
    c.shaded(outline(0.94), mix(tone, "#ffffff", 0.2), mix(tone, c.palette.dark, 0.2))


def heart(c: Canvas, x: float, y: float, r: float, fill: Colour) -> None:
    c.poly(
        [
            (x + r * 16 * math.sin(t) ** 3 / 16,
             y - r * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16)
            for t in (math.tau * i / 60 for i in range(60))
        ],
        fill,
    )  # fmt: skip


def syringe(c: Canvas, x: float, y: float) -> None:
    """A syringe pointing down to the left, on a pale disc."""
    c.disc(x, y, 78, faded("#ffffff", 0.85))

    def along(t: float, side: float) -> Point:
        return (x + 46 - 92 * t - side * 0.7, y - 46 + 92 * t - side * 0.7)

    def bar(t0: float, t1: float, half: float, fill: Colour) -> None:
        c.poly([along(t0, -half), along(t0, half), along(t1, half), along(t1, -half)], fill)

    bar(-0.02, 0.04, 22, "#2f7d8c")
    bar(0.04, 0.24, 5, "#2f7d8c")
    bar(0.2, 0.25, 24, "#2f7d8c")
    bar(0.25, 0.74, 17, "#dff1f3")
    bar(0.42, 0.74, 17, "#38b2a3")
    bar(0.74, 0.8, 9, "#2f7d8c")
    bar(0.8, 1.08, 2.2, "#7d9aa3")
