"""Refunds that were made elsewhere, as in Stripe's Dashboard: what they mean for their orders.

Stripe moves the money and tells us so; which pieces it is for, and whether they go back on sale,
nobody but the operator knows. That is said once for each refund, and nothing at Stripe changes.
"""

from dataclasses import dataclass

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Refused
from storefront.external_refunds import repository
from storefront.external_refunds.repository import ExternalRefund, Review
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import lines
from storefront.refunds import service as refunds
from storefront.refunds.service import EXTERNAL, Refund, RefundLine
from storefront.store import Tx

__all__ = ["ExternalRefund", "Meaning", "Review", "inbox", "of_refund", "one", "review", "waiting"]

inbox = repository.inbox
of_refund = repository.of_refund
waiting = repository.waiting


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refund means for its order: pieces, if any, words to the shopper, and a note."""

    note: str
    lines: tuple[RefundLine, ...] = ()
    includes_shipping: bool = False
    message: str = ""


def one(tx: Tx, order: Order, refund_id: str) -> Refund:
    """A refund that was made elsewhere. Raises NotFound, and Refused for one of our own."""
    refund = refunds.one_of(tx, order.id, refund_id).refund
    if refund.origin != EXTERNAL:
        raise Refused(
            "This refund was made here, so what it is for is known. Only refunds that were made in"
            " Stripe's Dashboard are reviewed."
        )
    return refund


def review(
    services: Services, order_id: str, refund_id: str, meaning: Meaning, actor_id: str
) -> bool:
    """Say what a refund means; False, and nothing has changed, if that was said before.

    Raises NotFound, and Refused for pieces that are not there or a refund that does not hold.
    """
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, refunds.order_of(tx, order_id).id)
        refund = one(tx, order, refund_id)
        if repository.of_refund(tx, refund.id) is not None:
            return False
        _explain(tx, order, refund, meaning)
        repository.insert(tx, Review(refund.id, actor_id, meaning.note, clock.timestamp()))
        audit.record(tx, actor_id, "refund.reviewed", order.id, _detail(refund, meaning))
    return True


def _explain(tx: Tx, order: Order, refund: Refund, meaning: Meaning) -> None:
    if not refund.holds and (meaning.lines or meaning.includes_shipping):
        raise Refused(
            "This refund did not reach the shopper, so nothing of the order is refunded and no"
            " piece goes back on sale. It can only be dismissed."
        )
    lines.explain(
        tx,
        order,
        refund,
        meaning.lines,
        includes_shipping=meaning.includes_shipping,
        message=meaning.message,
    )


def _detail(refund: Refund, meaning: Meaning) -> str:
    """What the audit log keeps, readable without any other table."""
    parts = [display(refund.amount, refund.currency), _for(refund, meaning)]
    restocked = sum(line.quantity for line in meaning.lines if line.restock)
    if restocked:
        parts.append(f"{restocked} on sale again")
    return f"{', '.join(parts)}: {meaning.note}"


def _for(refund: Refund, meaning: Meaning) -> str:
    if not refund.holds:
        return "dismissed"
    pieces = sum(line.quantity for line in meaning.lines)
    said = f"{pieces} {'piece' if pieces == 1 else 'pieces'}" if pieces else "no pieces"
    return f"{said} and shipping" if meaning.includes_shipping else said
