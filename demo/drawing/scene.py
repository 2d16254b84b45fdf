"""Where the things stand or lie: a table before a wall, or a surface seen from above."""

from __future__ import annotations

from demo.drawing.canvas import (
    Canvas,
    Colour,
    Dice,
    Shape,
    across,
    arc,
    darker,
    down,
    ellipse,
    lighter,
    luminance,
    mix,
    polygon,
    rounded,
)
from demo.drawing.palettes import Palette

HORIZON = 655


def tabletop(palette: Palette, dice: Dice) -> tuple[Canvas, Colour]:
    """A table before a wall with some light on it; also the wall's colour, to choose against."""
    wall, table = dice.choice(palette.walls), dice.choice(palette.tables)
    canvas = Canvas(wall)
    canvas.fill(
        rounded(60, 85, 940, HORIZON + 4), down((0, darker(wall, 0.05)), (1, lighter(wall, 0.16)))
    )
    dice.choice((_arch, _sun, _window, _plain))(canvas, wall, palette, dice)
    top = canvas.fill(
        rounded(60, HORIZON, 940, 970), down((0, lighter(table, 0.1)), (1, darker(table, 0.1)))
    )
    canvas.glow(rounded(0, HORIZON - 10, 1000, HORIZON + 6), (60, 40, 40), 12, 0.2)
    canvas.glow(ellipse(330, 760, 460, 90), lighter(table, 0.6), 80, 0.35)
    canvas.fade(top, (40, 28, 30), 0, 0.16, upright=False)
    return canvas, wall


def surface(palette: Palette, dice: Dice) -> tuple[Canvas, Colour]:
    """A surface seen from above, with window light across it."""
    ground = dice.choice((*palette.walls, palette.tables[0]))
    canvas = Canvas(ground)
    whole = canvas.fill(
        rounded(60, 85, 940, 970), down((0, lighter(ground, 0.14)), (1, darker(ground, 0.07)))
    )
    canvas.fade(whole, (40, 28, 30), 0, 0.13, upright=False)
    for offset in (-260, 60, 380):
        band = polygon([(offset, 1000), (offset + 190, 1000), (offset + 690, 0), (offset + 500, 0)])
        canvas.glow(band, (255, 250, 235), 26, 0.24)
    return canvas, ground


def contrasting(palette: Palette, ground: Colour, dice: Dice) -> list[Colour]:
    """The palette's colours in some order, those that stand out from the ground first."""
    colours = dice.shuffled(palette.things)
    clear = [colour for colour in colours if abs(luminance(colour) - luminance(ground)) > 0.2]
    return clear + [colour for colour in colours if colour not in clear]


def _arch(canvas: Canvas, wall: Colour, palette: Palette, dice: Dice) -> None:
    x, width = dice.number(380, 620), dice.number(270, 340)
    tone = mix(wall, dice.choice(palette.walls), 0.75)
    tone = darker(tone, 0.1) if luminance(wall) > 0.4 else lighter(tone, 0.1)
    top = dice.number(330, 390)
    canvas.fill(
        polygon(
            [
                *arc(x, top, width, width, 180, 360),
                (x + width, HORIZON + 4),
                (x - width, HORIZON + 4),
            ]
        ),
        across((0, darker(tone, 0.06)), (1, lighter(tone, 0.1))),
    )


def _sun(canvas: Canvas, wall: Colour, palette: Palette, dice: Dice) -> None:
    disc = ellipse(dice.choice((300, 640, 700)), dice.number(300, 380), dice.number(190, 260))
    canvas.fill(
        disc, down((0, mix(wall, palette.accent, 0.5)), (1, mix(wall, palette.accent, 0.16)))
    )


def _window(canvas: Canvas, wall: Colour, palette: Palette, dice: Dice) -> None:
    left = dice.number(80, 330)
    for column in (0, 1):
        for row in (0, 1):
            x, y = left + column * 190, 90 + row * 230
            pane = polygon([(x, y), (x + 165, y - 40), (x + 165, y + 165), (x, y + 205)])
            canvas.glow(pane, lighter(wall, 0.8), 7, 0.5)


def _plain(canvas: Canvas, wall: Colour, palette: Palette, dice: Dice) -> None:
    canvas.glow(ellipse(dice.number(220, 420), 260, 330, 240), lighter(wall, 0.7), 100, 0.55)


def rim(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    colour: Colour,
    inside: Colour,
    flatness: float = 0.2,
) -> Shape:
    """The opening of a vessel: a lip and the dark inside it."""
    lip = ellipse(x, y, radius, radius * flatness)
    canvas.fill(
        lip,
        across((0, lighter(colour, 0.3)), (0.4, lighter(colour, 0.5)), (1, darker(colour, 0.08))),
    )
    hole = ellipse(x, y + radius * 0.012, radius * 0.93, radius * flatness * 0.84)
    return canvas.fill(
        hole,
        across((0, darker(inside, 0.5)), (0.6, darker(inside, 0.2)), (1, lighter(inside, 0.05))),
    )
