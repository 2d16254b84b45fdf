"""Parts of an order's page that later features add, for its shopper, its seller or an operator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from storefront.orders.repository import Order
from storefront.store import Tx

_EXTENSION = "storefront.order_panels"

SHOPPER, SELLER, OPERATOR = "shopper", "seller", "operator"


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it shows, as `panel.shown`."""

    template: str
    shown: Mapping[str, Any]


Source = Callable[[Tx, Order], Panel | None]


def show_panel(app: Flask, reader: str, source: Source) -> None:
    """Let a later feature show a part on every order's page of one kind of reader."""
    app.extensions.setdefault(_EXTENSION, []).append((reader, source))


def panels_of(app: Flask, reader: str, tx: Tx, order: Order) -> list[Panel]:
    """What the other features show about an order."""
    sources: list[tuple[str, Source]] = app.extensions.get(_EXTENSION, [])
    shown = (source(tx, order) for whose, source in sources if whose == reader)
    return [panel for panel in shown if panel is not None]
