"""Invoices of subscriptions (docs.stripe.com/api/invoices)."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation, page_of
from stripe_sandbox.billing import collection, lifecycle
from stripe_sandbox.payments.attempts import card_error
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed


@operation("GET", "/v1/invoices/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One invoice."""
    return call.fetch("invoice", identifier)


@operation("GET", "/v1/invoices", "InvoiceListParams")
def list_all(call: Call) -> JSON:
    """Invoices, by customer, subscription and status."""
    wanted = {name: call.params.get(name) for name in ("customer", "status", "collection_method")}
    wanted["_subscription"] = call.params.get("subscription")
    return call.page("invoice", "/v1/invoices", wanted)


@operation("GET", "/v1/invoices/<identifier>/lines", "InvoiceLineItemListParams")
def list_lines(call: Call, identifier: str) -> JSON:
    """The lines of an invoice."""
    invoice = call.fetch("invoice", identifier)
    return page_of(call, f"/v1/invoices/{identifier}/lines", invoice["_lines"])


@operation("POST", "/v1/invoices/<identifier>", "InvoiceUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change description and metadata."""
    invoice = call.fetch("invoice", identifier)
    if "description" in call.params:
        invoice["description"] = call.params["description"] or None
    invoice["metadata"] = metadata(call.params, invoice["metadata"])
    changed(call.sandbox, "invoice.updated", invoice)
    return invoice


def _open(call: Call, identifier: str) -> JSON:
    invoice = call.fetch("invoice", identifier)
    if invoice["status"] == "paid":
        raise errors.refused("Invoice is already paid", "invoice_already_paid")
    if invoice["status"] != "open":
        message = f"This invoice is {invoice['status']}; only open invoices can be changed so."
        raise errors.refused(message, "invoice_not_editable")
    return invoice


@operation("POST", "/v1/invoices/<identifier>/pay", "InvoicePayParams")
def pay(call: Call, identifier: str) -> JSON:
    """Try to pay an open invoice now, with the given payment method or the one on file."""
    invoice = _open(call, identifier)
    if call.params.get("paid_out_of_band"):
        invoice["amount_paid_off_stripe"] = invoice["amount_due"]
        collection.paid(call.sandbox, invoice)
        return call.sandbox.store.get(identifier)
    if "payment_method" in call.params:
        subscription = call.sandbox.store.get(invoice["_subscription"])
        method = call.fetch("payment_method", call.params["payment_method"], "payment_method", 400)
        subscription["default_payment_method"] = method["id"]
        call.sandbox.store.save(subscription)
    decline = collection.collect(call.sandbox, invoice)
    if decline is not None:
        intent = call.sandbox.store.get(call.sandbox.store.get(identifier)["_intent"])
        raise card_error(call.sandbox, intent, decline)
    return call.sandbox.store.get(identifier)


@operation("POST", "/v1/invoices/<identifier>/void", "InvoiceVoidInvoiceParams")
def void(call: Call, identifier: str) -> JSON:
    """Nobody is to pay this invoice."""
    invoice = _open(call, identifier)
    lifecycle.void(call.sandbox, invoice)
    return invoice


@operation("GET", "/v1/invoice_payments", "InvoicePaymentListParams")
def list_payments(call: Call) -> JSON:
    """What invoices are paid by, by invoice and status."""
    wanted = {name: call.params.get(name) for name in ("invoice", "status")}
    return call.page("invoice_payment", "/v1/invoice_payments", wanted)


@operation("GET", "/v1/invoice_payments/<identifier>")
def retrieve_payment(call: Call, identifier: str) -> JSON:
    """One payment of an invoice."""
    return call.fetch("invoice_payment", identifier)
