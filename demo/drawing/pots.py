"""Things from a potter's wheel, and what grows or stands in them."""

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
    rotated,
    round_body,
    smooth,
    stroke,
    turned,
)
from demo.drawing.palettes import Palette
from demo.drawing.scene import contrasting, rim, tabletop


def _speckle(canvas: Canvas, body: Shape, colour: Colour, dice: Dice, count: int = 90) -> None:
    left, top, right, bottom = body.extent()
    for _ in range(count):
        size = dice.number(1.2, 3.6)
        dot = ellipse(dice.number(left, right), dice.number(top, bottom), size, size * 0.8)
        canvas.fill(dot.within(body), darker(colour, 0.5), 0.55)


def _dip(
    canvas: Canvas, body: Shape, x: float, y: float, radius: float, colour: Colour, dice: Dice
) -> None:
    """A second glaze from y downwards, its edge a little wavy."""
    wave = [(x - radius + step * radius / 4, y + dice.number(-9, 9)) for step in range(9)]
    below = polygon([*smooth(wave), (x + radius, 980), (x - radius, 980)])
    canvas.fill(below.within(body), round_body(colour, 0.3))


def _decorate(
    canvas: Canvas,
    body: Shape,
    x: float,
    radius: float,
    top: float,
    foot: float,
    colour: Colour,
    second: Colour,
    dice: Dice,
) -> None:
    style = dice.choice(("dip", "bands", "speckle", "both"))
    if style in ("dip", "both"):
        _dip(
            canvas,
            body,
            x,
            top + (foot - top) * dice.number(0.45, 0.66),
            radius * 1.3,
            second,
            dice,
        )
    if style == "bands":
        for at in (0.3, 0.4, 0.47):
            y = top + (foot - top) * at
            band = polygon(
                [
                    *arc(x, y, radius * 1.3, radius * 0.2, 180, 0),
                    *arc(x, y + 9, radius * 1.3, radius * 0.2, 0, 180),
                ]
            )
            canvas.fill(band.within(body), round_body(second, 0.3))
    if style in ("speckle", "both"):
        _speckle(canvas, body, colour, dice)


def mug(palette: Palette, dice: Dice) -> Canvas:
    """A mug with a handle and something hot in it."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    x, top, foot, r = 470, 410, 790, dice.number(165, 190)
    canvas.standing(x, foot + 6, r)
    loop = arc(x + r - 14, top + 168, 142, 118, -88, 88)
    canvas.fill(
        stroke(loop, 44), across((0, darker(colour, 0.2)), (0.6, colour), (1, darker(colour, 0.3)))
    )
    canvas.glow(stroke([(a - 4, b - 10) for a, b in loop[:26]], 9), lighter(colour, 0.6), 5, 0.7)
    taper = dice.choice((0.78, 0.92, 1.0))
    body = turned(
        x,
        [
            (r, top),
            (r * 1.01, top + 120),
            (r * (taper + 0.06), foot - 70),
            (r * taper * 0.93, foot),
        ],
    )
    canvas.fill(body, round_body(colour))
    _decorate(canvas, body, x, r, top, foot, colour, second, dice)
    canvas.fade(body, (40, 24, 24), 0, 0.2)
    hole = rim(canvas, x, top, r, colour, lighter(colour, 0.2))
    drink = ellipse(x, top + 26, r * 0.86, r * 0.13)
    canvas.fill(
        drink.within(hole), across((0, (66, 38, 24)), (0.5, (124, 76, 46)), (1, (88, 50, 32)))
    )
    for dx in (-46, 24):
        steam = smooth(
            [
                (x + dx, top - 30),
                (x + dx + 24, top - 90),
                (x + dx - 18, top - 150),
                (x + dx + 16, top - 215),
            ]
        )
        canvas.glow(stroke(steam, 16), (255, 255, 255), 12, 0.42)
    return canvas


def bowl(palette: Palette, dice: Dice) -> Canvas:
    """A wide bowl, or two, one in the other."""
    canvas, wall = tabletop(palette, dice)
    colour, second, third = contrasting(palette, wall, dice)[:3]
    canvas.standing(500, 795, 180)
    layers = [(colour, 0.0), (third, -78.0)] if dice.number(0, 1) > 0.4 else [(colour, 0.0)]
    for paint, lift in layers:
        scale = 1 if lift == 0 else 0.93
        r, top, foot = 300 * scale, 545 + lift, 790 + lift * 0.9
        body = turned(
            500,
            [
                (r, top),
                (r * 0.93, top + 90),
                (r * 0.68, top + 180),
                (r * 0.42, foot - 18),
                (r * 0.4, foot),
            ],
        )
        canvas.fill(body, round_body(paint))
        if lift == 0:
            _decorate(canvas, body, 500, r, top, foot, paint, second, dice)
        canvas.fade(body, (40, 24, 24), 0, 0.3)
        rim(canvas, 500, top, r, paint, mix(paint, second, 0.35), 0.24)
    return canvas


def vase(palette: Palette, dice: Dice) -> Canvas:
    """A vase with a few stems."""
    canvas, wall = tabletop(palette, dice)
    colour, second, flower = contrasting(palette, wall, dice)[:3]
    profile = dice.choice(
        (
            [(62, 400), (52, 450), (120, 560), (168, 665), (130, 760), (92, 805)],
            [(70, 380), (58, 430), (88, 520), (150, 700), (142, 770), (110, 805)],
            [(88, 430), (80, 450), (176, 540), (172, 640), (96, 770), (84, 805)],
            [(46, 360), (40, 440), (46, 520), (140, 640), (152, 730), (118, 805)],
        )
    )
    x, mouth = 500, profile[0][1]
    canvas.standing(x, 808, profile[-1][0] * 1.3)
    _stems(canvas, x, mouth, palette, flower, dice)
    body = canvas.fill(turned(x, profile), round_body(colour))
    _decorate(canvas, body, x, 180, mouth, 805, colour, second, dice)
    canvas.fade(body, (40, 24, 24), 0, 0.2)
    hole = rim(canvas, x, mouth, profile[0][0], colour, darker(colour, 0.3))
    for dx in (-18, 4, 22):
        canvas.fill(
            stroke([(x + dx * 0.6, mouth + 12), (x + dx, mouth - 40)], 7).within(hole),
            darker(palette.leaf, 0.3),
        )
    return canvas


def _stems(
    canvas: Canvas, x: float, mouth: float, palette: Palette, flower: Colour, dice: Dice
) -> None:
    kind = dice.choice(("round", "spray", "leaf"))
    for lean in (-150, -40, 70, 165):
        tip_x, tip_y = (
            x + lean + dice.number(-20, 20),
            mouth - dice.number(170, 290) + abs(lean) * 0.4,
        )
        path = smooth(
            [(x + lean * 0.08, mouth + 6), (x + lean * 0.35, mouth - 110), (tip_x, tip_y)]
        )
        canvas.fill(stroke(path, 7), darker(palette.leaf, 0.15))
        for at in (9, 14, 18):
            _leaf(canvas, path[at], dice.choice((-50.0, -130.0)) + lean * 0.1, 62, palette.leaf)
        if kind == "round":
            _blossom(canvas, tip_x, tip_y, flower, palette.accent)
        if kind == "spray":
            for step in range(9):
                dot = ellipse(
                    tip_x + dice.number(-34, 34),
                    tip_y + dice.number(-44, 30) - step,
                    dice.number(8, 15),
                )
                canvas.fill(dot, lighter(flower, dice.number(0, 0.4)))


def _leaf(
    canvas: Canvas, root: tuple[float, float], degrees: float, length: float, colour: Colour
) -> None:
    x, y = root
    outline = smooth(
        [
            (x, y),
            (x + length * 0.45, y - length * 0.22),
            (x + length, y),
            (x + length * 0.45, y + length * 0.22),
        ],
        closed=True,
    )
    blade = canvas.fill(
        polygon(rotated(outline, x, y, degrees)),
        down((0, lighter(colour, 0.2)), (1, darker(colour, 0.2))),
    )
    canvas.fill(
        stroke(rotated([(x, y), (x + length * 0.85, y)], x, y, degrees), 2).within(blade),
        lighter(colour, 0.4),
        0.6,
    )


def _blossom(canvas: Canvas, x: float, y: float, colour: Colour, heart: Colour) -> None:
    for turn in range(0, 360, 45):
        outline = smooth([(x, y), (x + 30, y - 17), (x + 58, y), (x + 30, y + 17)], closed=True)
        canvas.fill(
            polygon(rotated(outline, x, y, turn)),
            across((0, lighter(colour, 0.35)), (1, darker(colour, 0.06))),
        )
    canvas.fill(ellipse(x, y, 17), down((0, lighter(heart, 0.2)), (1, darker(heart, 0.2))))


def teapot(palette: Palette, dice: Dice) -> Canvas:
    """A round teapot."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    x, foot = 490, 795
    canvas.standing(x, foot, 215)
    spout = smooth(
        [
            (x + 150, 690),
            (x + 235, 640),
            (x + 270, 540),
            (x + 330, 500),
            (x + 352, 518),
            (x + 318, 575),
            (x + 262, 712),
            (x + 140, 760),
        ],
        closed=True,
    )
    canvas.fill(polygon(spout), down((0, lighter(colour, 0.22)), (1, darker(colour, 0.3))))
    handle = arc(x - 178, 665, 138, 92, 100, 262)
    canvas.fill(stroke(handle, 38), across((0, colour), (1, darker(colour, 0.25))))
    canvas.glow(stroke([(a - 3, b - 9) for a, b in handle[14:]], 8), lighter(colour, 0.6), 5, 0.7)
    body = canvas.fill(
        turned(x, [(92, 500), (170, 535), (222, 640), (200, 735), (132, foot)]), round_body(colour)
    )
    _decorate(canvas, body, x, 215, 510, foot, colour, second, dice)
    canvas.fade(body, (40, 24, 24), 0, 0.25)
    lid = canvas.fill(turned(x, [(14, 446), (70, 462), (98, 500)], 0.2), round_body(colour, 0.45))
    canvas.fade(lid, (40, 24, 24), 0, 0.14)
    canvas.fill(
        ellipse(x, 430, 27, 25), round_body(second if second != wall else palette.wood, 0.5)
    )
    return canvas


def plates(palette: Palette, dice: Dice) -> Canvas:
    """A stack of plates and bowls."""
    canvas, wall = tabletop(palette, dice)
    colours = contrasting(palette, wall, dice)
    canvas.standing(500, 800, 250)
    y = 792.0
    for layer in range(5):
        r, colour = 300 - layer * 9, colours[layer % 3]
        body = turned(500, [(r, y - 34), (r * 0.9, y - 12), (r * 0.6, y)], 0.12)
        canvas.fill(body, round_body(colour))
        canvas.fade(body, (40, 24, 24), 0, 0.3)
        rim(canvas, 500, y - 34, r, colour, lighter(colour, 0.35), 0.17)
        y -= 38
    small = colours[3]
    body = canvas.fill(
        turned(500, [(176, y - 96), (168, y - 50), (110, y), (84, y + 20)]), round_body(small)
    )
    canvas.fade(body, (40, 24, 24), 0, 0.24)
    rim(canvas, 500, y - 96, 176, small, lighter(small, 0.15), 0.22)
    return canvas


def plant(palette: Palette, dice: Dice) -> Canvas:
    """A plant in a pot."""
    canvas, wall = tabletop(palette, dice)
    colour, second = contrasting(palette, wall, dice)[:2]
    x, top, foot = 500, 585, 805
    canvas.standing(x, foot + 2, 140)
    _leaves(canvas, x, top, palette.leaf, dice)
    body = canvas.fill(
        turned(x, [(165, top), (158, top + 60), (122, foot - 20), (116, foot)]), round_body(colour)
    )
    _decorate(canvas, body, x, 165, top, foot, colour, second, dice)
    canvas.fade(body, (40, 24, 24), 0, 0.22)
    canvas.fill(turned(x, [(174, top - 26), (174, top + 22)], 0.17), round_body(colour, 0.45))
    rim(canvas, x, top - 26, 174, colour, (86, 62, 48), 0.17)
    for lean, length in ((-96, 190), (-30, 250), (48, 230), (108, 170)):
        _blade(
            canvas, x + lean * 0.3, top - 24, lean, length * 0.8, lighter(palette.leaf, 0.06), 40
        )
    return canvas


def _leaves(canvas: Canvas, x: float, top: float, colour: Colour, dice: Dice) -> None:
    broad = dice.choice((34, 52, 66))
    for lean in (-230, 220, -150, 160, -70, 84, 6):
        length = dice.number(300, 400) - abs(lean) * 0.35
        _blade(
            canvas,
            x + lean * 0.2,
            top - 20,
            lean,
            length,
            darker(colour, dice.number(0, 0.3)),
            broad,
        )


def _blade(
    canvas: Canvas, x: float, y: float, lean: float, length: float, colour: Colour, width: float
) -> None:
    middle, tip = (x + lean * 0.42, y - length * 0.62), (x + lean * 1.05, y - length)
    outline = smooth(
        [(x, y), (middle[0] - width, middle[1]), tip, (middle[0] + width, middle[1] + 16)],
        closed=True,
    )
    leaf = canvas.fill(
        polygon(outline),
        across((0, lighter(colour, 0.24)), (0.55, colour), (1, darker(colour, 0.24))),
    )
    canvas.fill(stroke(smooth([(x, y), middle, tip]), 4).within(leaf), lighter(colour, 0.4), 0.6)
