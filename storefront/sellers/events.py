"""Stripe's events about connected accounts; all of them arrive at the Connect endpoint.

https://docs.stripe.com/connect/webhooks
"""

from functools import partial

from storefront.sellers import accounts
from storefront.store import Tx
from storefront.stripe_objects.events import Event, Fold, Handlers


def register(handlers: Handlers, client_id: str) -> None:
    """Fold what happens to sellers' accounts. `client_id` is our application at Stripe."""
    handlers.on("account.updated", _changed, scope="connect")
    handlers.on("capability.updated", _changed, scope="connect")
    handlers.on(
        "account.application.deauthorized", partial(_deauthorized, client_id), scope="connect"
    )


def _changed(tx: Tx, event: Event) -> Fold:
    return "done" if accounts.changed(tx, event.account) else "parked"


def _deauthorized(client_id: str, tx: Tx, event: Event) -> Fold:
    """The object is the application, not the account; another application is not our matter.

    Without a client id of ours nothing tells which it was, so Stripe is asked.
    """
    if not client_id:
        return _changed(tx, event)
    if event.object.get("id") != client_id:
        return "ignored"
    return "done" if accounts.deauthorized(tx, event.account, event.created) else "parked"
