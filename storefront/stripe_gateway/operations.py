"""What can be sent to Stripe, and how what it made is found again.

`stripe_calls` sends these and nothing else does. An operation under a second name has an outcome
of its own (`debt_settlement.create` is a transfer reversal that settles a debt).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from storefront.stripe_gateway.answers import Answer, code

Operation = Callable[[Any, str, Answer, Answer], Any]
"""Sends parameters for a target under the given options: `f(v1, target, parameters, options)`."""

OPERATIONS: dict[str, Operation] = {
    "checkout_session.create": lambda v1, _, sent, how: v1.checkout.sessions.create(sent, how),
    "checkout_session.expire": lambda v1, id_, sent, how: v1.checkout.sessions.expire(
        id_, sent, how
    ),
    "refund.create": lambda v1, _, sent, how: v1.refunds.create(sent, how),
    "application_fee_refund.create": lambda v1, id_, sent, how: v1.application_fees.refunds.create(
        id_, sent, how
    ),
    "transfer_reversal.create": lambda v1, id_, sent, how: v1.transfers.reversals.create(
        id_, sent, how
    ),
    "transfer.create": lambda v1, _, sent, how: v1.transfers.create(sent, how),
    "account.create": lambda v1, _, sent, how: v1.accounts.create(sent, how),
    "dispute.update": lambda v1, id_, sent, how: v1.disputes.update(id_, sent, how),
    "dispute.close": lambda v1, id_, sent, how: v1.disputes.close(id_, sent, how),
    "customer.create": lambda v1, _, sent, how: v1.customers.create(sent, how),
    "price.create": lambda v1, _, sent, how: v1.prices.create(sent, how),
    "subscription.update": lambda v1, id_, sent, how: v1.subscriptions.update(id_, sent, how),
    "subscription.cancel": lambda v1, id_, sent, how: v1.subscriptions.cancel(id_, sent, how),
}
for _name in ("plan_session", "subscription_session"):
    OPERATIONS[f"{_name}.create"] = OPERATIONS["checkout_session.create"]
    OPERATIONS[f"{_name}.expire"] = OPERATIONS["checkout_session.expire"]
OPERATIONS["debt_settlement.create"] = OPERATIONS["transfer_reversal.create"]
OPERATIONS["shop_subscription.update"] = OPERATIONS["subscription.update"]
OPERATIONS["dispute.submit"] = OPERATIONS["dispute.update"]

DEAUTHORIZE = "account.deauthorize"
"""Ends the connection with an account; https://docs.stripe.com/connect/oauth-reference."""

NO_ACCESS = frozenset({"account_invalid", "platform_api_key_expired"})
"""What Stripe answers about an account that has left us, or to the key of another platform."""

ENDS = {
    "checkout_session.expire": "expired",
    "plan_session.expire": "expired",
    "subscription_session.expire": "expired",
    "subscription.cancel": "canceled",
    "dispute.close": "lost",
    DEAUTHORIZE: "gone",
}
"""Operations that end an object and take no metadata → its status afterwards."""

FINDERS: dict[str, Callable[[Any, str, Answer], Iterable[Any]]] = {
    "checkout_session.create": lambda v1, _, sent: v1.checkout.sessions.list(
        {"created": {"gte": sent["expires_at"] - 7200, "lte": sent["expires_at"]}, "limit": 100}
    ).auto_paging_iter(),
    "checkout_session.expire": lambda v1, id_, _: [v1.checkout.sessions.retrieve(id_)],
    "refund.create": lambda v1, _, sent: v1.refunds.list(
        {
            "charge": sent["charge"],
            "limit": 100,
            "expand": [f"data.{name}" for name in sent.get("expand", [])],
        }
    ).auto_paging_iter(),
    "application_fee_refund.create": lambda v1, id_, _: v1.application_fees.refunds.list(
        id_, {"limit": 100}
    ).auto_paging_iter(),
    "transfer_reversal.create": lambda v1, id_, _: v1.transfers.reversals.list(
        id_, {"limit": 100}
    ).auto_paging_iter(),
    "transfer.create": lambda v1, _, sent: v1.transfers.list(
        {"destination": sent["destination"], "limit": 100}
    ).auto_paging_iter(),
    "account.create": lambda v1, _, sent: v1.accounts.list(_since(sent)).auto_paging_iter(),
    "customer.create": lambda v1, _, sent: v1.customers.list(
        {"email": sent["email"], "limit": 100} if "email" in sent else _since(sent)
    ).auto_paging_iter(),
    "price.create": lambda v1, _, sent: v1.prices.list(_since(sent)).auto_paging_iter(),
    "subscription.update": lambda v1, id_, _: [v1.subscriptions.retrieve(id_)],
    "dispute.update": lambda v1, id_, _: [v1.disputes.retrieve(id_)],
}
FINDERS["subscription.cancel"] = FINDERS["subscription.update"]
FINDERS["shop_subscription.update"] = FINDERS["subscription.update"]
for _name in ("plan_session", "subscription_session"):
    FINDERS[f"{_name}.create"] = FINDERS["checkout_session.create"]
    FINDERS[f"{_name}.expire"] = FINDERS["checkout_session.expire"]
FINDERS[DEAUTHORIZE] = lambda v1, id_, _: _gone(v1, id_)
FINDERS["debt_settlement.create"] = FINDERS["transfer_reversal.create"]
FINDERS["dispute.submit"] = FINDERS["dispute.close"] = FINDERS["dispute.update"]


def _since(sent: Answer) -> Answer:
    """What was made since a call was written down: its metadata says when, as a Unix time."""
    return {"created": {"gte": int(sent["metadata"]["asked_at"]) - 3600}, "limit": 100}


def _gone(v1: Any, account_id: str) -> Iterator[Any]:
    """An account that Stripe does not let us see any more; nothing while it does."""
    import stripe

    try:
        v1.accounts.retrieve(account_id)
    except stripe.PermissionError as error:
        if code(error) not in NO_ACCESS:
            raise
        yield stripe.StripeObject.construct_from({"id": account_id, "status": "gone"}, None)


def made_by(answer: Answer, operation: str, call_id: str) -> bool:
    """Whether an object is what a call has made, or has come to what the call asks for."""
    if operation in ENDS:
        return bool(answer["status"] == ENDS[operation])
    return bool((answer.get("metadata") or {}).get("stripe_call_id") == call_id)
