"""Things with wheels, lenses and hands: toys, a camera, a clock."""

from __future__ import annotations

from demo.drawing.canvas import (
    Canvas,
    Dice,
    across,
    arc,
    darker,
    down,
    ellipse,
    lighter,
    polygon,
    rotated,
    round_body,
    rounded,
    smooth,
    stroke,
)
from demo.drawing.palettes import Palette
from demo.drawing.scene import contrasting, tabletop


def car(palette: Palette, dice: Dice) -> Canvas:
    """A wooden toy car."""
    canvas, wall = tabletop(palette, dice)
    colour, second, third = contrasting(palette, wall, dice)[:3]
    canvas.glow(ellipse(540, 806, 330, 40), (44, 28, 30), 24, 0.42)
    cabin = polygon(
        smooth([(330, 600), (372, 470), (450, 448), (590, 450), (652, 500), (690, 600)])
    )
    canvas.fill(cabin, down((0, lighter(second, 0.34)), (1, second)))
    for left, right in ((388, 492), (518, 630)):
        pane = polygon(smooth([(left, 588), (left + 16, 500), (right - 24, 496), (right, 588)]))
        canvas.fill(pane, down((0, (226, 240, 244)), (1, (158, 188, 200))))
    body = rounded(196, 582, 826, 748, 70)
    canvas.fill(body, down((0, lighter(colour, 0.34)), (0.5, colour), (1, darker(colour, 0.3))))
    canvas.fill(stroke([(246, 612), (770, 612)], 11), lighter(colour, 0.6), 0.5)
    canvas.fill(rounded(196, 668, 826, 694).within(body), third)
    canvas.fill(ellipse(796, 640, 21, 25), (255, 238, 190))
    for x in (335, 690):
        canvas.glow(ellipse(x + 6, 818, 76, 12), (36, 22, 24), 8, 0.6)
        canvas.fill(ellipse(x, 742, 88), darker(colour, 0.6), 0.5)
        canvas.fill(
            ellipse(x, 744, 78),
            across((0, lighter(palette.wood, 0.35)), (1, darker(palette.wood, 0.25))),
        )
        canvas.fill(ellipse(x, 744, 55), darker(palette.wood, 0.12), 0.4)
        canvas.fill(ellipse(x, 744, 23), across((0, lighter(third, 0.3)), (1, darker(third, 0.2))))
    return canvas


def rings(palette: Palette, dice: Dice) -> Canvas:
    """A tower of wooden rings."""
    canvas, wall = tabletop(palette, dice)
    colours = contrasting(palette, wall, dice)
    canvas.standing(500, 808, 205)
    canvas.fill(
        rounded(290, 770, 710, 816, 22),
        down((0, lighter(palette.wood, 0.3)), (1, darker(palette.wood, 0.2))),
    )
    y = 732.0
    for layer in range(5):
        half, colour = 192 - layer * 29, colours[layer % len(colours)]
        ring = canvas.fill(
            rounded(500 - half, y - 42, 500 + half, y + 42, 42), round_body(colour, 0.4)
        )
        canvas.fade(ring, (40, 24, 24), 0, 0.3)
        canvas.fill(
            stroke([(500 - half + 44, y - 22), (500 - half * 0.15, y - 24)], 9),
            (255, 255, 255),
            0.38,
        )
        y -= 78
    ball = canvas.fill(
        ellipse(500, y + 2, 54),
        across((0, lighter(palette.accent, 0.3)), (1, darker(palette.accent, 0.25))),
    )
    canvas.fade(ball, (40, 24, 24), 0, 0.24)
    canvas.glow(ellipse(482, y - 20, 13), (255, 255, 255), 8, 0.8)
    return canvas


def camera(palette: Palette, dice: Dice) -> Canvas:
    """A film camera."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    metal = (216, 211, 202)
    canvas.glow(ellipse(540, 800, 330, 38), (44, 28, 30), 22, 0.46)
    strap = smooth([(222, 520), (120, 640), (180, 800), (330, 842), (450, 830)])
    canvas.fill(stroke(strap, 19), darker(palette.wood, 0.4))
    for x, width in ((318, 62), (652, 84)):
        canvas.fill(
            rounded(x - width, 422, x + width, 482, 12),
            across((0, lighter(metal, 0.4)), (1, darker(metal, 0.36))),
        )
    canvas.fill(
        polygon([(428, 462), (456, 382), (586, 382), (614, 462)]),
        down((0, lighter(metal, 0.5)), (1, darker(metal, 0.16))),
    )
    canvas.fill(rounded(478, 402, 564, 446, 8), (44, 52, 60))
    canvas.fill(
        rounded(210, 456, 830, 796, 44),
        down((0, lighter(metal, 0.5)), (0.3, metal), (1, darker(metal, 0.25))),
    )
    skin = canvas.fill(
        rounded(210, 536, 830, 736),
        across((0, lighter(colour, 0.1)), (0.4, colour), (1, darker(colour, 0.3))),
    )
    for row in range(5):
        canvas.fill(
            stroke([(210, 556 + row * 40), (830, 556 + row * 40)], 2).within(skin),
            darker(colour, 0.4),
            0.5,
        )
    canvas.glow(ellipse(546, 652, 150), (30, 20, 24), 16, 0.45)
    lens = (
        (146, darker(metal, 0.5)),
        (134, lighter(metal, 0.25)),
        (116, (48, 46, 50)),
        (92, (28, 30, 36)),
        (66, (44, 60, 88)),
    )
    for radius, tone in lens:
        canvas.fill(
            ellipse(520, 636, radius), across((0, lighter(tone, 0.18)), (1, darker(tone, 0.3)))
        )
    canvas.fill(ellipse(520, 636, 42), down((0, (126, 150, 190)), (1, (36, 34, 70))))
    canvas.glow(ellipse(494, 608, 17), (255, 255, 255), 7, 0.9)
    canvas.fill(ellipse(748, 500, 19), second)
    canvas.fill(rounded(262, 480, 350, 516, 8), (56, 66, 76))
    return canvas


def clock(palette: Palette, dice: Dice) -> Canvas:
    """A small table clock."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    canvas.standing(500, 806, 190)
    for x in (390, 610):
        canvas.fill(
            stroke([(x, 740), (x + (x - 500) * 0.32, 800)], 28), round_body(palette.wood, 0.4)
        )
    canvas.fill(
        ellipse(500, 560, 246),
        across((0, lighter(colour, 0.25)), (0.5, colour), (1, darker(colour, 0.35))),
    )
    canvas.fill(ellipse(500, 560, 212), darker(colour, 0.4), 0.6)
    canvas.fill(
        ellipse(500, 562, 208),
        down((0, (238, 233, 222)), (0.3, (253, 250, 243)), (1, (246, 241, 231))),
    )
    for hour in range(12):
        ends = rotated([(500, 382), (500, 416 if hour % 3 == 0 else 400)], 500, 562, hour * 30)
        canvas.fill(stroke(ends, 11 if hour % 3 == 0 else 6), palette.dark)
    for length, width, angle in (
        (112, 15, dice.choice((-62, 300, 118))),
        (160, 10, dice.choice((54, 62, 12))),
    ):
        hand = rotated([(500, 578), (500, 562 - length)], 500, 562, angle)
        canvas.shadow(stroke(hand, width), 5, 8, 5, 0.3)
        canvas.fill(stroke(hand, width), palette.dark)
    canvas.fill(ellipse(500, 562, 17), second)
    canvas.fill(polygon(arc(430, 480, 130, 110, 170, 290)), (255, 255, 255), 0.16)
    return canvas
