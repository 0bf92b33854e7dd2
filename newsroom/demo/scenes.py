"""The scenes of the demo newspaper's pictures: simple shapes, in three kinds of light."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from PIL import Image

from newsroom.demo.canvas import HEIGHT, WIDTH, Canvas, canvas


def draw(scene: str, light: str, seed: str) -> Image.Image:
    """Draws a scene, 1280 × 720; the seed makes two pictures of one scene differ."""
    on = canvas(light, seed)
    SCENES[scene](on)
    return on.image.reduce(2)


def sea(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    on.ridge(900, 60, light.far)
    on.box(0, 940, WIDTH, 500, light.middle)
    for row in range(9):
        x, y = chance.uniform(-200, 2000), 970 + 48 * row
        on.box(x, y, chance.uniform(200, 800), 6, light.glow if row < 3 else light.far, 3)
    x = chance.uniform(300, 1100)
    on.draw.polygon([(x, 1010), (x + 1000, 1010), (x + 900, 1140), (x + 90, 1140)], fill=light.near)
    on.box(x + 180, 890, 620, 120, light.glow, 12)
    on.box(x + 320, 790, 320, 100, light.glow, 12)
    on.box(x + 560, 690, 90, 110, light.accent)
    for window in range(8):
        on.disc(x + 240 + 70 * window, 948, 20, light.near)


def cranes(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    on.ridge(1080, 30, light.far)
    for number in range(3):
        x, foot = 320 + 700 * number + chance.uniform(-60, 60), 1180
        colour = light.near if number == 1 else light.middle
        on.line((x, foot), (x + 90, 520), width=22, colour=colour)
        on.line((x + 300, foot), (x + 210, 520), width=22, colour=colour)
        on.line((x + 40, 840), (x + 260, 840), width=18, colour=colour)
        on.line((x - 320, 500), (x + 560, 500), width=34, colour=colour)
        on.line((x - 300, 490), (x + 150, 300), (x + 540, 490), width=12, colour=colour)
        hook = x - 240 + chance.uniform(0, 300)
        on.line((hook, 510), (hook, 760), width=8, colour=colour)
        on.box(hook - 90, 760, 180, 100, light.accent)
    on.box(0, 1180, WIDTH, 260, light.near)
    for number in range(11):
        on.box(60 + 230 * number, 1110, 200, 90, (light.accent, light.far, light.glow)[chance.randrange(3)])


def lens(on: Canvas) -> None:
    light, chance = on.light, on.chance
    x, y = chance.uniform(1000, 1560), 720
    rings = (640, light.far), (540, light.near), (430, light.middle), (330, light.near), (210, light.accent)
    for radius, colour in rings:
        on.disc(x, y, radius, colour)
    on.disc(x, y, 110, light.near)
    for turn in range(9):
        angle = 2 * pi * turn / 9 + chance.uniform(0, 0.2)
        outer = x + 330 * cos(angle), y + 330 * sin(angle)
        inner = x + 205 * cos(angle + 0.7), y + 205 * sin(angle + 0.7)
        on.line(outer, inner, width=10, colour=light.far)
    on.disc(x - 170, y - 190, 60, light.glow)
    on.disc(x + 140, y + 150, 26, light.glow)


def columns(on: Canvas) -> None:
    light = on.light
    on.sun()
    on.ridge(1150, 30, light.far)
    on.draw.polygon([(620, 560), (1280, 270), (1940, 560)], fill=light.near)
    on.box(640, 560, 1280, 70, light.middle)
    for number in range(6):
        on.box(720 + 208 * number, 640, 84, 500, light.glow)
        on.box(700 + 208 * number, 630, 124, 30, light.middle)
    for step in range(4):
        on.box(600 - 70 * step, 1140 + 60 * step, 1360 + 140 * step, 60, light.near if step % 2 else light.middle)
    on.disc(1280, 450, 60, light.accent)


def shelves(on: Canvas) -> None:
    light, chance = on.light, on.chance
    colours = (light.near, light.middle, light.far, light.accent, light.glow, light.middle)
    for shelf in range(4):
        y, x = 60 + 350 * shelf, 40.0
        while x < WIDTH - 60:
            width, height = chance.uniform(36, 96), chance.uniform(200, 300)
            if chance.random() > 0.1:
                on.box(x, y + 310 - height, width, height, chance.choice(colours), 6)
                on.box(x + 8, y + 350 - height, width - 16, 14, light.bottom)
            x += width + 6
        on.box(0, y + 310, WIDTH, 28, light.near)


def hills(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    for base, height, colour in ((780, 150, light.far), (960, 120, light.middle), (1160, 90, light.near)):
        on.ridge(base, height, colour)
    for _ in range(16):
        x, y = chance.uniform(0, WIDTH), chance.uniform(1220, 1400)
        on.line((x, y), (x + chance.uniform(-20, 20), y - chance.uniform(50, 130)), width=8, colour=light.middle)
        on.disc(x, y - 110, chance.uniform(8, 20), light.accent)


def trees(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    on.ridge(800, 90, light.far)
    on.box(0, 900, WIDTH, 540, light.middle)
    for row in range(3):
        size, y = 90 + 55 * row, 960 + 170 * row
        for place in range(-1, 10 - 2 * row):
            x = place * size * 3.4 + 70 * row + chance.uniform(-15, 15)
            on.box(x - size / 9, y - size, size / 4.5, size * 1.1, light.near)
            on.disc(x, y - 1.5 * size, size, light.near if row % 2 else light.far)
            for _ in range(4):
                left, up = chance.uniform(-0.6, 0.6) * size, chance.uniform(1, 2) * size
                on.disc(x + left, y - up, size / 9, light.accent)


def turbines(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    on.ridge(1060, 80, light.far)
    for number in range(5):
        x, size = 280 + 500 * number + chance.uniform(-80, 80), chance.uniform(230, 380)
        y = 1150 - 1.9 * size
        on.line((x, 1200), (x, y), width=24, colour=light.glow)
        turn = chance.uniform(0, 2)
        for blade in range(3):
            angle = turn + blade * 2 * pi / 3
            on.line((x, y), (x + size * cos(angle), y + size * sin(angle)), width=20, colour=light.glow)
        on.disc(x, y, 28, light.accent)
    on.ridge(1230, 50, light.near)


def wave(on: Canvas) -> None:
    light, chance = on.light, on.chance
    phase, pitch = chance.uniform(0, pi), chance.uniform(5, 9)
    for place in range(64):
        x = 30 + 40 * place
        swell = abs(sin(pi * place / 63)) * (0.35 + 0.65 * abs(sin(place / 64 * pi * pitch + phase)))
        height = 40 + 980 * swell * chance.uniform(0.7, 1)
        colour = light.accent if 26 <= place <= 38 else (light.near, light.middle)[place % 2]
        on.box(x, 720 - height / 2, 24, height, colour, 12)


def table(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.box(0, 1040, WIDTH, 400, light.near)
    on.box(0, 1040, WIDTH, 24, light.middle)
    on.line((1280, 0), (1280, 260), width=10, colour=light.near)
    on.draw.polygon([(1080, 420), (1200, 260), (1360, 260), (1480, 420)], fill=light.accent)
    on.draw.polygon([(1080, 420), (1480, 420), (2000, 1040), (560, 1040)], fill=light.glow)
    x = 420.0
    while x < 2100:
        width, height = chance.uniform(130, 260), chance.uniform(120, 330)
        colour = chance.choice((light.middle, light.far, light.near, light.accent))
        on.box(x, 1040 - height, width, height, colour, 34)
        if chance.random() > 0.4:
            on.disc(x + width, 1040 - height / 2, height / 4, colour, 22)
        x += width + chance.uniform(90, 170)


def storm(on: Canvas) -> None:
    light, chance = on.light, on.chance
    for _ in range(9):
        x, y, radius = chance.uniform(200, 2360), chance.uniform(120, 420), chance.uniform(130, 260)
        on.disc(x, y, radius, chance.choice((light.far, light.middle)))
        on.box(x - 1.4 * radius, y, 2.8 * radius, radius, light.middle, radius / 2)
    for _ in range(90):
        x, y = chance.uniform(0, WIDTH), chance.uniform(560, 1150)
        on.line((x, y), (x - 40, y + 110), width=6, colour=light.glow)
    x = chance.uniform(800, 1700)
    on.line((x, 480), (x - 90, 720), (x + 40, 740), (x - 80, 1020), width=26, colour=light.glow)
    on.ridge(1160, 70, light.middle)
    on.ridge(1260, 60, light.near)


def chip(on: Canvas) -> None:
    light, chance = on.light, on.chance
    for place in range(11):
        offset = 420 + 60 * place
        for left in (True, False):
            bend, end = chance.uniform(150, 520), chance.uniform(-260, 260)
            x, edge = (980, 0) if left else (1580, WIDTH)
            knee = x - bend if left else x + bend
            on.line((x, offset), (knee, offset), (knee, offset + end), (edge, offset + end), width=12, colour=light.far)
            on.disc(knee, offset + end, 20, chance.choice((light.glow, light.accent)))
    on.box(900, 340, 760, 760, light.near, 50)
    on.box(970, 410, 620, 620, light.middle, 30)
    for row in range(6):
        for column in range(6):
            colour = chance.choice((light.near, light.far, light.near, light.glow, light.accent))
            on.box(1010 + 92 * column, 450 + 92 * row, 76, 76, colour, 10)


def sky(on: Canvas) -> None:
    light, chance = on.light, on.chance
    for _ in range(240):
        on.disc(chance.uniform(0, WIDTH), chance.uniform(0, 1200), chance.choice((3, 4, 5, 9)), light.glow)
    x, y = chance.uniform(800, 1800), chance.uniform(420, 620)
    on.disc(x, y, 250, light.far)
    on.disc(x + 70, y - 60, 60, light.middle)
    on.disc(x - 90, y + 80, 90, light.middle)
    tilt = chance.uniform(60, 160)
    on.draw.arc((x - 560, y - tilt, x + 560, y + tilt), 0, 360, fill=light.glow, width=10)
    on.box(x + 420, y + tilt / 2 - 40, 80, 80, light.accent, 10)
    on.box(x + 310, y + tilt / 2 - 20, 300, 40, light.accent)
    on.ridge(1260, 60, light.near)


def city(on: Canvas) -> None:
    light, chance = on.light, on.chance
    on.sun()
    for colour, low, high in ((light.far, 420, 700), (light.middle, 260, 480)):
        x = -40.0
        while x < WIDTH:
            width, height = chance.uniform(130, 260), chance.uniform(low, high)
            on.box(x, 1160 - height, width, height, colour)
            for row in range(int(height // 90)):
                for column in range(int(width // 70)):
                    if chance.random() > 0.55:
                        on.box(x + 24 + 70 * column, 1190 - height + 90 * row, 28, 44, light.glow)
            x += width + chance.uniform(0, 30)
    on.box(0, 1160, WIDTH, 280, light.near)
    x = chance.uniform(400, 1000)
    on.box(x, 960, 1080, 270, light.accent, 46)
    for window in range(6):
        on.box(x + 50 + 168 * window, 1010, 140, 100, light.glow, 12)
    for wheel in (180, 420, 660, 900):
        on.disc(x + wheel, 1240, 44, light.far)


def rails(on: Canvas) -> None:
    light = on.light
    on.sun()
    on.ridge(700, 70, light.far)
    on.box(0, 760, WIDTH, 680, light.middle)
    for number in range(14):
        share = (number / 13) ** 1.8
        y, half = 770 + 650 * share, 60 + 900 * share
        on.box(1280 - half, y, 2 * half, 8 + 36 * share, light.near)
    for side in (-1, 1):
        rail = (34, 760), (44, 760), (760, HEIGHT), (640, HEIGHT)
        on.draw.polygon([(1280 + side * x, y) for x, y in rail], fill=light.glow)
    for post in range(5):
        share = (post / 4) ** 1.6
        x, y = 1400 + 1000 * share, 770 + 420 * share
        on.line((x, y), (x, y - 120 - 520 * share), width=int(8 + 18 * share), colour=light.near)
        on.disc(x, y - 130 - 520 * share, 14 + 34 * share, light.accent)


SCENES: dict[str, Callable[[Canvas], None]] = {
    scene.__name__: scene
    for scene in (
        sea, cranes, lens, columns, shelves, hills, trees, turbines, wave, table, storm, chip, sky, city, rails,
    )
}  # fmt: skip
