"""Scenes of land, water and weather."""

from __future__ import annotations

import math

from demo.painter.canvas import HEIGHT, WIDTH, Canvas, faded, mix


def hills(c: Canvas) -> None:
    """A hamlet between the hills and its rice fields."""
    p = c.palette
    c.sky()
    c.sun(c.chance.uniform(240, 460), 170, 46)
    c.clouds()
    c.birds(700, 150)
    c.mountains(base=370)
    c.land(c.ridge(452, 16, 1.2), p.hills[3], p.field[1])
    for x, size in ((90, 92), (330, 78), (478, 100), (850, 84), (1070, 96)):
        c.tree(x, 486, size)
    for x, foot, width in ((150, 494, 112), (382, 482, 84), (560, 500, 128), (742, 488, 92),
                           (930, 498, 118)):  # fmt: skip
        c.house(x + c.chance.uniform(-8, 8), foot, width)
    for x, size in ((290, 60), (712, 66), (900, 58)):
        c.tree(x, 506, size)
    paddies(c, 505)


def paddies(c: Canvas, top: float) -> None:
    """Rice fields in perspective from `top` to the bottom edge."""
    p = c.palette
    rows = [top, top + 28, top + 68, HEIGHT + 6]
    middle = WIDTH / 2
    tints = [p.field[0], p.gold, p.field[1], mix(p.field[0], p.gold, 0.5), p.water[0]]
    c.poly([(0, top), (WIDTH, top), (WIDTH, HEIGHT), (0, HEIGHT)], mix(p.field[1], p.dark, 0.2))
    columns = [-2.4, -1.5, -0.8, -0.15, 0.5, 1.2, 2.0, 2.8]
    for row in range(3):
        y0, y1 = rows[row] + 2 + row, rows[row + 1] - 1 - row
        spread0, spread1 = 300 + (y0 - top) * 1.4, 300 + (y1 - top) * 1.4
        for index in range(7):
            gap = 3 + row * 1.5
            left, right = columns[index], columns[index + 1]
            tint = tints[(index * 2 + row * 3 + c.chance.randrange(2)) % 5]
            c.shaded(
                [
                    (middle + left * spread0 + gap, y0), (middle + right * spread0 - gap, y0),
                    (middle + right * spread1 - gap, y1), (middle + left * spread1 + gap, y1),
                ],
                mix(tint, "#ffffff", 0.1), mix(tint, p.field[1], 0.3),
            )  # fmt: skip


def terraces(c: Canvas) -> None:
    """Rice terraces stepping down two slopes."""
    p = c.palette
    c.sky()
    c.sun(c.chance.uniform(480, 720), 150, 50)
    c.clouds(2)
    c.mountains(base=330, layers=3)
    bands = [p.field[0], p.gold, mix(p.field[0], p.gold, 0.45), p.field[1], p.water[0]]
    phase = c.chance.uniform(0, 1)
    for side in (1, -1):
        for step in range(11 if side == 1 else 9):
            t = step / 10
            tint = bands[(step * 2 + (side == 1) + c.chance.randrange(2)) % 5]
            edge = []
            for x in range(-8, WIDTH + 17, 8):
                u = min(1, max(0, x / WIDTH))
                u = u if side == 1 else 1 - u
                slope = 250 + 300 * u**1.35 if side == 1 else 330 + 360 * u**1.1
                ripple = 17 * math.sin(8 * u + phase * 6 + step * 0.25) + 7 * math.sin(19 * u + step * 0.5)
                edge.append((x, slope + t * (330 + 60 * u) + ripple * (0.5 + t)))
            c.land(edge, mix(tint, "#ffffff", 0.12), mix(tint, p.hills[3], 0.35))
            c.line(edge, mix(p.hills[3], p.dark, 0.25), 3.2 + 3 * t)
            c.line([(x, y + 3 + 2 * t) for x, y in edge], faded("#ffffff", 0.4), 2)
    c.house(188, 332, 76)
    c.tree(172, 340, 66)
    c.tree(282, 342, 54)
    c.person(742, 560, 62, p.accent, hat=True)
    c.person(796, 572, 62, "#5a6fa8", hat=True)
    c.tree(1128, 420, 110)


def river(c: Canvas) -> None:
    """Boats on a calm river under limestone hills."""
    p = c.palette
    c.sky()
    sun_x = c.chance.uniform(520, 720)
    c.sun(sun_x, 235, 54)
    c.clouds(3, 0.5)
    c.birds(830, 140, 5)
    for layer, count in ((0, 7), (1, 6), (2, 4)):
        for index in range(count):
            x = (index + c.chance.uniform(0.1, 0.9)) * WIDTH / count
            if layer == 2 and abs(x - sun_x) < 200:
                continue
            w, h = c.chance.uniform(80, 135), c.chance.uniform(90, 165) - layer * 12
            foot = 378 + layer * 8
            peak = [
                (x + w * s, foot - h * (1 - abs(s) ** 2.6) * (1 + 0.06 * math.sin(s * 9 + index)))
                for s in (i / 14 for i in range(-14, 15))
            ]
            c.shaded([*peak, (x, foot + 6)], p.hills[layer], mix(p.hills[layer], p.sky[1], 0.4))
    shore = 384
    c.shaded([(0, shore), (WIDTH, shore), (WIDTH, HEIGHT), (0, HEIGHT)], p.water[0], p.water[1])
    for index in range(26):
        y = shore + 8 + index * 10
        half = 16 + index * 3.4 + c.chance.uniform(-14, 14)
        x = sun_x + c.chance.uniform(-10, 10)
        c.rect(x - half, y, 2 * half, 3, faded(p.sun, 0.55), radius=1.5)
    for _ in range(46):
        x, y = c.chance.uniform(0, WIDTH), c.chance.uniform(shore + 14, HEIGHT - 10)
        c.rect(x, y, 30 + (y - shore) * 0.24, 2.2, faded("#ffffff", 0.28), radius=1)
    c.land([(x, 600 + 60 * math.sin(math.pi * min(1.0, x / 900)) + x * 0.02)
            for x in range(-8, 1217, 8)], p.field[0], p.field[1])  # fmt: skip
    for x, y, size in ((330, 470, 0.85), (800, 445, 0.62), (880, 560, 1.3)):
        boat(c, x, y, size)
    for x, foot, size in ((40, 628, 230), (126, 640, 180)):
        c.palm(x, foot, size, lean=0.12)
    for x in range(0, 420, 16):
        reed = c.chance.uniform(34, 78)
        foot = 690 - x * 0.02
        c.line([(x, foot), (x + c.chance.uniform(-6, 14), foot - reed)], p.leaf[x // 16 % 2], 4)
    c.palm(1150, 660, 210, lean=-0.2)


def boat(c: Canvas, x: float, y: float, k: float) -> None:
    """A sampan with its boatman, and its reflection."""
    p = c.palette
    c.oval(x, y + 16 * k, 100 * k, 9 * k, faded(p.dark, 0.22))
    c.person(x + 46 * k, y + 6 * k, 66 * k, p.accent, hat=True)
    c.line([(x + 30 * k, y - 48 * k), (x + 92 * k, y + 24 * k)], "#7a5236", 3.4 * k)
    roof = [(x - 48 * k, y + 2 * k)] + [
        (x - 14 * k + 34 * k * math.cos(a), y - 4 * k - 30 * k * math.sin(a))
        for a in (math.pi - math.pi * i / 12 for i in range(13))
    ] + [(x + 20 * k, y + 2 * k)]  # fmt: skip
    c.shaded(roof, "#c89a5d", "#94683f")
    hull = [(x - 104 * k, y - 12 * k), (x - 70 * k, y - k), (x + 70 * k, y - k),
            (x + 104 * k, y - 12 * k), (x + 72 * k, y + 17 * k), (x - 72 * k, y + 17 * k)]  # fmt: skip
    c.shaded(hull, "#8a5838", "#54351f")


def tea(c: Canvas) -> None:
    """Hedges of tea following the round of the hills."""
    p = c.palette
    c.sky()
    c.sun(c.chance.uniform(700, 960), 165, 46)
    c.clouds(2)
    c.mountains(base=340)
    greens = ("#7fb955", "#4f9647", "#35793f")
    shift = c.chance.uniform(-40, 40)
    mounds = ((210 + shift, 760, 560, 420), (1010 + shift, 800, 560, 400), (600, 960, 700, 430))
    for number, (cx, cy, rx, ry) in enumerate(mounds):
        soil = mix("#c9a26b", p.sky[1], 0.25)
        c.oval(cx, cy, rx, ry, mix(greens[2], p.dark, 0.25))
        for row in range(13):
            k = 1 - row * 0.072
            tone = mix(greens[0], greens[2], min(1, row / 9))
            c.oval(cx, cy + row * 6, rx * k, ry * k, mix(greens[2], p.dark, 0.22))
            c.oval(cx, cy + row * 6 + 3, rx * k - 2, ry * k - 2, mix(tone, "#ffffff", 0.14))
            c.oval(cx, cy + row * 6 + 12, rx * k - 4, ry * k - 8, tone)
        path = [(cx + (number - 1) * 40 + 26 * math.sin(t * 5), cy - ry + t * ry) for t in
                (i / 20 for i in range(21))]  # fmt: skip
        c.line(path, soil, 7)
    c.tree(130, 372, 92)
    c.tree(1100, 430, 100)
    for x, foot, shirt in ((390, 470, p.accent), (462, 486, "#5a6fa8"), (824, 520, "#c9516b"),
                           (640, 628, p.accent), (560, 634, "#e6b24a")):  # fmt: skip
        c.person(x, foot, 74, shirt, hat=True)
        c.oval(x + 15, foot - 30, 12, 9, "#a8773f")
        c.oval(x + 15, foot - 36, 11, 5, greens[0])
        c.oval(x, foot, 34, 9, greens[1])


def road(c: Canvas) -> None:
    """A new road winding towards the hills between rows of trees."""
    p = c.palette
    c.sky()
    c.sun(c.chance.uniform(250, 420), 150, 48)
    c.clouds()
    c.birds(760, 130)
    c.mountains(base=360)
    c.land(c.ridge(408, 8, 1.2), p.field[0], p.field[1])
    bend = c.chance.choice((-1, 1))

    def middle(t: float) -> float:
        return 600 + bend * (170 * math.sin(t * 4.4 + 0.4) * (1 - t) ** 0.6 - 60 * t)

    steps = [i / 60 for i in range(61)]
    for far, near in ((0.03, 0.16), (0.2, 0.4), (0.46, 0.74)):
        band = [(0, 408 + 270 * far**1.5 + 12), (WIDTH, 408 + 270 * far**1.5 + 12),
                (WIDTH, 408 + 270 * near**1.5), (0, 408 + 270 * near**1.5)]  # fmt: skip
        c.poly(band, faded(p.gold, 0.55))

    def strip(inner: float, outer: float, fill: str | tuple[int, ...]) -> None:
        points = [(t, 404 + 280 * t**1.5, 5 + 205 * t**1.5) for t in steps]
        left = [(middle(t) + inner * half, y) for t, y, half in points]
        right = [(middle(t) + outer * half, y) for t, y, half in points]
        c.poly([*left, *reversed(right)], fill)

    strip(-1.28, 1.28, mix(p.field[1], "#d9c08a", 0.5))
    strip(-1, 1, mix("#6d737c", p.dark, 0.25))
    strip(-0.93, -0.89, "#f6f2e6")
    strip(0.89, 0.93, "#f6f2e6")
    for index in range(14):
        a, b = (index / 14) ** 0.8, ((index + 0.5) / 14) ** 0.8
        quad = []
        for t, side in ((a, -1), (a, 1), (b, 1), (b, -1)):
            quad.append((middle(t) + side * (0.4 + 6 * t**1.5), 404 + 280 * t**1.5))
        c.poly(quad, "#ffe7a0")
    for index in range(9):
        t = 0.08 + 0.8 * (index / 8) ** 1.4
        half, y = 5 + 205 * t**1.5, 404 + 280 * t**1.5
        for side in (-1, 1):
            c.tree(middle(t) + side * (half * 1.55 + 14), y + 2, 30 + 230 * t**1.4)
    c.house(900, 424, 72)
    c.house(205, 430, 80)


def storm(c: Canvas) -> None:
    """Rain and wind over a village that is holding on."""
    c.sky("#3c4a5f", "#a7b4bd")
    c.glow(880, 120, 420, "#dfe6e6", 0.5)
    for index, tone in enumerate(("#66758a", "#56657a", "#465468")):
        for _ in range(7):
            x = c.chance.uniform(-40, WIDTH + 40)
            c.cloud(x, 50 + index * 52 + c.chance.uniform(-26, 26), c.chance.uniform(260, 430), tone)
    bolt = [(770, 190), (722, 290), (758, 286), (716, 392), (812, 262), (772, 268), (806, 190)]
    c.glow(765, 290, 190, "#fff4c9", 0.6)
    c.poly(bolt, "#ffe38a")
    for index, tone in enumerate(("#7d909b", "#5f7681", "#475f68")):
        skyline = c.ridge(380 + index * 34, 44 - index * 10, 1.7 + index * 0.7)
        c.land(skyline, tone, mix(tone, "#a7b4bd", 0.35))
    c.land(c.ridge(520, 8, 1), "#4d7358", "#35564a")
    for x, width in ((170, 128), (400, 104), (640, 140), (930, 118)):
        c.house(x, 544, width)
        c.rect(x + width * 0.42, 544 - width * 0.245, width * 0.16, width * 0.15, "#ffd98a")
    for x, foot, size in ((110, 560, 190), (352, 556, 150), (560, 560, 200), (860, 562, 170),
                          (1110, 566, 210)):  # fmt: skip
        c.palm(x, foot, size, lean=-0.34)
    c.land(c.ridge(588, 5, 6), "#6f93a0", "#3e6573")
    c.land(c.ridge(622, 7, 5), "#5a8291", "#335663")
    c.land(c.ridge(652, 6, 6), "#48707f", "#2a4a57")
    for _ in range(240):
        x, y = c.chance.uniform(-20, WIDTH + 120), c.chance.uniform(120, HEIGHT)
        reach = c.chance.uniform(22, 52)
        c.line([(x, y), (x - reach * 0.42, y + reach)], faded("#eaf3f6", 0.34), 1.8)


def lotus(c: Canvas) -> None:
    """Lotus in flower on a pond at first light."""
    p = c.palette
    c.sky()
    c.sun(c.chance.uniform(280, 900), 180, 58)
    c.clouds(2)
    c.mountains(base=300, step=26)
    c.shaded([(0, 352), (WIDTH, 352), (WIDTH, HEIGHT), (0, HEIGHT)], p.water[0], p.water[1])
    for _ in range(40):
        x, y = c.chance.uniform(0, WIDTH), c.chance.uniform(366, HEIGHT)
        c.rect(x, y, 26 + (y - 352) * 0.3, 2.2, faded("#ffffff", 0.3), radius=1)
    pads = sorted(
        (372 + (i / 46) ** 1.3 * 290 + c.chance.uniform(-6, 6), c.chance.uniform(-40, WIDTH + 40)) for i in range(46)
    )
    for y, x in pads:
        pad(c, x, y, 22 + (y - 352) * 0.3)
    flowers = [(160, 505, 0.72), (392, 560, 1.12), (655, 470, 0.66), (832, 575, 1.3),
               (1070, 500, 0.78), (560, 620, 0.9)]  # fmt: skip
    for x, y, k in sorted(flowers, key=lambda f: f[1]):
        x += c.chance.uniform(-26, 26)
        c.line([(x, y + 96 * k), (x + 4 * k, y + 20 * k)], p.leaf[1], 7 * k)
        blossom(c, x, y - 16 * k, k)
    for x, y, k in ((280, 470, 0.8), (720, 540, 1), (985, 560, 1)):
        c.line([(x, y + 92 * k), (x, y)], p.leaf[1], 5.5 * k)
        bud = [(x - 15 * k, y - 8 * k), (x, y - 58 * k), (x + 15 * k, y - 8 * k), (x, y + 8 * k)]
        c.shaded(bud, "#e8618c", "#f9c3d2")


def pad(c: Canvas, x: float, y: float, r: float) -> None:
    """A floating leaf, notched, seen at a low angle."""
    light, deep = c.palette.leaf
    tone = mix(light, "#8cc08a", c.chance.uniform(0, 0.5))
    c.oval(x, y + r * 0.07, r, r * 0.34, mix(deep, c.palette.dark, 0.3))
    notch = c.chance.uniform(0, math.tau)
    rim = [
        (x + r * math.cos(notch + a), y + r * 0.33 * math.sin(notch + a))
        for a in (0.16 + i * (math.tau - 0.32) / 40 for i in range(41))
    ]
    c.poly([(x, y), *rim], tone)
    for index in range(1, 8):
        a = notch + index * math.tau / 8
        vein = (x + 0.86 * r * math.cos(a), y + 0.28 * r * math.sin(a))
        c.line([(x, y), vein], faded(deep, 0.55), max(1.0, r * 0.018))


def blossom(c: Canvas, x: float, y: float, k: float) -> None:
    """An open lotus, petals from the back to the front."""

    def petal(angle: float, reach: float, width: float, base: str, tip: str) -> None:
        dx, dy = math.sin(angle), -math.cos(angle)
        outline = []
        for sign, order in ((1, range(13)), (-1, range(12, -1, -1))):
            for i in order:
                t = i / 12
                bulge = width * math.sin(math.pi * t**0.8) * sign
                outline.append((x + (dx * reach * t - dy * bulge) * k, y + 24 * k + (dy * reach * t + dx * bulge) * k))
        c.shaded(outline, tip, base)

    for angle in (-1.25, 1.25, -0.9, 0.9):
        petal(angle, 92, 17, "#fbd3dc", "#ee86a6")
    for angle in (-0.55, 0.55, -0.25, 0.25, 0):
        petal(angle, 98, 19, "#fde1e6", "#ea6f96")
    c.oval(x, y - 6 * k, 20 * k, 9 * k, "#f4c95c")
    for angle in (-1.05, 1.05, -0.7, 0.7, -0.36, 0.36):
        petal(angle, 74, 18, "#fff0f0", "#f5a3bb")
    petal(0, 62, 19, "#fff6f3", "#f8b7c8")
