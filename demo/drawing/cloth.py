"""Cushions, blankets and bags; soap and spoons on a cloth."""

from __future__ import annotations

from demo.drawing.canvas import (
    Canvas,
    Colour,
    Dice,
    Shape,
    across,
    darker,
    down,
    ellipse,
    lighter,
    mix,
    polygon,
    rotated,
    rounded,
    sheet,
    smooth,
    stroke,
)
from demo.drawing.palettes import Palette
from demo.drawing.scene import contrasting, surface


def cushion(palette: Palette, dice: Dice) -> Canvas:
    """A cushion with a woven pattern."""
    canvas, ground = surface(palette, dice)
    colour, second, third = contrasting(palette, ground, dice)[:3]
    outline = [
        (215, 240),
        (500, 268),
        (785, 240),
        (765, 500),
        (790, 770),
        (500, 742),
        (210, 770),
        (236, 500),
    ]
    body = polygon(smooth(outline, closed=True))
    canvas.shadow(body, 26, 44, 34, 0.42)
    canvas.fill(
        body,
        across((0, darker(colour, 0.08)), (0.35, lighter(colour, 0.12)), (1, darker(colour, 0.22))),
    )
    _pattern(canvas, body, second, third, dice)
    canvas.glow(ellipse(420, 420, 150, 120), (255, 255, 250), 80, 0.3)
    rim_line = [*smooth(outline, closed=True), outline[0]]
    canvas.fill(stroke(rim_line, 8), darker(colour, 0.25), 0.8)
    for x, y in ((222, 248), (778, 248), (782, 762), (218, 762)):
        for turn in (-24, -8, 8, 24):
            end = rotated([(x + (x - 500) * 0.14, y + (y - 500) * 0.14)], x, y, turn)[0]
            canvas.fill(stroke([(x, y), end], 7), third)
    canvas.fade(body, (40, 24, 30), 0, 0.24)
    return canvas


def _pattern(canvas: Canvas, area: Shape, one: Colour, two: Colour, dice: Dice) -> None:
    dice.choice((_stripes, _diamonds, _dots, _waves))(canvas, area, (one, two))


def _stripes(canvas: Canvas, area: Shape, tones: tuple[Colour, Colour]) -> None:
    for row in range(6):
        line = smooth([(180, 305 + row * 76), (500, 322 + row * 73), (820, 305 + row * 76)])
        canvas.fill(stroke(line, 22 if row % 2 else 9).within(area), tones[row % 2])


def _diamonds(canvas: Canvas, area: Shape, tones: tuple[Colour, Colour]) -> None:
    for row in range(5):
        for column in range(5):
            x, y = 290 + column * 105, 300 + row * 102
            form = polygon([(x, y - 46), (x + 46, y), (x, y + 46), (x - 46, y)])
            canvas.fill(form.within(area), tones[(row + column) % 2])


def _dots(canvas: Canvas, area: Shape, tones: tuple[Colour, Colour]) -> None:
    for row in range(7):
        for column in range(7):
            dot = ellipse(255 + column * 84 + (row % 2) * 42, 275 + row * 76, 15)
            canvas.fill(dot.within(area), tones[row % 2])


def _waves(canvas: Canvas, area: Shape, tones: tuple[Colour, Colour]) -> None:
    for row in range(7):
        middle = 280 + row * 74
        line = [(180 + step * 64, middle + (24 if step % 2 else -24)) for step in range(11)]
        canvas.fill(stroke(smooth(line), 15).within(area), tones[row % 2])


def blanket(palette: Palette, dice: Dice) -> Canvas:
    """A pile of folded blankets."""
    canvas, ground = surface(palette, dice)
    colours = contrasting(palette, ground, dice)
    canvas.glow(ellipse(530, 800, 350, 46), (44, 28, 30), 30, 0.5)
    y = 770.0
    for layer in range(4):
        colour, stripe = colours[layer], colours[(layer + 1) % 4]
        left, right = 210 + dice.number(-16, 16), 790 + dice.number(-16, 16)
        fold = canvas.fill(
            rounded(left, y - 122, right, y, 58),
            down((0, lighter(colour, 0.2)), (0.6, colour), (1, darker(colour, 0.3))),
        )
        for at in (0.16, 0.2, 0.28, 0.72, 0.8, 0.84):
            x = left + (right - left) * at
            canvas.fill(
                stroke([(x, y - 126), (x - 8, y + 4)], 11 if at in (0.2, 0.8) else 5).within(fold),
                stripe,
                0.85,
            )
        canvas.fill(
            stroke(smooth([(left + 46, y - 58), (500, y - 66), (right - 6, y - 60)]), 5),
            darker(colour, 0.38),
            0.75,
        )
        canvas.fade(fold, (40, 24, 30), 0, 0.22, upright=False)
        if layer == 0 or dice.number(0, 1) > 0.6:
            for thread in range(24):
                x = left + 40 + thread * (right - left - 80) / 23
                canvas.fill(
                    stroke([(x, y - 10), (x + dice.number(-5, 5), y + 26)], 5),
                    lighter(colour, 0.14),
                )
        y -= 112
    return canvas


def tote(palette: Palette, dice: Dice) -> Canvas:
    """A cloth bag with a printed motif."""
    canvas, ground = surface(palette, dice)
    colours = contrasting(palette, ground, dice)
    cloth = dice.choice(((240, 230, 208), colours[0]))
    motif = colours[1] if cloth == colours[0] else colours[0]
    for inset, shade in ((0, 0.3), (14, 0.1)):
        handle = smooth(
            [
                (395 + inset, 400),
                (385 + inset, 220),
                (500, 120 + inset * 2),
                (615 - inset, 220),
                (605 - inset, 400),
            ]
        )
        canvas.shadow(stroke(handle, 26), 10, 12, 10, 0.22)
        canvas.fill(stroke(handle, 26), darker(cloth, shade))
    body = polygon(
        smooth(
            [
                (268, 372),
                (500, 362),
                (732, 372),
                (745, 620),
                (752, 868),
                (500, 880),
                (248, 868),
                (255, 620),
            ],
            closed=True,
        )
    )
    canvas.shadow(body, 20, 28, 24, 0.36)
    canvas.fill(
        body,
        across((0, darker(cloth, 0.06)), (0.4, lighter(cloth, 0.16)), (1, darker(cloth, 0.16))),
    )
    canvas.fill(stroke([(268, 418), (500, 410), (734, 418)], 3), darker(cloth, 0.3), 0.6)
    for turn in range(0, 360, 30):
        petal = smooth([(500, 640), (562, 612), (632, 640), (562, 668)], closed=True)
        canvas.fill(
            polygon(rotated(petal, 500, 640, turn)),
            motif if turn % 60 else mix(motif, palette.accent, 0.6),
        )
    canvas.fill(ellipse(500, 640, 34), palette.accent)
    canvas.fill(stroke(smooth([(330, 480), (356, 640), (322, 800)]), 16), darker(cloth, 0.3), 0.16)
    canvas.fade(body, (40, 24, 30), 0, 0.2)
    return canvas


def soap(palette: Palette, dice: Dice) -> Canvas:
    """Three bars of soap with paper bands."""
    canvas, ground = surface(palette, dice)
    colours = contrasting(palette, ground, dice)
    spots = ((350, 330, -14), (620, 500, 9), (400, 690, -5))
    for (x, y, turn), colour, band in zip(spots, colours, colours[1:4], strict=False):
        corners = rotated(
            [(x - 205, y - 105), (x + 205, y - 105), (x + 205, y + 105), (x - 205, y + 105)],
            x,
            y,
            turn,
        )
        inset = [(px + (x - px) * 0.09, py + (y - py) * 0.16) for px, py in corners]
        bar = polygon(
            smooth(
                [
                    point
                    for pair in zip(corners, corners[1:] + corners[:1], strict=True)
                    for point in _edge(*pair)
                ],
                closed=True,
            )
        )
        canvas.shadow(bar, 18, 26, 18, 0.38)
        canvas.fill(
            bar,
            down(
                (0, lighter(colour, 0.34)), (0.7, lighter(colour, 0.12)), (1, darker(colour, 0.22))
            ),
        )
        canvas.fill(
            polygon(
                smooth(
                    [
                        point
                        for pair in zip(inset, inset[1:] + inset[:1], strict=True)
                        for point in _edge(*pair)
                    ],
                    closed=True,
                )
            ),
            lighter(colour, 0.4),
            0.35,
        )
        for _ in range(26):
            px, py = rotated([(x + dice.number(-180, 180), y + dice.number(-84, 84))], x, y, turn)[
                0
            ]
            canvas.fill(ellipse(px, py, dice.number(2, 6)), mix(colour, palette.dark, 0.35), 0.5)
        paper = polygon(
            rotated(
                [(x - 78, y - 112), (x + 78, y - 112), (x + 78, y + 114), (x - 78, y + 114)],
                x,
                y,
                turn,
            )
        )
        canvas.fill(paper, down((0, (253, 249, 240)), (1, (234, 226, 210))))
        canvas.fill(ellipse(x, y - 18, 34), band)
        canvas.fill(ellipse(x, y - 18, 17), (250, 246, 236))
        canvas.fill(stroke(rotated([(x - 40, y + 48), (x + 40, y + 48)], x, y, turn), 8), band)
    return canvas


def _edge(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    (x0, y0), (x1, y1) = start, end
    return [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (0.1, 0.5, 0.9)]


def spoons(palette: Palette, dice: Dice) -> Canvas:
    """Wooden spoons side by side on a cloth."""
    canvas, ground = surface(palette, dice)
    cloth, stripe = contrasting(palette, ground, dice)[:2]
    napkin = sheet(520, 540, 660, 620, dice.number(-6, 6))
    canvas.shadow(napkin, 10, 14, 14, 0.26)
    canvas.fill(napkin, across((0, lighter(cloth, 0.14)), (1, darker(cloth, 0.06))))
    for line in range(3):
        canvas.fill(
            stroke([(150, 720 + line * 26), (900, 716 + line * 26)], 9 if line == 1 else 4).within(
                napkin
            ),
            stripe,
        )
    for index, lean in enumerate((-17, -3, 12)):
        wood = (palette.wood, lighter(palette.wood, 0.24), darker(palette.wood, 0.3))[index]
        x, long = 345 + index * 155, (48.0, 62.0, 54.0)[index]
        shaft = rotated([(x - 15, 380), (x + 15, 380), (x + 12, 860), (x - 12, 860)], x, 600, lean)
        end = rotated([(x, 858)], x, 600, lean)[0]
        head = polygon(
            rotated(
                smooth(
                    [
                        (x, 175),
                        (x + long * 1.3, 270),
                        (x + long * 0.8, 380),
                        (x, 430),
                        (x - long * 0.8, 380),
                        (x - long * 1.3, 270),
                    ],
                    closed=True,
                ),
                x,
                600,
                lean,
            )
        )
        canvas.shadow(head, 16, 22, 14, 0.4)
        canvas.shadow(polygon(shaft), 16, 22, 12, 0.38)
        paint = across((0, lighter(wood, 0.28)), (0.5, wood), (1, darker(wood, 0.26)))
        canvas.fill(polygon(shaft), paint)
        canvas.fill(ellipse(end[0], end[1], 12), wood)
        canvas.fill(head, paint)
        hollow = polygon(
            rotated(
                smooth(
                    [
                        (x, 200),
                        (x + long, 278),
                        (x + long * 0.6, 350),
                        (x, 380),
                        (x - long * 0.6, 350),
                        (x - long, 278),
                    ],
                    closed=True,
                ),
                x,
                600,
                lean,
            )
        )
        canvas.fill(hollow, across((0, darker(wood, 0.3)), (1, lighter(wood, 0.16))))
    return canvas
