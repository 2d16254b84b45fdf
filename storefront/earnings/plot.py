"""Sales over time and best sellers as pictures, worked out on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront import money, plots
from storefront.earnings.repository import Bestseller
from storefront.earnings.spans import Bucket
from storefront.plots import Slot

LEFT = 46
"""Room for amounts beside the columns, in pixels of the picture."""

ROW, _ROOM, _BAR = 44, 316, 14
_TITLE = 44


@dataclass(frozen=True, slots=True)
class Column:
    """What was sold in a part of the time."""

    bucket: Bucket
    slot: Slot
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line and the amount that it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A listing in the picture of what sold best."""

    listing: Bestseller
    title: str
    y: float
    width: float
    end: float


@dataclass(frozen=True, slots=True)
class SalesPlot:
    """Everything that is drawn of sales over time."""

    columns: list[Column]
    grid: list[Line]


def sales(buckets: Sequence[Bucket], currency: str) -> SalesPlot:
    """The columns of sales over time, and a scale of whole amounts."""
    unit = 10 ** money.exponent(currency)
    whole = [-(-bucket.amount // unit) for bucket in buckets]
    top = plots.round_top(whole) * unit
    scale = plots.Scale(top)
    columns = [
        Column(bucket, slot, scale.y(bucket.amount), scale.height(bucket.amount))
        for bucket, slot in zip(buckets, plots.slots(len(buckets), LEFT), strict=True)
    ]
    steps = range(0, top + 1, top // 4)
    return SalesPlot(columns, [Line(scale.y(each), money.short(each, currency)) for each in steps])


def best(listings: Sequence[Bestseller]) -> list[Row]:
    """A bar for each listing, as long as it sold pieces."""
    most = max((each.pieces for each in listings), default=1)
    widths = [round(_ROOM * each.pieces / most, 1) for each in listings]
    return [
        Row(each, _cut(each.title), number * ROW, width, round(width + 8, 1))
        for number, (each, width) in enumerate(zip(listings, widths, strict=True))
    ]


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
