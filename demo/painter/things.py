"""Scenes of things seen near: a phone, products, books."""

from __future__ import annotations

import math

from demo.painter.canvas import HEIGHT, WIDTH, Canvas, Colour, faded, mix
from demo.painter.places import shield


def digital(c: Canvas) -> None:
    """A phone that joins the houses of the commune."""
    p = c.palette
    deep = c.chance.choice(("#0f4c5c", "#153f66", "#12524a", "#2b3a67"))
    glow = mix(deep, "#7fe0d0", 0.45)
    c.sky(mix(deep, "#0a1626", 0.3), mix(deep, "#5fb6b0", 0.55))
    c.glow(600, 320, 520, mix(glow, "#ffffff", 0.35), 0.75)
    for index, tone in enumerate((0.16, 0.3, 0.45)):
        skyline = c.ridge(500 + index * 46, 46 - index * 10, 1.6 + index)
        c.land(skyline, mix(glow, deep, 0.35 + tone), mix(deep, "#0a1626", tone))
    ports = [(150, 190), (110, 380), (330, 120), (300, 300), (250, 500),
             (1050, 180), (1090, 390), (880, 120), (900, 300), (950, 500)]  # fmt: skip
    for x, y in ports:
        side = 1 if x < 600 else -1
        end = (600 - side * 130, 200 + y * 0.5)
        elbow = end[0] - side * (14 + abs(600 - x) * 0.2)
        slope = min(abs(end[1] - y) * 0.6, abs(elbow - x) * 0.7)
        track = [(x, y), (elbow - side * slope, y), (elbow, end[1]), end]
        c.line(track, faded("#a9f0e2", 0.6), 4)
        for share in (0.3, 0.62):
            c.disc(x + (elbow - side * slope - x) * share, y, 5, "#d7fff6")
    for index, (x, y) in enumerate(ports):
        c.disc(x, y, 44, faded("#ffffff", 0.16))
        c.disc(x, y, 34, mix("#ffffff", glow, 0.12))
        icon(c, x, y, (index + index // 5) % 5, deep)
    c.rect(482, 62, 252, 520, faded("#06121f", 0.35), radius=38)
    c.rect(474, 52, 252, 520, "#14212e", radius=38)
    c.shaded([(488, 78), (712, 78), (712, 546), (488, 546)], "#f4fbfa", mix("#d6efe9", p.sky[1], 0.3))
    c.rect(564, 60, 72, 9, "#2d4152", radius=4)
    c.rect(560, 554, 80, 6, "#46617a", radius=3)
    c.rect(504, 96, 192, 46, mix(deep, "#37a79a", 0.35), radius=10)
    c.disc(528, 119, 12, "#ffffff")
    c.rect(550, 108, 110, 8, "#ffffff", radius=4)
    c.rect(550, 123, 74, 6, faded("#ffffff", 0.6), radius=3)
    shield(c, 600, 238, 0.94, "#23a08f")
    c.line([(570, 238), (592, 262), (634, 210)], "#ffffff", 13)
    for index in range(3):
        y = 336 + index * 54
        c.rect(508, y, 184, 42, "#ffffff", radius=9)
        c.disc(530, y + 21, 11, (p.accent, "#f0b53f", "#4d8fc0")[index])
        c.rect(550, y + 12, 96 - index * 14, 7, "#9fb7b9", radius=3)
        c.rect(550, y + 25, 64 + index * 12, 5, "#cfdcdc", radius=2)
        c.line([(664, y + 21), (671, y + 28), (682, y + 14)], "#23a08f", 4)
    c.rect(540, 500, 120, 32, p.accent, radius=16)
    c.rect(566, 512, 68, 8, "#ffffff", radius=4)
    for x, width in ((90, 84), (250, 70), (860, 76), (1010, 92)):
        c.house(x, 622 + c.chance.uniform(-8, 8), width)


def icon(c: Canvas, x: float, y: float, kind: int, tone: Colour) -> None:
    """A small sign: a house, an envelope, a heart rate, a leaf or a book."""
    if kind == 0:
        c.poly([(x - 18, y - 1), (x, y - 18), (x + 18, y - 1)], tone)
        c.rect(x - 12, y - 2, 24, 17, tone)
        c.rect(x - 4, y + 4, 8, 11, "#ffffff")
    elif kind == 1:
        c.rect(x - 18, y - 12, 36, 25, tone, radius=4)
        c.line([(x - 15, y - 8), (x, y + 4), (x + 15, y - 8)], "#ffffff", 3)
    elif kind == 2:
        beat = [(x - 20, y), (x - 9, y), (x - 4, y - 13), (x + 4, y + 13), (x + 9, y), (x + 20, y)]
        c.line(beat, tone, 4)
    elif kind == 3:
        leaf(c, x - 12, y + 14, 40, 0.75, tone, "#ffffff")
    else:
        c.poly([(x - 19, y - 11), (x, y - 6), (x, y + 14), (x - 19, y + 9)], tone)
        c.poly([(x + 19, y - 11), (x, y - 6), (x, y + 14), (x + 19, y + 9)], mix(tone, "#ffffff", 0.3))


def leaf(c: Canvas, x: float, y: float, length: float, angle: float, fill: Colour, vein: Colour) -> None:
    """A leaf growing from a point, `angle` radians clockwise from upright."""
    dx, dy = math.sin(angle), -math.cos(angle)
    outline = []
    for sign, order in ((1, range(13)), (-1, range(12, -1, -1))):
        for i in order:
            t = i / 12
            half = length * 0.24 * math.sin(math.pi * t**0.85) * sign
            outline.append((x + dx * length * t - dy * half, y + dy * length * t + dx * half))
    c.poly(outline, fill)
    c.line([(x, y), (x + dx * length * 0.86, y + dy * length * 0.86)], vein, max(1.2, length * 0.02))


def ocop(c: Canvas) -> None:
    """The commune's products on a wooden table."""
    p = c.palette
    c.sky(mix(p.sky[1], "#ffffff", 0.2), mix(p.sky[1], p.gold, 0.4))
    c.disc(600, 330, 300, faded("#ffffff", 0.45))
    c.disc(600, 330, 250, mix(p.sky[0], "#ffffff", 0.35))
    c.land(c.ridge(408, 34, 1.5), mix(p.hills[0], p.sky[1], 0.3), p.hills[1])
    c.land(c.ridge(462, 22, 2.3), p.hills[1], p.hills[2])
    for side in (-1, 1):
        for index in range(7):
            leaf(c, 600 + side * 620, 40 + index * 74, 190 - index * 6, -side * (1.25 + index * 0.16),
                 p.leaf[index % 2], faded("#ffffff", 0.35))  # fmt: skip
    for index in range(4):
        c.star(480 + index * 80, 116 - 14 * math.sin(math.pi * (index + 0.5) / 4), 30, "#eeb12f")
        c.star(480 + index * 80, 115 - 14 * math.sin(math.pi * (index + 0.5) / 4), 22, "#ffd35c")
    c.shaded([(0, 520), (WIDTH, 520), (WIDTH, HEIGHT), (0, HEIGHT)], "#b97f4a", "#7f5230")
    c.rect(0, 516, WIDTH, 14, "#d29a60")
    for y in (572, 622):
        c.rect(0, y, WIDTH, 3, faded("#5a371c", 0.5))
    for x in (260, 610, 930):
        c.rect(x, 532, 3, 40, faded("#5a371c", 0.35))
        c.rect(x - 140, 575, 3, 47, faded("#5a371c", 0.35))
    for x, half in ((236, 84), (420, 92), (610, 82), (800, 100), (990, 78)):
        c.oval(x, 566, half * 1.12, 15, faded("#3a2310", 0.35))
    tea_box(c, 236, 566)
    honey_jar(c, 420, 568)
    bottle(c, 610, 566)
    clay_pot(c, 800, 568)
    vermicelli(c, 990, 566)
    for index in range(11):
        x = 130 + index * 92 + c.chance.uniform(-20, 20)
        leaf(c, x, 628 + c.chance.uniform(-14, 20), 46, c.chance.uniform(0.9, 2.2), p.leaf[index % 2],
             faded("#ffffff", 0.4))  # fmt: skip


def label(c: Canvas, x: float, y: float, width: float, height: float, tone: Colour) -> None:
    c.rect(x - width / 2, y, width, height, "#fff8e8", radius=6)
    c.rect(x - width / 2, y, width, height * 0.24, tone, radius=6)
    c.rect(x - width * 0.3, y + height * 0.64, width * 0.6, 5, mix(tone, "#ffffff", 0.3), radius=2)
    c.rect(x - width * 0.2, y + height * 0.8, width * 0.4, 4, mix(tone, "#ffffff", 0.5), radius=2)
    c.star(x, y + height * 0.45, height * 0.12, "#eeb12f")


def tea_box(c: Canvas, x: float, foot: float) -> None:
    green = "#3f7d4d"
    c.shaded([(x - 76, foot), (x - 76, foot - 226), (x + 56, foot - 226), (x + 56, foot)], "#57a065", green)
    c.shaded([(x + 56, foot), (x + 56, foot - 226), (x + 84, foot - 244), (x + 84, foot - 20)],
             "#356b42", "#295636")  # fmt: skip
    c.poly([(x - 76, foot - 226), (x - 46, foot - 244), (x + 84, foot - 244), (x + 56, foot - 226)], "#7bbb83")
    c.disc(x - 10, foot - 138, 50, "#f7f2d9")
    leaf(c, x - 10, foot - 102, 66, 0, "#4f9a5c", "#e9f3d8")
    leaf(c, x - 12, foot - 108, 52, -0.85, "#6db16a", "#e9f3d8")
    leaf(c, x - 8, foot - 108, 52, 0.85, "#6db16a", "#e9f3d8")
    c.rect(x - 56, foot - 58, 92, 9, "#f7f2d9", radius=4)
    c.rect(x - 40, foot - 38, 60, 7, faded("#f7f2d9", 0.6), radius=3)


def honey_jar(c: Canvas, x: float, foot: float) -> None:
    c.rect(x - 86, foot - 182, 172, 182, "#f4d58c", radius=30)
    c.rect(x - 78, foot - 150, 156, 142, "#e49a26", radius=24)
    c.rect(x - 78, foot - 150, 156, 60, "#f0b03d", radius=20)
    c.rect(x - 66, foot - 168, 16, 140, faded("#ffffff", 0.45), radius=8)
    c.rect(x - 76, foot - 222, 152, 46, "#c9563f", radius=10)
    c.rect(x - 76, foot - 192, 152, 8, faded("#7c2c1d", 0.4))
    c.oval(x, foot - 222, 72, 12, "#dd7157")
    label(c, x + 6, foot - 126, 104, 92, "#b8741c")
    bee(c, x + 96, foot - 262)


def bee(c: Canvas, x: float, y: float) -> None:
    c.oval(x - 3, y - 14, 8, 13, faded("#ffffff", 0.8))
    c.oval(x + 10, y - 13, 7, 12, faded("#ffffff", 0.8))
    c.oval(x, y, 21, 13, "#f3bf3a")
    for dx in (-8, 2, 11):
        c.rect(x + dx - 2, y - 12, 5, 24, "#3b2f2a", radius=2)
    c.disc(x - 19, y - 2, 8, "#3b2f2a")


def bottle(c: Canvas, x: float, foot: float) -> None:
    c.rect(x - 60, foot - 176, 120, 176, "#8a3f32", radius=20)
    c.shaded([(x - 60, foot - 150), (x - 24, foot - 222), (x + 24, foot - 222), (x + 60, foot - 150)],
             "#a9523f", "#8a3f32")  # fmt: skip
    c.rect(x - 21, foot - 290, 42, 78, "#a9523f", radius=6)
    c.rect(x - 27, foot - 304, 54, 32, "#eeb12f", radius=7)
    c.rect(x - 48, foot - 150, 12, 130, faded("#ffffff", 0.28), radius=6)
    label(c, x + 4, foot - 142, 92, 104, "#8a3f32")


def clay_pot(c: Canvas, x: float, foot: float) -> None:
    c.oval(x, foot - 76, 112, 78, "#8c5236")
    c.oval(x - 8, foot - 84, 98, 64, "#a86745")
    c.oval(x - 40, foot - 104, 26, 18, faded("#ffffff", 0.16))
    for side in (-1, 1):
        c.oval(x + side * 112, foot - 96, 18, 13, "#7a442b")
        c.oval(x + side * 112, foot - 96, 9, 6, "#c08a63")
    c.oval(x, foot - 140, 86, 16, "#6f3e27")
    c.oval(x, foot - 150, 82, 22, "#9a5c3d")
    c.oval(x, foot - 156, 60, 13, "#b27351")
    c.disc(x, foot - 174, 14, "#6f3e27")
    for dx in (-26, 0, 26):
        steam = [(x + dx + 9 * math.sin(t / 3), foot - 200 - t * 5) for t in range(14)]
        c.line(steam, faded("#ffffff", 0.6), 6)


def vermicelli(c: Canvas, x: float, foot: float) -> None:
    c.rect(x - 78, foot - 196, 156, 196, faded("#ffffff", 0.55), radius=12)
    for index in range(15):
        dx = -64 + index * 9.2
        strand = [(x + dx + 5 * math.sin(t / 2.2 + index), foot - 14 - t * 11) for t in range(16)]
        c.line(strand, ("#d9cfae", "#efe6c8")[index % 2], 6)
    c.rect(x - 84, foot - 214, 168, 30, "#4d8a6b", radius=7)
    for index in range(9):
        c.rect(x - 74 + index * 17, foot - 210, 4, 22, faded("#ffffff", 0.3))
    label(c, x, foot - 146, 108, 96, "#4d8a6b")
    c.rect(x - 68, foot - 176, 10, 156, faded("#ffffff", 0.5), radius=5)


def library(c: Canvas) -> None:
    """A reading corner: shelves, a window, a lamp and an open book."""
    p = c.palette
    wall = mix(p.wall, p.sky[1], 0.4)
    c.sky(mix(wall, "#ffffff", 0.25), mix(wall, p.gold, 0.3))
    c.rect(478, 62, 304, 320, "#a8713f", radius=8)
    c.shaded([(492, 76), (768, 76), (768, 368), (492, 368)], *p.sky)
    c.disc(690, 148, 26, p.sun)
    for index in range(3):
        rise = 34 - index * 7
        base = 258 + index * 38
        slope = [(492 + i * 9.2, base - rise * math.sin(i * 0.16 * (1 + index * 0.4) + index * 2))
                 for i in range(31)]  # fmt: skip
        c.shaded([*slope, (768, 368), (492, 368)], p.hills[index], mix(p.hills[index], p.field[0], 0.4))
    c.rect(625, 76, 10, 292, "#a8713f")
    c.rect(492, 214, 276, 9, "#a8713f")
    c.rect(462, 376, 336, 18, "#8d5b30", radius=4)
    spines = ("#c9563f", "#e0a03c", "#4d8a6b", "#3f6f94", "#7b4a78", "#d98b6a", "#2f7d8c", "#b5493f")
    for left in (52, 832):
        c.rect(left - 14, 40, 344, 492, "#7f512c", radius=8)
        c.rect(left, 54, 316, 464, "#5f3b1f")
        for shelf in range(4):
            floor = 54 + (shelf + 1) * 116
            x = left + 6.0
            while x < left + 286:
                w, h = c.chance.uniform(16, 32), c.chance.uniform(66, 98)
                if x + w > left + 310:
                    break
                tone = c.chance.choice(spines)
                c.rect(x, floor - h, w, h, tone, radius=2)
                c.rect(x + 3, floor - h + 11, w - 6, 4, faded("#fff3d6", 0.75))
                c.rect(x + 3, floor - 20, w - 6, 8, faded("#fff3d6", 0.45))
                x += w + c.chance.choice((1.5, 1.5, 1.5, 14))
            c.rect(left, floor, 316, 11, "#8d5b30")
    c.shaded([(0, 532), (WIDTH, 532), (WIDTH, HEIGHT), (0, HEIGHT)], "#c58c55", "#8d5b30")
    c.rect(0, 526, WIDTH, 14, "#dca76c")
    c.glow(395, 430, 240, "#fff0b8", 0.8)
    c.rect(336, 582, 118, 16, p.dark, radius=8)
    c.line([(395, 584), (370, 490), (416, 410)], p.dark, 9)
    c.poly([(372, 416), (398, 368), (446, 376), (472, 440)], p.accent)
    c.oval(421, 429, 51, 11, "#fff3c4")
    open_book(c, 640, 590)
    for index, (w, tone) in enumerate(((150, "#3f6f94"), (132, "#c9563f"), (142, "#e0a03c"))):
        c.rect(876 - w / 2 + index * 5, 580 - index * 25, w, 24, tone, radius=4)
        c.rect(876 - w / 2 + index * 5 + w - 14, 584 - index * 25, 14, 16, "#fff3d6")
    pot = [(1010, 526), (1086, 526), (1074, 602), (1022, 602)]
    for angle, reach in ((-1, 120), (-0.6, 150), (-0.2, 172), (0.2, 166), (0.6, 146), (1, 118)):
        leaf(c, 1048, 528, reach, angle, p.leaf[int(angle * 10) % 2], faded("#ffffff", 0.35))
    c.shaded(pot, "#d98b6a", "#a9583d")
    c.rect(1002, 520, 92, 16, "#e29c7c", radius=5)


def open_book(c: Canvas, x: float, foot: float) -> None:
    c.oval(x, foot + 12, 190, 16, faded("#4a2c14", 0.35))
    for side in (-1, 1):
        cover = [(x, foot - 26), (x + side * 186, foot - 52), (x + side * 186, foot + 8), (x, foot + 18)]
        c.poly(cover, "#b5493f")
        for layer in range(3):
            page = [
                (x + side * t * (176 - layer * 4) / 12,
                 foot - 30 - layer * 5 - 26 * math.sin(math.pi * (t / 12) ** 0.7))
                for t in range(13)
            ]  # fmt: skip
            base = [(x + side * (176 - layer * 4), foot + 2 - layer * 4), (x, foot + 12 - layer * 4)]
            c.poly([*page, *base], mix("#fffaf0", "#d9c9a5", 0.5 - layer * 0.22))
        for row in range(3):
            y = foot - 40 + row * 13
            words = [
                (x + side * (22 + t * 10.5), y - 12 * math.sin(math.pi * ((t + 2) / 14) ** 0.7)) for t in range(13)
            ]
            c.line(words, faded("#8a7a63", 0.55), 3)
    c.line([(x, foot - 40), (x, foot + 14)], faded("#8a7a63", 0.5), 3)
