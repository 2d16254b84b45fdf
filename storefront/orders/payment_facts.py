"""What is known of a payment, put in one form whether a session or an invoice tells of it.

A Checkout Session names its PaymentIntent. One that begins a subscription does not: it names an
invoice, and that the PaymentIntent; later periods have an invoice alone
(https://docs.stripe.com/billing/subscriptions/overview and
https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices).
"""

from typing import Any

from storefront.orders import repository
from storefront.orders.repository import Order
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects
from storefront.stripe_subscriptions import service as stripe_subscriptions

Facts = dict[str, Any]

_UNPAID = {"open", "void", "uncollectible"}
_GIVEN_UP = {*stripe_subscriptions.OVER, stripe_subscriptions.UNPAID}


def payment_facts(tx: Tx, order: Order) -> Facts:
    """The facts of the session that an order is paid in, or of what stands for it."""
    if order.subscription_id is None:
        return _facts(tx, order.stripe_checkout_session_id)
    session = _facts(tx, repository.first_session(tx, order.subscription_id))
    if order.is_renewal:
        return of_renewal(session, _facts(tx, order.stripe_invoice_id)) | {
            "invoice": order.stripe_invoice_id
        }
    stripe_id = session.get("subscription")
    known = stripe_subscriptions.by_id(tx, stripe_id) if stripe_id else None
    invoice = _facts(tx, session.get("invoice"))
    return of_first_period(session, invoice, known.status if known else "")


def _facts(tx: Tx, object_id: str | None) -> Facts:
    known = stripe_objects.by_id(tx, object_id) if object_id else None
    return known.facts if known else {}


def of_first_period(session: Facts, invoice: Facts, subscription_status: str = "") -> Facts:
    """Paid at Checkout as any order, only that the invoice names the PaymentIntent.

    An invoice can be paid after a delayed payment at Checkout has failed; and where nothing tells
    of the failure, a subscription that Stripe gave up with its invoice unpaid does.
    """
    facts = {**session, "payment_intent": invoice.get("payment_intent")}
    if invoice.get("status") == "paid" and invoice.get("payment_intent"):
        return facts | {"payment_status": "paid"}
    waits = session.get("status") == "complete" and session.get("payment_status") == "unpaid"
    if waits and invoice.get("status") in _UNPAID and subscription_status in _GIVEN_UP:
        return facts | {"async_failed": True}
    return facts


def of_renewal(session: Facts, invoice: Facts) -> Facts:
    """Paid without Checkout; it goes to the address that was given when subscribing."""
    return {
        "status": "complete",
        "payment_status": "paid" if invoice.get("status") == "paid" else "unpaid",
        "amount_total": invoice.get("amount_paid"),
        "currency": invoice.get("currency"),
        "payment_intent": invoice.get("payment_intent"),
        "email": invoice.get("email") or session.get("email"),
        "name": session.get("name") or invoice.get("name"),
        "shipping": session.get("shipping"),
    }
