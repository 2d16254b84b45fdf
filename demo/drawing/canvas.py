"""A canvas with a light that falls from the upper left.

Coordinates run from 0 to 1000 in both directions, whatever the size in pixels; VIEW says which part
of that is seen. Areas are drawn DETAIL times larger and then reduced, for smooth edges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, cos, floor, pi, sin
from typing import Final, TypeVar

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stop = tuple[float, Colour]
Box = tuple[int, int, int, int]
Paint = Callable[[tuple[int, int]], Image.Image]
Thing = TypeVar("Thing")

SIZE: Final = 1200
VIEW: Final = (65, 92, 870)
UNIT: Final = SIZE / VIEW[2]
DETAIL: Final = 3
COARSE: Final = 0.3
BLACK: Final[Colour] = (0, 0, 0)
WHITE: Final[Colour] = (255, 255, 255)


class Dice:
    """Numbers that look random and depend on nothing but a name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._throws = 0

    def number(self, low: float, high: float) -> float:
        """A number between low and high."""
        self._throws += 1
        digest = hashlib.sha256(f"{self._name}/{self._throws}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:4], "big") / 0xFFFFFFFF

    def choice(self, things: Sequence[Thing]) -> Thing:
        """One of the things."""
        return things[min(int(self.number(0, len(things))), len(things) - 1)]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """The things in another order."""
        drawn = [(self.number(0, 1), thing) for thing in things]
        return [thing for _, thing in sorted(drawn, key=lambda pair: pair[0])]


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """One colour with a part (0 to 1) of the other."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(colour: Colour, part: float) -> Colour:
    """The colour in the shade: darker, and a little warmer than black would make it."""
    return mix(colour, (38, 26, 30), part)


def lighter(colour: Colour, part: float) -> Colour:
    """The colour in the light."""
    return mix(colour, (255, 251, 242), part)


def luminance(colour: Colour) -> float:
    """How light a colour looks, 0 to 1."""
    red, green, blue = colour
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def flat(colour: Colour) -> Paint:
    """One colour."""
    return lambda size: Image.new("RGB", size, colour)


def _ramp(stops: Sequence[Stop], steps: int = 128) -> list[Colour]:
    colours = []
    for step in range(steps):
        here = step / (steps - 1)
        left = max((stop for stop in stops if stop[0] <= here), default=stops[0])
        right = min((stop for stop in stops if stop[0] > here), default=left)
        width = right[0] - left[0]
        part = (here - left[0]) / width if width else 0
        colours.append(mix(left[1], right[1], part * part * (3 - 2 * part)))
    return colours


def across(*stops: Stop) -> Paint:
    """A gradient from left to right."""
    strip = Image.new("RGB", (128, 1))
    strip.putdata(_ramp(stops))
    return lambda size: _stretched(strip.resize((size[0], 1), Image.Resampling.BILINEAR), size)


def down(*stops: Stop) -> Paint:
    """A gradient from top to bottom."""
    strip = Image.new("RGB", (1, 128))
    strip.putdata(_ramp(stops))
    return lambda size: _stretched(strip.resize((1, size[1]), Image.Resampling.BILINEAR), size)


def _stretched(line: Image.Image, size: tuple[int, int]) -> Image.Image:
    return line.resize(size, Image.Resampling.NEAREST)


def round_body(colour: Colour, gloss: float = 0.35) -> Paint:
    """What a cylinder of this colour looks like: light at the left third, shade at the right."""
    return across(
        (0.0, darker(colour, 0.24)),
        (0.1, darker(colour, 0.08)),
        (0.3, lighter(colour, gloss)),
        (0.52, colour),
        (0.82, darker(colour, 0.26)),
        (0.95, darker(colour, 0.4)),
        (1.0, darker(colour, 0.32)),
    )


@dataclass(frozen=True)
class Shape:
    """An area: a mask and where it lies, in pixels."""

    box: Box
    mask: Image.Image

    def extent(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom as coordinates."""
        left, top, right, bottom = (edge / UNIT for edge in self.box)
        return left + VIEW[0], top + VIEW[1], right + VIEW[0], bottom + VIEW[1]

    def within(self, other: Shape) -> Shape:
        """The part of this shape that lies inside the other."""
        left, top = self.box[:2]
        cover = Image.new("L", self.mask.size, 0)
        cover.paste(other.mask, (other.box[0] - left, other.box[1] - top))
        return Shape(self.box, ImageChops.multiply(self.mask, cover))


class _Stencil:
    """A mask just large enough for some points, while something is drawn on it."""

    def __init__(self, points: Sequence[Point], margin: float = 0) -> None:
        xs = [(x - VIEW[0]) * UNIT for x, _ in points]
        ys = [(y - VIEW[1]) * UNIT for _, y in points]
        edge = margin * UNIT + 1
        near = floor(min(xs) - edge), floor(min(ys) - edge)
        self.box = (*near, ceil(max(xs) + edge), ceil(max(ys) + edge))
        size = self.box[2] - self.box[0], self.box[3] - self.box[1]
        self._mask = Image.new("L", (size[0] * DETAIL, size[1] * DETAIL), 0)
        self.pen = ImageDraw.Draw(self._mask)
        self.points = [
            ((x - self.box[0]) * DETAIL, (y - self.box[1]) * DETAIL)
            for x, y in zip(xs, ys, strict=True)
        ]

    def shape(self) -> Shape:
        """What was drawn, at its final size."""
        return Shape(self.box, self._mask.reduce(DETAIL))


def polygon(points: Iterable[Point]) -> Shape:
    """The area inside these points."""
    stencil = _Stencil(list(points))
    stencil.pen.polygon(stencil.points, fill=255)
    return stencil.shape()


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> Shape:
    """An ellipse around x, y; a circle if one radius is given."""
    tall = rx if ry is None else ry
    stencil = _Stencil([(x - rx, y - tall), (x + rx, y + tall)])
    stencil.pen.ellipse(stencil.points, fill=255)
    return stencil.shape()


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> Shape:
    """A rectangle with round corners."""
    stencil = _Stencil([(x0, y0), (x1, y1)])
    stencil.pen.rounded_rectangle(stencil.points, radius * UNIT * DETAIL, fill=255)
    return stencil.shape()


def stroke(points: Sequence[Point], width: float) -> Shape:
    """A line with round ends."""
    stencil = _Stencil(points, width / 2)
    half = width * UNIT * DETAIL / 2
    stencil.pen.line(stencil.points, fill=255, width=round(2 * half), joint="curve")
    for x, y in (stencil.points[0], stencil.points[-1]):
        stencil.pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    return stencil.shape()


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 12) -> list[Point]:
    """A soft curve through the points (Catmull-Rom)."""
    count = len(points)
    legs = count if closed else count - 1
    curve = []
    for leg in range(legs):
        near = [
            points[(leg + k) % count] if closed else points[min(max(leg + k, 0), count - 1)]
            for k in (-1, 0, 1, 2)
        ]
        curve += [_between(near, step / steps) for step in range(steps)]
    return curve if closed else [*curve, points[-1]]


def _between(near: Sequence[Point], t: float) -> Point:
    def along(axis: int) -> float:
        a, b, c, d = (point[axis] for point in near)
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )

    return along(0), along(1)


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points on an ellipse, from one angle to another; degrees, clockwise from the right."""
    angles = [(start + (end - start) * step / 40) * pi / 180 for step in range(41)]
    return [(x + rx * cos(angle), y + ry * sin(angle)) for angle in angles]


def turned(x: float, profile: Sequence[Point], flatness: float = 0.14) -> Shape:
    """What a potter's wheel makes of a profile (radius, height); the foot is seen from above."""
    curve = smooth(profile)
    radius, foot = curve[-1]
    right = [(x + r, y) for r, y in curve]
    left = [(x - r, y) for r, y in reversed(curve)]
    return polygon([*right, *arc(x, foot, radius, radius * flatness, 0, 180), *left])


def rotated(points: Iterable[Point], x: float, y: float, degrees: float) -> list[Point]:
    """The points turned around x, y."""
    a = degrees * pi / 180
    return [
        (x + (px - x) * cos(a) - (py - y) * sin(a), y + (px - x) * sin(a) + (py - y) * cos(a))
        for px, py in points
    ]


def sheet(x: float, y: float, width: float, height: float, degrees: float = 0) -> Shape:
    """A rectangle around x, y, turned."""
    w, h = width / 2, height / 2
    corners = [(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)]
    return polygon(rotated(corners, x, y, degrees))


@lru_cache(maxsize=1)
def _grain() -> Image.Image:
    noise = hashlib.shake_256(b"paper grain").digest(300 * 300)
    tile = Image.frombytes("L", (300, 300), noise).point(
        [124 + value // 32 for value in range(256)]
    )
    whole = Image.new("L", (SIZE, SIZE))
    for x in range(0, SIZE, 300):
        for y in range(0, SIZE, 300):
            whole.paste(tile, (x, y))
    return whole.convert("RGB")


class Canvas:
    """The picture while it is drawn."""

    def __init__(self, colour: Colour) -> None:
        self._image = Image.new("RGB", (SIZE, SIZE), colour)

    def fill(self, shape: Shape, paint: Paint | Colour, strength: float = 1) -> Shape:
        """Paint the shape; less than 1 lets shine through what is there."""
        mask = shape.mask if strength == 1 else shape.mask.point(_scaled(strength))
        if isinstance(paint, tuple):
            self._image.paste(paint, shape.box, mask)
        else:
            self._image.paste(paint(shape.mask.size), shape.box, mask)
        return shape

    def fade(
        self, shape: Shape, colour: Colour, start: float, end: float, upright: bool = True
    ) -> None:
        """Lay a colour over the shape, its strength growing downwards, or to the right."""
        ramp = Image.linear_gradient("L")
        ramp = ramp if upright else ramp.transpose(Image.Transpose.ROTATE_90)
        ramp = ramp.point([round(255 * (start + (end - start) * v / 255)) for v in range(256)])
        mask = ImageChops.multiply(shape.mask, ramp.resize(shape.mask.size))
        self._image.paste(colour, shape.box, mask)

    def glow(self, shape: Shape, colour: Colour, blur: float, strength: float) -> None:
        """A soft light, or with a dark colour a soft shadow, in the form of the shape."""
        zoom = UNIT / COARSE
        width, height = (max(round(length / zoom), 1) for length in shape.mask.size)
        margin = round(blur * COARSE * 2.5) + 1
        small = Image.new("L", (width + 2 * margin, height + 2 * margin), 0)
        small.paste(shape.mask.resize((width, height), Image.Resampling.BILINEAR), (margin, margin))
        small = small.filter(ImageFilter.GaussianBlur(blur * COARSE)).point(_scaled(strength))
        left, top = (round(edge - margin * zoom) for edge in shape.box[:2])
        right, bottom = (round(edge + margin * zoom) for edge in shape.box[2:])
        mask = small.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        self._image.paste(colour, (left, top, right, bottom), mask)

    def shadow(
        self, shape: Shape, dx: float = 14, dy: float = 18, blur: float = 16, strength: float = 0.3
    ) -> None:
        """The shadow that the shape throws on what lies below it."""
        left, top, right, bottom = shape.box
        x, y = round(dx * UNIT), round(dy * UNIT)
        moved = Shape((left + x, top + y, right + x, bottom + y), shape.mask)
        self.glow(moved, (44, 28, 30), blur, strength)

    def standing(self, x: float, y: float, radius: float) -> None:
        """The shadows of what stands at x, y: where it touches, and beside it."""
        self.glow(
            ellipse(x + radius * 0.62, y + radius * 0.03, radius * 1.25, radius * 0.17),
            (44, 28, 30),
            26,
            0.3,
        )
        self.glow(
            ellipse(x + radius * 0.06, y + radius * 0.04, radius * 1.02, radius * 0.15),
            (36, 22, 24),
            9,
            0.5,
        )

    def picture(self) -> bytes:
        """The finished picture as WebP."""
        final = ImageChops.add(self._image, _grain(), 1, -128)
        out = BytesIO()
        final.save(out, "WEBP", quality=86, method=1)
        return out.getvalue()


def _scaled(strength: float) -> list[int]:
    return [round(value * strength) for value in range(256)]
