"""The dispute rates of months as bars of an SVG picture, worked out on the server.

Lengths are pixels of the picture; rates are hundredths of a percent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storefront.dispute_numbers.period import short
from storefront.dispute_numbers.rates import plain_percent
from storefront.dispute_numbers.service import Month
from storefront.dispute_numbers.thresholds import THRESHOLDS

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 36, 384, 12, 184
_LABELS = 6
_LEAST: Final = 200
"""The scale always shows the lowest threshold, so that small rates look small."""
_STEPS: Final = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, slots=True)
class Bar:
    """One month. `beyond` if it is higher than the picture; `label` where there is room for one."""

    month: Month
    x: float
    y: float
    width: float
    height: float
    tone: str
    beyond: bool
    label: str

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line with what it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that is drawn."""

    bars: list[Bar]
    grid: list[Line]
    thresholds: list[Line]


def drawn(months: Sequence[Month]) -> Plot:
    """The picture of some months. Those with few payments do not stretch the scale."""
    known = [month.rate.hundredths or 0 for month in months if not month.rate.few]
    top = max(_LEAST, *(rate + rate // 8 for rate in known), 0)
    step = next((step for step in _STEPS if top <= 5 * step), top)
    grid = [Line(_y(rate, top), plain_percent(rate)) for rate in range(0, top + 1, step)]
    return Plot(_bars(months, top), grid, _thresholds(top))


def _bars(months: Sequence[Month], top: int) -> list[Bar]:
    slot = (RIGHT - LEFT) / max(len(months), 6)
    every = -(-len(months) // _LABELS)
    return [
        Bar(
            month,
            x=round(LEFT + number * slot + slot / 8, 1),
            y=_y(month.rate.hundredths or 0, top),
            width=round(slot * 3 / 4, 1),
            height=round(BOTTOM - _y(month.rate.hundredths or 0, top), 1),
            tone=_tone(month),
            beyond=(month.rate.hundredths or 0) > top,
            label=short(month.name) if (len(months) - 1 - number) % every == 0 else "",
        )
        for number, month in enumerate(months)
    ]


def _thresholds(top: int) -> list[Line]:
    """A line for each rate at which a network begins to look, with the names of all who do."""
    networks: dict[int, list[str]] = {}
    for each in THRESHOLDS:
        if each.basis_points <= top:
            networks.setdefault(each.basis_points, []).append(each.network)
    return [
        Line(_y(rate, top), f"{' and '.join(dict.fromkeys(named))}: {plain_percent(rate)}")
        for rate, named in networks.items()
    ]


def _tone(month: Month) -> str:
    lowest = min(each.basis_points for each in THRESHOLDS)
    if month.rate.few:
        return "neutral"
    if month.rate.reaches(lowest):
        return "bad"
    return "warn" if month.rate.reaches(lowest // 2) else "good"


def _y(rate: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * min(rate, top) / top, 1)
