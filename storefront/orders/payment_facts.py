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

Facts = dict[str, Any]


def payment_facts(tx: Tx, order: Order) -> Facts:
    """The facts of the session that an order is paid in, or of what stands for it."""
    if order.subscription_id is None:
        return _facts(tx, order.stripe_checkout_session_id)
    session = _facts(tx, repository.first_session(tx, order.subscription_id))
    if order.is_renewal:
        return of_renewal(session, _facts(tx, order.stripe_invoice_id)) | {
            "invoice": order.stripe_invoice_id
        }
    return of_first_period(session, _facts(tx, session.get("invoice")))


def _facts(tx: Tx, object_id: str | None) -> Facts:
    known = stripe_objects.by_id(tx, object_id) if object_id else None
    return known.facts if known else {}


def of_first_period(session: Facts, invoice: Facts) -> Facts:
    """Paid at Checkout as any order, only that the invoice names the PaymentIntent."""
    return {**session, "payment_intent": invoice.get("payment_intent")}


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
