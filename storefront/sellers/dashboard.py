"""The seller's home: tiles that later features fill."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask

from storefront.sellers.repository import Seller
from storefront.store import Tx

_EXTENSION = "storefront.dashboard_tiles"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of a shop. `tone` is one of the tones of templates/README.md, or empty."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    tone: str = ""


Tiles = Callable[[Tx, Seller], Iterable[Tile]]


def show_tiles(app: Flask, tiles: Tiles) -> None:
    """Let a feature that comes after this one show numbers on the seller's home."""
    app.extensions.setdefault(_EXTENSION, []).append(tiles)


def tiles_of(app: Flask, tx: Tx, seller: Seller) -> list[Tile]:
    """All numbers of a shop."""
    sources: list[Tiles] = app.extensions.get(_EXTENSION, [])
    return [tile for source in sources for tile in source(tx, seller)]
