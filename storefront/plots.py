"""Bars of SVG pictures, worked out on the server. Lengths are pixels of the picture.

Templates draw them; a picture is scaled to the width of the page. Only a scale and places come from
here, so every plot keeps its own meaning, words and tones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 36, 384, 12, 184
LABELS = 6
"""How many labels fit below a picture."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands. `labeled` if there is room for words below it."""

    x: float
    width: float
    labeled: bool

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """Heights of values up to `top`; what is higher is as high as the picture."""

    top: int

    def y(self, value: int) -> float:
        """How far from above a value stands."""
        return round(BOTTOM - (BOTTOM - TOP) * min(value, self.top) / self.top, 1)

    def height(self, value: int) -> float:
        """How high the column of a value is."""
        return round(BOTTOM - self.y(value), 1)


def slots(count: int, left: int = LEFT) -> list[Slot]:
    """Places for so many columns beside each other; the last one always has a label."""
    width = (RIGHT - left) / max(count, 6)
    every = -(-count // LABELS)
    return [
        Slot(
            round(left + number * width + width / 8, 1),
            round(width * 3 / 4, 1),
            (count - 1 - number) % every == 0,
        )
        for number in range(count)
    ]


def round_top(values: Sequence[int], least: int = 4) -> int:
    """A scale's end with four whole steps that is not below any value: 4, 8, 20, 40, 80, 200, …"""
    most = max([least, *values])
    unit = 1
    while True:
        for step in (1, 2, 5):
            if 4 * step * unit >= most:
                return 4 * step * unit
        unit *= 10
