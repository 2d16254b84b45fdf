"""Emblems for the shops' logos: a few simple forms on one colour."""

from __future__ import annotations

from io import BytesIO
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw

from demo.drawing.canvas import Dice, Point, arc, luminance, mix, rotated, smooth
from demo.drawing.palettes import Palette

SIZE: Final = 1024
MIDDLE: Final = SIZE / 2


def emblem(palette: Palette, dice: Dice) -> bytes:
    """One of the emblems in the palette's colours, 512 by 512, as PNG."""
    ground = min(palette.things, key=luminance)
    image = Image.new("RGB", (SIZE, SIZE), ground)
    draw = dice.choice((_sunrise, _sprout, _rings, _hills, _petals, _waves))
    draw(ImageDraw.Draw(image), palette)
    out = BytesIO()
    image.reduce(2).quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _sunrise(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    for step in range(4):
        radius = 330 - step * 78
        tone = mix(palette.accent, palette.light, step / 3)
        pen.pieslice((512 - radius, 600 - radius, 512 + radius, 600 + radius), 180, 360, fill=tone)
    for row in range(3):
        half, top = 330 - row * 96, 640 + row * 74
        pen.rounded_rectangle((512 - half, top, 512 + half, top + 36), 18, fill=palette.light)


def _leaf(x: float, y: float, length: float, degrees: float) -> list[Point]:
    half = length * 0.26
    outline = [
        (x, y),
        (x + length * 0.45, y - half),
        (x + length, y),
        (x + length * 0.45, y + half),
    ]
    return rotated(smooth(outline, closed=True), x, y, degrees)


def _sprout(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    pen.rounded_rectangle((500, 330, 524, 850), 12, fill=palette.light)
    for row, part in enumerate((0.0, 0.4, 0.8)):
        tone = mix(palette.accent, palette.light, part)
        y, length = 450 + row * 160, 250 + row * 24
        pen.polygon(_leaf(512, y, length, -38), fill=tone)
        pen.polygon(_leaf(512, y, length, 218), fill=tone)
    pen.polygon(_leaf(512, 390, 230, -90), fill=palette.accent)


def _rings(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    between = mix(palette.accent, palette.light, 0.5)
    for x, y, tone in ((400, 425, palette.accent), (624, 425, palette.light), (512, 619, between)):
        pen.ellipse((x - 190, y - 190, x + 190, y + 190), outline=tone, width=58)


def _hills(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    pen.ellipse((560, 230, 740, 410), fill=palette.accent)
    pen.polygon([(190, 760), (440, 330), (690, 760)], fill=palette.light)
    pen.polygon([(470, 760), (650, 480), (834, 760)], fill=mix(palette.accent, palette.light, 0.5))


def _petals(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    for turn in range(8):
        angle = turn * pi / 4
        x, y = MIDDLE + 70 * cos(angle), MIDDLE + 70 * sin(angle)
        tone = palette.light if turn % 2 else palette.accent
        pen.polygon(_leaf(x, y, 290, turn * 45), fill=tone)
    pen.ellipse((452, 452, 572, 572), fill=mix(palette.accent, palette.light, 0.5))


def _waves(pen: ImageDraw.ImageDraw, palette: Palette) -> None:
    for row in range(4):
        tone = mix(palette.accent, palette.light, row / 3)
        y = 330 + row * 120
        crest = [*arc(346, y, 83, 62, 180, 360), *arc(512, y, 83, 62, 180, 0)]
        crest += arc(678, y, 83, 62, 180, 360)
        for x, height in crest:
            pen.ellipse((x - 25, height - 25, x + 25, height + 25), fill=tone)
