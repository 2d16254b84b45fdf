"""Connect events keep the copies fresh, of those accounts whose data was fetched.

https://docs.stripe.com/connect/webhooks: an event's `account` says whose object it is. The payment
that a destination charge makes on the seller's account has no event that an endpoint can ask for;
the worker looks for those some minutes after a sale, and now and then.
"""

from storefront.store import Tx
from storefront.stored_data import copying, repository, service
from storefront.stripe_gateway.copies import Seen
from storefront.stripe_objects.events import Event, Fold, Handlers

_NEW_PARTS = {"payout.created", "payout.failed", "payout.canceled",
              "payout.reconciliation_completed"}  # fmt: skip
"""After these it is known what a payout consists of, or money has come back from one."""

TYPES = (
    "payment_intent.created",
    "payment_intent.amount_capturable_updated",
    "payment_intent.partially_funded",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "payment_intent.canceled",
    "charge.pending",
    "charge.succeeded",
    "charge.failed",
    "charge.captured",
    "charge.expired",
    "charge.updated",
    "charge.refunded",
    "transfer.created",
    "transfer.updated",
    "transfer.reversed",
    "application_fee.created",
    "application_fee.refunded",
    "payout.created",
    "payout.updated",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "payout.reconciliation_completed",
    "customer.created",
    "customer.updated",
    "customer.deleted",
)


def register(handlers: Handlers) -> None:
    """Copy what happens on sellers' own accounts."""
    for type_ in TYPES:
        handlers.on(type_, _copy, scope="connect")


def _copy(tx: Tx, event: Event) -> Fold:
    snapshot = event.object
    if copying.kind_of(snapshot) not in repository.fetches(tx, event.account):
        return "ignored"  # its content was erased, or such objects are not fetched of this account
    if event.type == "customer.deleted":
        snapshot = {**snapshot, "deleted": True}
    copying.keep(tx, event.account, [snapshot], Seen(event.created, event.created))
    if event.type in _NEW_PARTS:
        service.look_again(tx, event.account)
    return "done"
