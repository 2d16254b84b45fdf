"""Charges of sellers' plans, their refunds and disputes: no order waits for them.

A refund is made in Stripe's Dashboard and answered there; a dispute has a deadline, so operators
get a mail. https://docs.stripe.com/disputes/responding
"""

from collections.abc import Mapping
from typing import Any, Final

from storefront.plans import notices, repository
from storefront.store import Tx

_OF_CHARGES: Final = ("refund", "dispute", "radar.early_fraud_warning")


def fold(tx: Tx, snapshot: Mapping[str, Any]) -> bool:
    """Whether something is about a payment for a plan, and who has to know of it is told."""
    if snapshot["object"] == "charge":
        return _is_sellers(tx, snapshot)
    if snapshot["object"] not in _OF_CHARGES:
        return False
    known = repository.told_charges(tx, str(snapshot.get("charge")))
    if not any(_is_sellers(tx, charge) for charge in known):
        return False
    if snapshot["object"] == "dispute":
        notices.disputed(tx, snapshot)
    return True


def _is_sellers(tx: Tx, charge: Mapping[str, Any]) -> bool:
    customer = charge.get("customer")
    return isinstance(customer, str) and repository.is_customer(tx, customer)
