"""Things that a shop packs, fills or weaves: candles, tins, bottles, jars, lamps, baskets."""

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
    mix,
    polygon,
    round_body,
    smooth,
    stroke,
    turned,
)
from demo.drawing.palettes import Palette
from demo.drawing.scene import contrasting, rim, tabletop


def candle(palette: Palette, dice: Dice) -> Canvas:
    """A candle in a glass or a cup, burning."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    x, top, foot, r = 500, 480, 800, 160
    canvas.glow(ellipse(x, top - 60, 190), (255, 214, 140), 90, 0.6)
    canvas.standing(x, foot + 4, r)
    body = canvas.fill(
        turned(x, [(r, top), (r, foot - 30), (r * 0.94, foot)]), round_body(colour, 0.5)
    )
    canvas.fade(body, (40, 24, 24), 0, 0.2)
    _label(canvas, body, x, 660, 96, 62, palette.light, second)
    hole = rim(canvas, x, top, r, colour, palette.light)
    wax = ellipse(x, top + 16, r * 0.88, r * 0.14)
    canvas.fill(
        wax.within(hole), across((0, (246, 226, 190)), (0.5, (255, 246, 222)), (1, (238, 214, 176)))
    )
    canvas.fill(stroke([(x, top + 16), (x + 2, top - 22)], 6), (58, 44, 40))
    flame = smooth(
        [
            (x, top - 118),
            (x + 24, top - 58),
            (x + 13, top - 20),
            (x - 13, top - 20),
            (x - 24, top - 58),
        ],
        closed=True,
    )
    canvas.fill(
        polygon(flame), down((0, (255, 190, 84)), (0.7, (255, 236, 170)), (1, (255, 248, 220)))
    )
    canvas.glow(ellipse(x, top - 55, 40), (255, 236, 180), 20, 0.6)
    return canvas


def _label(
    canvas: Canvas,
    body: Shape,
    x: float,
    y: float,
    width: float,
    height: float,
    paper: Colour,
    print_colour: Colour,
) -> None:
    """A paper label around a round body, with a drawn emblem and two lines instead of words."""
    bend = width * 0.1
    area = polygon(
        [*arc(x, y - height, width, bend, 180, 0), *arc(x, y + height, width, bend, 0, 180)]
    )
    canvas.fill(
        area.within(body),
        across((0, darker(paper, 0.13)), (0.35, lighter(paper, 0.4)), (1, darker(paper, 0.16))),
    )
    canvas.fill(ellipse(x, y - height * 0.12, height * 0.3), print_colour)
    canvas.fill(ellipse(x, y - height * 0.12, height * 0.16), paper)
    for line, part in ((0.58, 0.55), (0.8, 0.34)):
        canvas.fill(
            stroke(
                [(x - width * part, y + height * line), (x + width * part, y + height * line)], 6
            ),
            print_colour,
            0.85,
        )


def tin(palette: Palette, dice: Dice) -> Canvas:
    """A tea tin with a lid."""
    canvas, wall = tabletop(palette, dice)
    colour, second, third = contrasting(palette, wall, dice)[:3]
    x, top, foot, r = 500, 390, 800, 165
    canvas.standing(x, foot + 4, r)
    body = canvas.fill(
        turned(x, [(r, top + 70), (r, foot - 40), (r, foot)], 0.16), round_body(colour, 0.45)
    )
    if dice.number(0, 1) > 0.5:
        for row in range(6):
            for column in range(7):
                dot = ellipse(x - 150 + column * 50 + (row % 2) * 25, top + 120 + row * 58, 8)
                canvas.fill(dot.within(body), mix(second, colour, abs(column - 3) * 0.12))
    _label(
        canvas,
        body,
        x,
        640,
        118,
        84,
        palette.light,
        third if third != palette.light else palette.dark,
    )
    lid = canvas.fill(
        turned(x, [(r + 5, top), (r + 5, top + 50), (r + 5, top + 82)], 0.16),
        round_body(second, 0.5),
    )
    canvas.fade(lid, (40, 24, 24), 0, 0.2)
    canvas.fill(
        ellipse(x, top, r + 5, (r + 5) * 0.19),
        across((0, darker(second, 0.06)), (0.4, lighter(second, 0.45)), (1, second)),
    )
    canvas.fill(
        ellipse(x, top, r * 0.84, r * 0.15),
        across((0, lighter(second, 0.28)), (1, darker(second, 0.12))),
    )
    return canvas


def bottle(palette: Palette, dice: Dice) -> Canvas:
    """Two bottles, one behind the other."""
    canvas, wall = tabletop(palette, dice)
    colours = contrasting(palette, wall, dice)
    for x, foot, scale, colour in ((615, 775, 0.82, colours[2]), (440, 810, 1.0, colours[0])):
        r, top = 118 * scale, foot - 500 * scale
        canvas.standing(x, foot + 4, r)
        body = turned(
            x,
            [
                (r * 0.32, top),
                (r * 0.32, top + 110 * scale),
                (r * 0.92, top + 190 * scale),
                (r, top + 250 * scale),
                (r, foot - 30),
                (r * 0.95, foot),
            ],
        )
        canvas.fill(body, round_body(colour, 0.5))
        canvas.fade(body, (40, 24, 24), 0, 0.22)
        canvas.fill(
            stroke([(x - r * 0.62, top + 260 * scale), (x - r * 0.62, foot - 40)], 13 * scale),
            (255, 255, 255),
            0.32,
        )
        canvas.fill(
            turned(x, [(r * 0.4, top - 46 * scale), (r * 0.4, top + 8)], 0.2),
            round_body(palette.wood, 0.4),
        )
        canvas.fill(ellipse(x, top - 46 * scale, r * 0.4, r * 0.09), lighter(palette.wood, 0.3))
        _label(
            canvas,
            body,
            x,
            foot - 150 * scale,
            r * 0.78,
            62 * scale,
            palette.light,
            darker(colours[1], 0.15),
        )
    return canvas


def jar(palette: Palette, dice: Dice) -> Canvas:
    """A jar of honey or jam with a cloth over its lid."""
    canvas, wall = tabletop(palette, dice)
    cloth, second = contrasting(palette, wall, dice)[:2]
    content = dice.choice(((214, 138, 30), (160, 40, 48), (226, 160, 60), (96, 40, 80)))
    x, top, foot, r = 500, 500, 800, 165
    canvas.standing(x, foot + 4, r)
    body = canvas.fill(
        turned(x, [(r * 0.82, top), (r, top + 50), (r, foot - 50), (r * 0.9, foot)]),
        round_body(content, 0.4),
    )
    canvas.glow(ellipse(x + 40, foot - 90, 90, 60), lighter(content, 0.5), 34, 0.55)
    canvas.fill(
        stroke([(x - r * 0.68, top + 75), (x - r * 0.68, foot - 60)], 15), (255, 255, 255), 0.4
    )
    _label(canvas, body, x, 675, 108, 66, palette.light, darker(content, 0.3))
    hem = [(x - 190 + step * 38, top + 46 + (16 if step % 2 else -6)) for step in range(11)]
    cover = canvas.fill(
        polygon(
            smooth([*hem, (x + 150, top - 46), (x, top - 66), (x - 150, top - 46)], closed=True)
        ),
        round_body(cloth, 0.4),
    )
    for column in range(-4, 5):
        canvas.fill(
            stroke([(x + column * 34, top - 80), (x + column * 46, top + 70)], 8).within(cover),
            second,
            0.7,
        )
    canvas.fade(cover, (40, 24, 24), 0, 0.22)
    canvas.fill(stroke(arc(x, top + 2, 150, 22, 8, 172), 9), darker(palette.wood, 0.15))
    return canvas


def lamp(palette: Palette, dice: Dice) -> Canvas:
    """A small lamp, lit."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    canvas.glow(ellipse(500, 420, 300, 260), (255, 220, 150), 110, 0.6)
    canvas.standing(500, 806, 125)
    canvas.fill(
        turned(500, [(24, 470), (20, 600), (64, 690), (112, 760), (104, 806)]),
        round_body(colour, 0.4),
    )
    shade = polygon([(400, 240), (600, 240), *arc(500, 520, 200, 26, 0, 180)])
    canvas.fill(
        shade,
        across(
            (0, darker(palette.light, 0.1)),
            (0.35, (255, 250, 232)),
            (1, darker(palette.light, 0.2)),
        ),
    )
    canvas.fade(shade, second, 0.25, 0.02)
    canvas.fade(shade, (255, 196, 110), 0.05, 0.4)
    canvas.fill(ellipse(500, 240, 100, 13), lighter(palette.light, 0.5))
    canvas.glow(ellipse(500, 800, 260, 40), (255, 226, 170), 40, 0.5)
    return canvas


def basket(palette: Palette, dice: Dice) -> Canvas:
    """A woven basket."""
    canvas, wall = tabletop(palette, dice)
    colour = dice.choice((palette.wood, lighter(palette.wood, 0.28), darker(palette.wood, 0.12)))
    stripe = contrasting(palette, wall, dice)[0]
    x, top, foot = 500, 500, 800
    canvas.standing(x, foot + 2, 220)
    canvas.fill(
        stroke(arc(x, top, 190, 220, 190, 350), 24),
        across((0, lighter(colour, 0.2)), (1, darker(colour, 0.3))),
    )
    body = canvas.fill(
        turned(x, [(250, top), (262, top + 100), (232, foot - 40), (210, foot)]),
        round_body(colour, 0.25),
    )
    for row in range(11):
        y = top + 24 + row * 28
        tone = stripe if row in (4, 5) else colour
        for column in range(-9, 10):
            cx = x + column * 30 + (row % 2) * 15
            shade = min(max((cx - 380) / 330, 0), 1) * 0.4
            canvas.fill(
                ellipse(cx, y + (1 - ((cx - x) / 260) ** 2) * 26, 17, 11).within(body),
                darker(lighter(tone, 0.14), shade),
            )
    rim(canvas, x, top, 254, lighter(colour, 0.1), darker(colour, 0.3), 0.17)
    return canvas
