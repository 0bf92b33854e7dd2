"""What the pictures of the demo newspaper are drawn on, and with: shapes, in the colours of the house."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sin
from random import Random

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 2560, 1440  # drawn so large, so that edges are smooth when it is halved


@dataclass(frozen=True)
class Light:
    top: str
    bottom: str
    far: str
    middle: str
    near: str
    glow: str
    accent: str


LIGHTS = {
    "day": Light("#c9dbe2", "#fbf3df", "#a9c0bd", "#6d9487", "#2f5d50", "#fff8e6", "#b23a2c"),
    "dusk": Light("#274c77", "#f0c290", "#a8727a", "#6d4560", "#2e2440", "#ffe9c2", "#c8452f"),
    "night": Light("#0c1320", "#33507a", "#2c4468", "#1d2f4b", "#101a2b", "#f3e2bd", "#d96a4f"),
}


@dataclass
class Canvas:
    """A sky, and what is drawn on it; `chance` is the same for the same picture."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    light: Light
    chance: Random

    def ridge(self, base: float, height: float, colour: str) -> None:
        """A line of hills or waves, filled down to the ground."""
        phases = [self.chance.uniform(0, 2 * pi) for _ in range(3)]
        points = [
            (x, base - sum(height / (n + 1) * sin(x / WIDTH * pi * (2 * n + 1.4) + phases[n]) for n in range(3)))
            for x in range(0, WIDTH + 20, 20)
        ]
        self.draw.polygon([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str, outline: int = 0) -> None:
        box = (x - radius, y - radius, x + radius, y + radius)
        if outline:
            self.draw.ellipse(box, outline=colour, width=outline)
        else:
            self.draw.ellipse(box, fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle((x, y, x + width, y + height), radius=radius, fill=colour)

    def line(self, *points: tuple[float, float], width: int, colour: str) -> None:
        self.draw.line(points, fill=colour, width=width, joint="curve")

    def sun(self) -> None:
        x, y = self.chance.uniform(500, 2060), self.chance.uniform(260, 460)
        self.disc(x, y, self.chance.uniform(90, 170), self.light.glow)


def canvas(light: str, seed: str) -> Canvas:
    """Returns a sky in this light, still empty."""
    chosen = LIGHTS[light]
    sky = Image.new("RGB", (1, 2))
    for place, colour in enumerate((chosen.top, chosen.bottom)):
        sky.putpixel((0, place), ImageColor.getrgb(colour)[:3])
    image = sky.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    return Canvas(image, ImageDraw.Draw(image), chosen, Random(seed))  # noqa: S311 - no secret
