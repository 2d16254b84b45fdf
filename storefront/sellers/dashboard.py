"""The seller's home: what is still to do, and tiles that later features fill."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask

from storefront.sellers import accounts, repository
from storefront.sellers.repository import ConnectedAccount, Seller
from storefront.store import Tx
from storefront.users.service import User

_EXTENSION = "storefront.dashboard_tiles"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of a shop. `tone` is one of the tones of templates/README.md, or empty."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way to the first sale."""

    title: str
    text: str
    done: bool
    href: str
    action: str


Tiles = Callable[[Tx, Seller], Iterable[Tile]]


def show_tiles(app: Flask, tiles: Tiles) -> None:
    """Let a feature that comes after this one show numbers on the seller's home."""
    app.extensions.setdefault(_EXTENSION, []).append(tiles)


def tiles_of(app: Flask, tx: Tx, seller: Seller) -> list[Tile]:
    """All numbers of a shop."""
    sources: list[Tiles] = app.extensions.get(_EXTENSION, [])
    return [tile for source in sources for tile in source(tx, seller)]


def steps(tx: Tx, user: User, seller: Seller, account: ConnectedAccount | None) -> list[Step]:
    """What a shop needs before it sells, in a sensible order."""
    ready = accounts.ready_to_sell(account)
    return [
        Step(
            "Confirm your e-mail address",
            "" if user.email_verified else f"We sent a link to {user.email}.",
            user.email_verified,
            "/account",
            "Send it again",
        ),
        Step(
            "Connect Stripe",
            "You are paid at once, into your own account."
            if account is None or ready
            else accounts.why_not(account),
            ready,
            "/sell/connect",
            "Connect" if account is None else "See what is missing",
        ),
        Step(
            "Publish your first listing",
            "A title, a price and a picture are enough to begin with.",
            repository.count_published(tx, seller.id) > 0,
            "/sell/listings/new",
            "Write a listing",
        ),
        Step(
            "Say how you refund",
            "Shoppers read it before they buy.",
            bool(seller.refund_policy),
            "/sell/shop#refund_policy",
            "Write the policy",
        ),
        Step(
            "Say where you ship to",
            "Only needed for things that are sent.",
            bool(seller.countries),
            "/sell/shop#shipping",
            "Choose countries",
        ),
    ]
