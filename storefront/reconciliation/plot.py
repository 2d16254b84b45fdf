"""The history of reconciliations as bars of an SVG picture, worked out on the server."""

import math
from dataclasses import dataclass

from storefront.reconciliation.repository import Reconciliation

WIDTH, HEIGHT = 600, 96
_FLOOR = 8
"""A bar's least height, so that a night without any finding is seen to have been there."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One reconciliation: where it stands, how high, and how it ended. Pixels of the picture."""

    run: Reconciliation
    x: float
    width: float
    height: float
    tone: str

    @property
    def y(self) -> float:
        """Where the bar begins, from above."""
        return HEIGHT - self.height


def bars(history: list[Reconciliation]) -> list[Bar]:
    """Finished reconciliations from left to right, the newest at the right end.

    Heights follow the logarithm of what was found, so that one repaired order among nights
    with a thousand can still be seen.
    """
    finished = [run for run in reversed(history) if not run.running]
    if not finished:
        return []
    slot = WIDTH / max(len(finished), 12)
    most = max(math.log1p(_found(run)) for run in finished) or 1
    return [
        Bar(
            run,
            x=round(number * slot + 1, 1),
            width=round(slot - 2, 1),
            height=round(_FLOOR + (HEIGHT - _FLOOR) * math.log1p(_found(run)) / most, 1),
            tone=_tone(run),
        )
        for number, run in enumerate(finished)
    ]


def _found(run: Reconciliation) -> int:
    return run.differences + run.repaired


def _tone(run: Reconciliation) -> str:
    if run.differences:
        return "bad"
    return "warn" if run.repaired else "good"
