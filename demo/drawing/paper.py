"""Prints, notebooks and cards, seen from above."""

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
    rounded,
    sheet,
    smooth,
    stroke,
)
from demo.drawing.palettes import Palette
from demo.drawing.scene import contrasting, surface


def art_print(palette: Palette, dice: Dice) -> Canvas:
    """A framed print on a wall."""
    canvas, wall = surface(palette, dice)
    colours = contrasting(palette, wall, dice)
    frame = dice.choice((palette.wood, palette.dark, palette.light))
    outer = rounded(235, 130, 765, 850, 6)
    canvas.shadow(outer, 26, 34, 26, 0.4)
    canvas.fill(outer, across((0, lighter(frame, 0.2)), (1, darker(frame, 0.2))))
    canvas.fill(rounded(256, 151, 744, 829), darker(frame, 0.35))
    canvas.fill(rounded(261, 156, 744, 829), down((0, (250, 247, 240)), (1, (240, 235, 226))))
    picture = canvas.fill(rounded(318, 222, 682, 756), palette.light)
    dice.choice((_hills, _shapes, _fruit))(canvas, picture, colours, palette, dice)
    glass = polygon([(262, 600), (262, 420), (560, 157), (720, 157)])
    canvas.fill(glass, (255, 255, 255), 0.12)
    return canvas


def _hills(
    canvas: Canvas, frame: Shape, colours: list[Colour], palette: Palette, dice: Dice
) -> None:
    canvas.fill(frame, down((0, mix(palette.accent, palette.light, 0.45)), (1, palette.light)))
    canvas.fill(ellipse(dice.number(420, 590), 390, 76).within(frame), palette.accent)
    for row in range(4):
        y = 470 + row * 78
        ridge = smooth([(290 + step * 70, y + dice.number(-46, 40)) for step in range(7)])
        hill = polygon([*ridge, (720, 780), (280, 780)]).within(frame)
        canvas.fill(hill, lighter(mix(colours[0], palette.dark, row * 0.22), 0.4 - row * 0.12))


def _shapes(
    canvas: Canvas, frame: Shape, colours: list[Colour], palette: Palette, dice: Dice
) -> None:
    for row in range(4):
        for column in range(3):
            x, y = 320 + column * 122 + 59, 224 + row * 133 + 66
            tone, ground = (
                dice.choice(colours[:4]),
                dice.choice((palette.light, lighter(colours[1], 0.55), palette.accent)),
            )
            tile = canvas.fill(rounded(x - 60, y - 67, x + 61, y + 67).within(frame), ground)
            kind = dice.choice(("disc", "half", "leaf", "quarter"))
            form = {
                "disc": ellipse(x, y, 44),
                "half": polygon(arc(x, y + 20, 58, 62, 180, 360)),
                "leaf": polygon(
                    smooth(
                        [(x - 54, y + 58), (x - 30, y - 34), (x + 54, y - 58), (x + 30, y + 34)],
                        closed=True,
                    )
                ),
                "quarter": ellipse(x - 60, y + 66, 112, 122),
            }[kind]
            canvas.fill(form.within(tile), tone if tone != ground else palette.dark)


def _fruit(
    canvas: Canvas, frame: Shape, colours: list[Colour], palette: Palette, dice: Dice
) -> None:
    canvas.fill(frame, lighter(colours[1], 0.5))
    canvas.fill(rounded(300, 600, 700, 780).within(frame), lighter(colours[0], 0.2))
    for x, y, r in ((430, 560, 82), (565, 590, 66), (500, 470, 60)):
        tone = dice.choice((palette.accent, colours[0], colours[2]))
        canvas.fill(
            ellipse(x, y, r).within(frame), across((0, lighter(tone, 0.2)), (1, darker(tone, 0.22)))
        )
        canvas.fill(stroke([(x, y - r + 6), (x + 8, y - r - 24)], 7), palette.dark)
        leaf = smooth(
            [(x + 8, y - r - 16), (x + 36, y - r - 40), (x + 66, y - r - 28), (x + 38, y - r - 8)],
            closed=True,
        )
        canvas.fill(polygon(leaf).within(frame), palette.leaf)


def notebook(palette: Palette, dice: Dice) -> Canvas:
    """Two notebooks and a pencil."""
    canvas, ground = surface(palette, dice)
    colours = contrasting(palette, ground, dice)
    for x, y, turn, colour in ((580, 480, 11, colours[1]), (440, 530, -7, colours[0])):
        canvas.shadow(sheet(x, y, 400, 560, turn), 18, 24, 20, 0.36)
        canvas.fill(sheet(x + 9, y + 9, 400, 560, turn), (244, 239, 226))
        cover = canvas.fill(
            sheet(x, y, 400, 560, turn),
            across((0, lighter(colour, 0.12)), (1, darker(colour, 0.1))),
        )
        spine = polygon(
            rotated(
                [(x - 200, y - 280), (x - 152, y - 280), (x - 152, y + 280), (x - 200, y + 280)],
                x,
                y,
                turn,
            )
        )
        canvas.fill(spine.within(cover), darker(colour, 0.28))
    plate = sheet(465, 440, 210, 128, -7)
    canvas.fill(plate, palette.light)
    for offset, half in ((-18, 66), (18, 40)):
        line = rotated([(465 - half, 440 + offset), (465 + half, 440 + offset)], 465, 440, -7)
        canvas.fill(stroke(line, 8), colours[0])
    band = polygon(rotated([(606, 250), (622, 250), (622, 810), (606, 810)], 440, 530, -7))
    canvas.fill(band, palette.accent)
    _pencil(canvas, palette, colours[2])
    return canvas


def _pencil(canvas: Canvas, palette: Palette, colour: Colour) -> None:
    def part(x0: float, x1: float, half: float = 12) -> Shape:
        return polygon(
            rotated(
                [(x0, 850 - half), (x1, 850 - 12), (x1, 850 + 12), (x0, 850 + half)], 600, 850, -24
            )
        )

    canvas.shadow(part(380, 800), 10, 14, 9, 0.35)
    canvas.fill(part(420, 770), down((0, lighter(colour, 0.3)), (1, darker(colour, 0.3))))
    canvas.fill(part(372, 420, 1), lighter(palette.wood, 0.4))
    canvas.fill(part(372, 386, 1).within(part(372, 384, 6)), palette.dark)
    canvas.fill(part(770, 800), (214, 196, 150))


def cards(palette: Palette, dice: Dice) -> Canvas:
    """Greeting cards, fanned out, with an envelope."""
    canvas, ground = surface(palette, dice)
    colours = contrasting(palette, ground, dice)
    envelope = sheet(545, 610, 560, 390, 8)
    canvas.shadow(envelope, 14, 20, 18, 0.32)
    canvas.fill(envelope, across((0, lighter(colours[2], 0.3)), (1, lighter(colours[2], 0.1))))
    flap = rotated([(265, 415), (545, 650), (825, 415)], 545, 610, 8)
    canvas.fill(polygon(flap), lighter(colours[2], 0.42))
    for x, y, turn, tone in ((600, 430, 12, colours[1]), (400, 480, -9, colours[0])):
        card = sheet(x, y, 330, 450, turn)
        canvas.shadow(card, 12, 16, 14, 0.32)
        canvas.fill(card, down((0, (253, 250, 244)), (1, (243, 238, 228))))
        inner = canvas.fill(sheet(x, y, 284, 402, turn), lighter(tone, 0.72))
        for ring in range(5):
            angle = ring * 72 + turn
            px, py = rotated([(x, y - 66)], x, y, angle)[0]
            canvas.fill(
                ellipse(px, py, 54).within(inner), mix(tone, palette.accent, (ring % 2) * 0.55)
            )
        canvas.fill(ellipse(x, y, 40), palette.light)
        canvas.fill(ellipse(x, y, 22), palette.dark)
    return canvas
