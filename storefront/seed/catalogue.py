"""The shops and listings that `python -m storefront seed` makes, as written in a file."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("catalogue.json")


@dataclass(frozen=True, slots=True)
class Item:
    """A listing as its seller would type it. An empty stock has no limit.

    `pictures` are pairs of a kind and a number, for a program that can draw them.
    """

    title: str
    category: str
    description: str
    price: str
    stock: str
    shipped: bool
    pictures: tuple[tuple[str, int], ...]
    billing: str = "once"


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop and who owns it, as typed."""

    owner: str
    email: str
    name: str
    currency: str
    country: str
    palette: str
    primary_color: str
    secondary_color: str
    shipping: str
    countries: tuple[str, ...]
    story: str
    refund_policy: str
    listings: tuple[Item, ...]


@cache
def shops() -> tuple[Shop, ...]:
    """Everything in the file."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(map(_shop, read["shops"]))


def _shop(said: dict[str, Any]) -> Shop:
    countries, items = tuple(said["countries"]), tuple(map(_item, said["listings"]))
    return Shop(**{**said, "countries": countries, "listings": items})


def _item(said: dict[str, Any]) -> Item:
    pictures = tuple((kind, number) for kind, number in said["pictures"])
    return Item(**{**said, "pictures": pictures})
