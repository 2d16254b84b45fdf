"""The flow of funds as a picture: a lane for each party, an arrow for each movement.

Only numbers are worked out here; the template draws them. Arrows are thicker where more money
moved, so that the eye finds what matters first.
"""

import math
from dataclasses import dataclass

from storefront.funds.service import Flow, Movement

LANE, TOP, STEP = 88, 34, 36
_THINNEST, _THICKEST = 1.5, 5.0
_HEAD = 7
"""Pixels of the picture's own coordinates; it is scaled to the width of the page."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A party and where its line stands."""

    party: str
    x: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """One movement: from where to where, how thick, and the points of its head."""

    movement: Movement
    y: float
    start: float
    end: float
    width: float

    @property
    def middle(self) -> float:
        """Where the amount is written."""
        return (self.start + self.end) / 2

    @property
    def tip(self) -> str:
        """The points of the arrow's head."""
        back = self.end - math.copysign(_HEAD, self.end - self.start)
        half = _HEAD * 0.62
        return f"{self.end},{self.y} {back},{self.y - half} {back},{self.y + half}"

    @property
    def shaft_end(self) -> float:
        """Where the line ends, inside the head."""
        return self.end - math.copysign(_HEAD - 1, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the template draws, and its size."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]


def draw(flow: Flow) -> Picture:
    """The picture of a flow."""
    x = {party: LANE / 2 + number * LANE for number, party in enumerate(flow.parties)}
    most = max((movement.entry.amount for movement in flow.movements), default=1)
    arrows = tuple(
        Arrow(
            movement,
            y=TOP + STEP * (number + 0.6),
            start=x[movement.entry.debit_account],
            end=x[movement.entry.credit_account],
            width=round(_THINNEST + (_THICKEST - _THINNEST) * movement.entry.amount / most, 1),
        )
        for number, movement in enumerate(flow.movements)
    )
    lanes = tuple(Lane(party, place) for party, place in x.items())
    return Picture(LANE * len(lanes), TOP + STEP * (len(arrows) + 0.4), lanes, arrows)
