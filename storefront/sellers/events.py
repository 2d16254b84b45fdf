"""Stripe's events about connected accounts; all of them arrive at the Connect endpoint.

https://docs.stripe.com/connect/webhooks
"""

from storefront.sellers import accounts
from storefront.store import Tx
from storefront.stripe_objects.events import Event, Fold, Handlers


def register(handlers: Handlers) -> None:
    """Fold what happens to sellers' accounts while they are connected."""
    handlers.on("account.updated", _changed, scope="connect")
    handlers.on("capability.updated", _changed, scope="connect")


def _changed(tx: Tx, event: Event) -> Fold:
    return "done" if accounts.changed(tx, event.account) else "parked"
