"""Mails about disputes: operators and the seller hear of each turn that one takes, once."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from storefront.disputes import acceptance, words
from storefront.disputes.repository import Dispute
from storefront.mail import service as mail
from storefront.orders.service import Order
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_objects.service import reached
from storefront.users import service as users

SELLER: Final = "seller"
_TOLD: Final = (
    "warning_needs_response", "warning_closed", "needs_response", "prevented", "lost",
    "appeal_needs_response", "won",
)  # fmt: skip
"""What needs somebody, and how it ends. What is under review needs nobody."""


def tell(tx: Tx, order: Order, dispute: Dispute) -> None:
    """Write to operators and seller about where a dispute stands.

    Events come in any order, so that earlier turns count as overtaken, whether they were seen or
    not: the same facts leave the same mails.
    """
    for who, recipient, path in readers(tx, order, dispute):
        sentence = acceptance.sentence(tx, dispute, to_operator=who != SELLER)
        said = _said(dispute, sentence, path)
        for turn in filter(partial(reached, dispute.status), _TOLD):
            subject = f"{dispute.id}:{turn}:{who}"
            mail.enqueue(tx, "dispute", subject, recipient, said, order.id)
            if turn != dispute.status:
                mail.overtake(tx, "dispute", subject)


def _said(dispute: Dispute, sentence: str, path: str) -> dict[str, Any]:
    return {
        "status": words.status(dispute),
        "reason": words.reason(dispute.reason),
        "sentence": sentence,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "due_by": dispute.due_by if dispute.status.endswith("needs_response") else None,
        "path": path,
    }


def readers(tx: Tx, order: Order, dispute: Dispute) -> Iterator[tuple[str, str, str]]:
    """Who hears of a dispute: a name for each, the address, and the path of their page."""
    for user in users.operators(tx):
        yield user.id, user.email, f"/admin/disputes/{dispute.id}"
    seller = sellers.seller_by_id(tx, order.seller_id)
    owner = users.by_id(tx, seller.user_id) if seller else None
    if owner is not None:
        yield SELLER, owner.email, f"/sell/disputes/{dispute.id}"
