"""Who wants to know how subscriptions stand; filled in `assembly.py`, so this imports nobody."""

from collections.abc import Callable, Mapping
from typing import Any

from storefront.store import Tx
from storefront.stripe_subscriptions.repository import StripeSubscription

Follower = Callable[[Tx, StripeSubscription], None]
Listener = Callable[[Tx, Mapping[str, Any]], bool]


class Subscriptions:
    """Followers see a subscription after every newer read, in the transaction that records it.

    `sessions` are told of Checkout Sessions that sell a subscription: whoever has made the
    session calls `service.want` once it names its subscription, and answers True.

    `income` says whether a charge, or what became of one, is the platform's own, so that it waits
    for no order.
    """

    def __init__(self) -> None:
        self.followers: list[Follower] = []
        self.sessions: list[Listener] = []
        self.income: list[Listener] = []
