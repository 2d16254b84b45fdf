"""Subscriptions and their invoices as Stripe tells them (https://docs.stripe.com/api/subscriptions)."""

from collections.abc import Iterator
from typing import Any

from storefront.stripe_gateway.answers import Answer


def subscription(v1: Any, subscription_id: str, how: Answer) -> Any:
    """One subscription with its latest invoice."""
    return v1.subscriptions.retrieve(subscription_id, {"expand": ["latest_invoice"]}, how)


def invoices_of(v1: Any, subscription_id: str, how: Answer) -> Iterator[Any]:
    """Every invoice of a subscription with its payments, the newest first.

    https://docs.stripe.com/api/invoices/object#invoice_object-payments is included on request;
    where it is not, https://docs.stripe.com/api/invoice-payment lists the same.
    """
    asked = {"subscription": subscription_id, "limit": 100, "expand": ["data.payments"]}
    for found in v1.invoices.list(asked, how).auto_paging_iter():
        yield _with_payments(v1, found, how)


def invoice(v1: Any, invoice_id: str, how: Answer) -> Any:
    """One invoice with its payments."""
    found = v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}, how)
    return _with_payments(v1, found, how)


def _with_payments(v1: Any, found: Any, how: Answer) -> Any:
    if "payments" not in found:
        found["payments"] = v1.invoice_payments.list({"invoice": found["id"], "limit": 100}, how)
    return found


def portal_url(v1: Any, customer_id: str, return_url: str, flow: Answer | None) -> str:
    """The address of a portal session that is opened once."""
    wanted: Answer = {"customer": customer_id, "return_url": return_url}
    if flow is not None:
        wanted["flow_data"] = flow
    return str(v1.billing_portal.sessions.create(wanted).url)
