"""Orders: finding them, shipping them, asking Stripe about them."""

import json
import logging
from typing import Any

from storefront import clock
from storefront.cart import service as cart
from storefront.cart.service import CartLine
from storefront.current import Services
from storefront.errors import NotFound, Refused
from storefront.mail import service as mail
from storefront.orders import repository
from storefront.orders.repository import (
    AWAITING,
    CANCELED,
    EXPIRED,
    FAILED,
    PAID,
    PROCESSING,
    STATUSES,
    Order,
    OrderLine,
)
from storefront.sellers import countries
from storefront.store import Tx
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_objects import service as stripe_objects

__all__ = ["AWAITING", "PAID", "PROCESSING", "STATUSES", "Order", "OrderLine"]

log = logging.getLogger(__name__)

_MINUTES_AFTER_EXPIRY = 2
_MINUTES_BETWEEN_QUESTIONS = 30
_SECONDS_UNTIL_NEXT_READ = 60

by_id = repository.by_id
by_token = repository.by_token
by_session = repository.by_session
by_invoice = repository.by_invoice
lines = repository.lines
of_user = repository.of_user
search = repository.search
status_counts = repository.status_counts
commit_refund = repository.commit_refund
lock = repository.lock
insert = repository.insert
next_number = repository.next_number
open_orders = repository.open_orders


def of_object(tx: Tx, stripe_object_id: str) -> Order | None:
    """The order to whose payment an object of Stripe's belongs, if we know of one."""
    return repository.by_root(tx, stripe_objects.root_of(tx, stripe_object_id))


def attach_session(tx: Tx, order_id: str, session_id: str, url: str) -> None:
    """Stripe has made the Checkout Session of an order."""
    repository.update(tx, order_id, stripe_checkout_session_id=session_id, checkout_url=url)


def cancel(tx: Tx, order_id: str, problem: str) -> None:
    """No Checkout Session could be made for an order, so nobody can pay it."""
    repository.update(tx, order_id, status=CANCELED, problem=problem)


def want_facts(tx: Tx, order_id: str) -> None:
    """Ask Stripe soon how an order's payment stands."""
    repository.update(tx, order_id, facts_wanted_at=clock.timestamp())


def set_refund_committed(tx: Tx, order_id: str, amount: int) -> None:
    """What the refunds of an order, done or on their way, add up to in minor units."""
    repository.update(tx, order_id, refund_committed=amount)


def set_fee_given_up(tx: Tx, order_id: str, amount: int) -> None:
    """What the refunds of an order give up of a fee for which less was transferred."""
    repository.update(tx, order_id, fee_refunded_amount=amount)


def sold_by(tx: Tx, seller_id: str, order_id: str) -> Order:
    """A shop's order. Raises NotFound for an absent one and for another shop's alike."""
    order = repository.by_id(tx, order_id)
    if order is None or order.seller_id != seller_id or order.status not in {PAID, PROCESSING}:
        raise NotFound("There is no such order in your shop.")
    return order


def mark_shipped(tx: Tx, seller_id: str, order_id: str, carrier: str, tracking_number: str) -> None:
    """The seller has sent a paid order; the shopper gets a mail. Raises NotFound and Refused."""
    order = repository.lock(tx, sold_by(tx, seller_id, order_id).id)
    if reason := why_not_shipped(order):
        raise Refused(reason)
    repository.update(
        tx,
        order.id,
        shipped_at=clock.timestamp(),
        carrier=carrier,
        tracking_number=tracking_number,
    )
    mail.enqueue(tx, "order_shipped", order.id, "", {}, order_id=order.id)


def why_not_shipped(order: Order) -> str:
    """Why an order is not to be sent now; empty if it is."""
    if order.shipped_at:
        return "This order has been marked as shipped already."
    if order.status != PAID:
        return "This order is not paid yet. Ship it when the payment has arrived."
    if not order.requires_shipping:
        return "Nothing has to be shipped for this order."
    if order.refunded_amount >= order.total_amount:
        return "This order was refunded in full, so there is nothing to ship."
    if order.refundable_amount == 0:
        return "This order is being refunded in full. Do not ship it unless that fails."
    return ""


def order_again(tx: Tx, order: Order, cart_id: str) -> None:
    """Put into a cart what an order held that will not be paid. Raises Refused otherwise."""
    if order.status not in {FAILED, EXPIRED, CANCELED}:
        raise Refused("This order is not lost; there is no need to order again.")
    if order.subscription_id is not None:
        raise Refused("Subscriptions are not bought in a cart. Subscribe again on their own page.")
    present = {line.listing_id for line in cart.lines_of_shop(tx, cart_id, order.seller_id)}
    missing = [
        CartLine(line.listing_id, line.quantity)
        for line in repository.lines(tx, order.id)
        if line.listing_id not in present
    ]
    cart.put_back(tx, cart_id, missing)


def shipping_address(order: Order) -> list[str]:
    """The lines to write on a parcel; empty if nothing is shipped or nothing known."""
    if not order.shipping_address:
        return []
    shipping: dict[str, Any] = json.loads(order.shipping_address)
    address: dict[str, str] = shipping.get("address") or {}
    parts = [
        shipping.get("name"),
        address.get("line1"),
        address.get("line2"),
        _city(address),
        countries.name(address.get("country") or ""),
    ]
    return [part for part in parts if part]


def _city(address: dict[str, str]) -> str:
    """`Portsmouth, NH 03801` where there are states, else `20095 Hamburg`."""
    city, code = address.get("city") or "", address.get("postal_code") or ""
    if state := address.get("state"):
        return f"{city}, {state} {code}".strip(" ,")
    return f"{code} {city}".strip()


def read_payment(services: Services, order: Order) -> Order:
    """Ask Stripe how an order's payment stands, and fold the answer like any other fact.

    Raises StripeFailure; the order then stays as it was.
    """
    if order.stripe_checkout_session_id is None and order.stripe_invoice_id is None:
        return order
    snapshots = _snapshots(services, order)
    with services.store.transaction() as tx:
        for snapshot in snapshots:
            services.settlement.fold(tx, snapshot)
        return services.settlement.project(tx, order.id)


def _snapshots(services: Services, order: Order) -> list[dict[str, Any]]:
    gateway = services.gateway
    if order.subscription_id is None:
        session = with_outcome(gateway.payment(str(order.stripe_checkout_session_id)))
        snapshots, intent = [session], session.get("payment_intent") or {}
    else:
        snapshots, intent = _of_subscription(gateway, order)
    charge = intent.get("latest_charge") or {}
    if charge.get("amount_refunded"):
        snapshots += gateway.refunds_of(charge["id"])
        snapshots += [gateway.transfer(charge["transfer"]["id"])] if charge.get("transfer") else []
        fee = charge.get("application_fee")
        snapshots += [gateway.application_fee(fee["id"])] if fee else []
    return snapshots


def _of_subscription(gateway: Gateway, order: Order) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The session, if there is one, its invoice, and the PaymentIntent that paid it."""
    snapshots, invoice_id = [], order.stripe_invoice_id
    if order.stripe_checkout_session_id is not None:
        session = gateway.payment(order.stripe_checkout_session_id)
        snapshots, invoice_id = [session], session.get("invoice")
    if invoice_id is None:
        return snapshots, {}
    invoice = gateway.invoice(invoice_id)
    intent_id = stripe_objects.facts_of(invoice).get("payment_intent")
    intent = gateway.payment_intent(intent_id) if intent_id else {}
    return [*snapshots, invoice, *([intent] if intent else [])], intent


def with_outcome(session: dict[str, Any]) -> dict[str, Any]:
    """A session that was read says only `unpaid` when a delayed payment has failed for good."""
    intent = session.get("payment_intent")
    failed = (
        session.get("status") == "complete"
        and session.get("payment_status") == "unpaid"
        and isinstance(intent, dict)
        and intent.get("status") in {"requires_payment_method", "canceled"}
    )
    return {**session, "async_failed": True} if failed else session


def read_wanted(services: Services, limit: int = 10) -> int:
    """Read what no event has told: Stripe's fee, and payments whose events were lost."""
    with services.store.transaction() as tx:
        repository.want_overdue(
            tx,
            expired_before=clock.ago(minutes=_MINUTES_AFTER_EXPIRY),
            asked_before=clock.ago(minutes=_MINUTES_BETWEEN_QUESTIONS),
        )
        wanted = repository.facts_wanted(tx, limit)
        for order in wanted:
            later = clock.in_future(seconds=_SECONDS_UNTIL_NEXT_READ)
            repository.update(tx, order.id, facts_wanted_at=later, asked_at=clock.timestamp())
    return sum(_read(services, order) for order in wanted)


def _read(services: Services, order: Order) -> int:
    try:
        read_payment(services, order)
    except StripeFailure as failure:
        log.warning("order.unread", extra={"order": order.id, "reason": failure.message})
        return 0
    return 1
