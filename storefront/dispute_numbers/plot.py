"""The dispute rates of months as bars of an SVG picture, worked out on the server.

Lengths are pixels of the picture; rates are hundredths of a percent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storefront import plots
from storefront.dispute_numbers.period import short
from storefront.dispute_numbers.rates import plain_percent
from storefront.dispute_numbers.service import Month
from storefront.dispute_numbers.thresholds import THRESHOLDS

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
    scale = plots.Scale(top)
    grid = [Line(scale.y(rate), plain_percent(rate)) for rate in range(0, top + 1, step)]
    return Plot(_bars(months, scale), grid, _thresholds(scale))


def _bars(months: Sequence[Month], scale: plots.Scale) -> list[Bar]:
    return [
        Bar(
            month,
            x=slot.x,
            y=scale.y(month.rate.hundredths or 0),
            width=slot.width,
            height=scale.height(month.rate.hundredths or 0),
            tone=_tone(month),
            beyond=(month.rate.hundredths or 0) > scale.top,
            label=short(month.name) if slot.labeled else "",
        )
        for month, slot in zip(months, plots.slots(len(months)), strict=True)
    ]


def _thresholds(scale: plots.Scale) -> list[Line]:
    """A line for each rate at which a network begins to look, with the names of all who do."""
    networks: dict[int, list[str]] = {}
    for each in THRESHOLDS:
        if each.basis_points <= scale.top:
            networks.setdefault(each.basis_points, []).append(each.network)
    return [
        Line(scale.y(rate), f"{' and '.join(dict.fromkeys(named))}: {plain_percent(rate)}")
        for rate, named in networks.items()
    ]


def _tone(month: Month) -> str:
    lowest = min(each.basis_points for each in THRESHOLDS)
    if month.rate.few:
        return "neutral"
    if month.rate.reaches(lowest):
        return "bad"
    return "warn" if month.rate.reaches(lowest // 2) else "good"
