"""Asking for a refund: pieces of an order that are left, or an amount; one request at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from storefront import clock
from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.ids import new_id
from storefront.money import display
from storefront.orders.service import PAID, Order
from storefront.refund_requests import conversation, repository, words
from storefront.refund_requests.repository import OPEN, SHOPPER, RefundRequest
from storefront.refunds import lines as pieces
from storefront.refunds.service import RefundLine
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Asking:
    """What a shopper asks for: some of the order's lines by position, or else an amount."""

    reason: str
    message: str
    form_token: str
    quantities: Mapping[int, int]
    amount: int | None = None


def ask(services: Services, order_id: str, asking: Asking) -> RefundRequest:
    """Ask for a refund, or find the request that this form has made already.

    Raises Refused or Invalid, in words, and nothing has happened then.
    """
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, order_id)
        known = repository.by_form_token(tx, asking.form_token)
        if known is None:
            return _make(tx, order, asking)
    if known.order_id != order.id:
        raise Refused("This form has been used for another order. Please start again.")
    return known


def _make(tx: Tx, order: Order, asking: Asking) -> RefundRequest:
    if reason := why_not(tx, order):
        raise Refused(reason)
    if asking.reason not in words.REASONS:
        raise Invalid("Please choose a reason.")
    message = conversation.cleaned(asking.message, needed=asking.reason == "other")
    request = _request(tx, order, asking)
    repository.insert(tx, request, asking.quantities)
    conversation.say(tx, order, request.id, SHOPPER, "asked", message)
    return request


def why_not(tx: Tx, order: Order) -> str:
    """Why a shopper cannot ask now; empty if that is possible."""
    if order.status != PAID or order.stripe_charge_id is None:
        return "This order is not paid, so there is nothing to refund."
    if order.disputed:
        return (
            "Your bank disputes this payment. The money is with the bank until it decides, so it"
            " cannot be refunded as well."
        )
    if any(found.is_under_way for found in conversation.of_order(tx, order.id)):
        return "There is a request about this order already. Please wait for what becomes of it."
    if order.refundable_amount == 0:
        return "This order has been refunded in full. Nothing is left to ask for."
    return ""


def _request(tx: Tx, order: Order, asking: Asking) -> RefundRequest:
    amount, includes_shipping = _worth(tx, order, asking)
    if amount < 1:
        raise Invalid("Please ask for more than nothing.")
    if amount > order.refundable_amount:
        left = display(order.refundable_amount, order.currency)
        raise Refused(f"Only {left} of this order is left to refund.")
    now = clock.timestamp()
    return RefundRequest(
        id=new_id(),
        order_id=order.id,
        amount=amount,
        currency=order.currency,
        includes_shipping=includes_shipping,
        reason=asking.reason,
        state=OPEN,
        refund_id=None,
        form_token=asking.form_token,
        created_at=now,
        updated_at=now,
    )


def _worth(tx: Tx, order: Order, asking: Asking) -> tuple[int, bool]:
    """What is asked for in minor units, and whether shipping is in it.

    All the pieces that are left stand for everything that is left, shipping with it.
    """
    if asking.amount is not None:
        return asking.amount, False
    if not asking.quantities:
        raise Invalid("Please choose at least one item, or enter an amount.")
    wanted = refund_lines(asking.quantities)
    pieces.check(tx, order, wanted, includes_shipping=False)
    left = pieces.left(tx, order)
    if all(each.quantity == asking.quantities.get(each.line.position, 0) for each in left.lines):
        return order.refundable_amount, left.shipping_amount > 0
    return left.price(wanted, includes_shipping=False), False


def refund_lines(quantities: Mapping[int, int], *, restock: bool = False) -> tuple[RefundLine, ...]:
    """Pieces as a refund names them."""
    return tuple(RefundLine(*each, restock) for each in quantities.items())
