"""What Stripe's answers to our Checkout calls mean for the order."""

from functools import partial
from typing import Any

from storefront.checkout.service import CREATE, EXPIRE, SUBSCRIBE
from storefront.orders import service as orders
from storefront.orders.settlement import Settlement
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall


def register(outcomes: Outcomes, settlement: Settlement) -> None:
    """Listen to the calls of this feature."""
    outcomes.on(CREATE, partial(_created, settlement))
    outcomes.on(SUBSCRIBE, partial(_created, settlement))
    outcomes.on(EXPIRE, partial(_expired, settlement))


def _created(
    settlement: Settlement, tx: Tx, call: StripeCall, answer: dict[str, Any] | None
) -> None:
    order = orders.by_id(tx, call.subject_id)
    assert order is not None  # noqa: S101 - order and call are written in one transaction
    sellers.lock_account(tx, order.destination)  # else it leaves without seeing this session
    if answer is None:
        orders.cancel(tx, call.subject_id, call.error_message or "No session was made.")
    else:
        orders.attach_session(tx, call.subject_id, answer["id"], answer["url"])
        settlement.fold(tx, answer)
    order = settlement.project(tx, call.subject_id)
    if answer is not None and not sellers.is_connected(tx, order.destination):
        stripe_calls.prepare(tx, EXPIRE, order.id, {}, target=answer["id"])  # it has left meanwhile


def _expired(
    settlement: Settlement, tx: Tx, call: StripeCall, answer: dict[str, Any] | None
) -> None:
    """A session that cannot be expired has most likely been paid: that is looked up."""
    if answer is not None:
        settlement.fold(tx, answer)
    else:
        orders.want_facts(tx, call.subject_id)
