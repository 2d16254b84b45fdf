"""How an invoice becomes money: lines, finalization, attempts, and who hears of the outcome.

Each paid invoice of a subscription with ``transfer_data`` is a destination charge
(docs.stripe.com/connect/subscriptions): the fee is ``application_fee_percent`` of the total, or
the destination gets ``amount_percent`` of it. How Stripe rounds is unconfirmed: the switch
``fee_percent_rounding`` decides.
"""

from collections.abc import Callable

from stripe_sandbox import currencies, ids
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.billing import objects
from stripe_sandbox.customers.saved_methods import of_customer
from stripe_sandbox.payments.attempts import Decline, after_delayed, attempt, new_intent
from stripe_sandbox.payments.booking import after_paid
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

Listener = Callable[[Sandbox, JSON], None]

_WHEN_PAID: list[Listener] = []
_WHEN_FAILED: list[Listener] = []


def when_paid(function: Listener) -> Listener:
    """Declare who wants to know that an invoice is paid."""
    _WHEN_PAID.append(function)
    return function


def when_failed(function: Listener) -> Listener:
    """Declare who wants to know that an attempt to pay an invoice has failed."""
    _WHEN_FAILED.append(function)
    return function


def draw_up(
    sandbox: Sandbox, subscription: JSON, reason: str, *, free: bool = False, extra: list[JSON]
) -> JSON:
    """A finalized invoice for the current period; ``free`` while a trial lasts.

    ``extra`` are one-time prices with a quantity that are sold together with the subscription.
    """
    customer = sandbox.store.get(subscription["customer"])
    invoice = objects.invoice(sandbox, subscription, customer, reason)
    period = tuple(subscription["_period"])
    sold = [*items_of(sandbox, subscription), *extra]
    lines = []
    for each in sold:
        recurring = each.get("object") == "subscription_item"
        says = _says(sandbox, each, trial=free and recurring)
        amount = 0 if free and recurring else objects.amount_of(each)
        lines.append(objects.invoice_line(invoice, {**each, "_says": says}, period, amount))
    total = sum(line["amount"] for line in lines)
    invoice.update(
        dict.fromkeys(("amount_due", "amount_remaining", "subtotal", "total"), total),
        subtotal_excluding_tax=total,
        total_excluding_tax=total,
        period_start=period[0],
        period_end=period[1],
        default_payment_method=subscription["default_payment_method"],
        _lines=lines,
    )
    sandbox.store.add(invoice, subscription["_account"])
    emit(sandbox, "invoice.created", invoice)
    _finalize(sandbox, invoice, customer, subscription["_base_url"])
    subscription["latest_invoice"] = invoice["id"]
    sandbox.store.save(subscription)
    return invoice


def _says(sandbox: Sandbox, of: JSON, *, trial: bool) -> str:
    name = sandbox.store.get(of["price"]["product"])["name"]
    if trial:
        return f"Trial period for {name}"
    recurring = of["price"]["recurring"]
    if not recurring:
        return str(name)
    price = currencies.with_symbol(
        objects.amount_of({**of, "quantity": 1}), of["price"]["currency"]
    )
    return f"{of['quantity']} × {name} (at {price} / {recurring['interval']})"


def items_of(sandbox: Sandbox, subscription: JSON) -> list[JSON]:
    """The items of a subscription, oldest first."""
    found = sandbox.store.select(
        "subscription_item", subscription["_account"], {"subscription": subscription["id"]}
    )
    return found[::-1]


def _finalize(sandbox: Sandbox, invoice: JSON, customer: JSON, base_url: str) -> None:
    sequence = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] += 1
    sandbox.store.save(customer)
    now = sandbox.clock.now()
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{sequence:04}",
        effective_at=now,
        auto_advance=True,
        hosted_invoice_url=f"{base_url}/invoice/{invoice['id']}",
        invoice_pdf=f"{base_url}/invoice/{invoice['id']}",
    )
    invoice["status_transitions"]["finalized_at"] = now
    sandbox.store.save(invoice)
    emit(sandbox, "invoice.finalized", invoice)


def collect(sandbox: Sandbox, invoice: JSON, *, present: bool = False) -> Decline | None:
    """Try to pay an open invoice with the method that is to be used; a decline is returned.

    ``present``: the customer is there and can authenticate.
    """
    if invoice["amount_due"] == 0:
        paid(sandbox, invoice)
        return None
    subscription = sandbox.store.get(invoice["_subscription"])
    method = method_of(sandbox, subscription)
    intent = _intent(sandbox, invoice, subscription)
    if method is None:
        message = "This customer has no attached payment source or default payment method."
        decline: Decline | None = Decline("missing_payment_method", None, message)
    else:
        decline = attempt(sandbox, intent, method, off_session=not present)
    if decline is not None:
        _failed(sandbox, sandbox.store.get(invoice["id"]))
    return decline


def open_intent(sandbox: Sandbox, invoice: JSON) -> JSON:
    """The payment intent of an open invoice, for somebody else to confirm."""
    return _intent(sandbox, invoice, sandbox.store.get(invoice["_subscription"]))


def method_of(sandbox: Sandbox, subscription: JSON) -> JSON | None:
    """The subscription's own payment method, else its customer's."""
    own = subscription["default_payment_method"]
    if own is not None:
        return sandbox.store.find(own)
    return of_customer(sandbox, sandbox.store.get(subscription["customer"]))


def _intent(sandbox: Sandbox, invoice: JSON, subscription: JSON) -> JSON:
    """The payment intent of an invoice, made at the first attempt."""
    known = sandbox.store.find(invoice.get("_intent"))
    if known is not None:
        return known
    first = invoice["billing_reason"] == "subscription_create"
    intent = new_intent(
        sandbox,
        invoice["_account"],
        invoice["amount_due"],
        invoice["currency"],
        customer=invoice["customer"],
        description="Subscription creation" if first else "Subscription update",
        setup_future_usage="off_session" if first else None,
        on_behalf_of=subscription["on_behalf_of"],
        _invoice=invoice["id"],
        **split(sandbox, subscription, invoice["total"]),
    )
    attach_intent(sandbox, invoice, intent)
    return intent


def split(sandbox: Sandbox, subscription: JSON, total: int) -> JSON:
    """Fee and transfer of an invoice, as members of its payment intent."""
    nearest = sandbox.switches.fee_percent_rounding == "nearest"
    data = subscription["transfer_data"]
    found: JSON = {}
    if data is not None:
        part = subscription.get("_amount_percent")
        amount = None if part is None else objects.percent_of(total, part, nearest=nearest)
        found["transfer_data"] = {"destination": data["destination"], "amount": amount}
    if subscription.get("_fee_percent") is not None:
        percent = subscription["_fee_percent"]
        fee = objects.percent_of(total, percent, nearest=nearest)
        found["application_fee_amount"] = fee or None
    return found


def attach_intent(sandbox: Sandbox, invoice: JSON, intent: JSON) -> None:
    """An invoice is (to be) paid by this intent: an invoice payment says so."""
    payment: JSON = {
        "id": ids.new("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": sandbox.clock.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    sandbox.store.add(payment, invoice["_account"])
    invoice.update(_intent=intent["id"], _payment=payment["id"])
    sandbox.store.save(invoice)


@after_paid
def _intent_paid(sandbox: Sandbox, intent: JSON) -> None:
    if intent.get("_invoice"):
        paid(sandbox, sandbox.store.get(intent["_invoice"]))


@after_delayed
def _delayed_ended(sandbox: Sandbox, intent: JSON) -> None:
    if intent.get("_invoice") and intent["status"] != "succeeded":
        _failed(sandbox, sandbox.store.get(intent["_invoice"]))


def paid(sandbox: Sandbox, invoice: JSON) -> None:
    """The invoice is settled, by its intent or because nothing was due."""
    now, due = sandbox.clock.now(), invoice["amount_due"]
    invoice.update(
        status="paid",
        amount_paid=due,
        amount_remaining=0,
        attempted=due > 0 or invoice["attempted"],
        attempt_count=invoice["attempt_count"] + (due > 0),
        auto_advance=False,
        next_payment_attempt=None,
    )
    invoice["status_transitions"]["paid_at"] = now
    changed(sandbox, "invoice.updated", invoice)
    payment = sandbox.store.find(invoice.get("_payment"))
    if payment is not None:
        payment.update(status="paid", amount_paid=due)
        payment["status_transitions"]["paid_at"] = now
        sandbox.store.save(payment)
    emit(sandbox, "invoice.paid", invoice)
    emit(sandbox, "invoice.payment_succeeded", invoice)
    for listener in _WHEN_PAID:
        listener(sandbox, invoice)


def _failed(sandbox: Sandbox, invoice: JSON) -> None:
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    changed(sandbox, "invoice.updated", invoice)
    emit(sandbox, "invoice.payment_failed", invoice)
    for listener in _WHEN_FAILED:
        listener(sandbox, invoice)


@computed("invoice", "lines")
def _lines(sandbox: Sandbox, invoice: JSON) -> JSON:
    url = f"/v1/invoices/{invoice['id']}/lines"
    return list_of(sandbox, url, invoice["_lines"], total_count=len(invoice["_lines"]))


@computed("invoice", "payments", on_request=True)
def _payments(sandbox: Sandbox, invoice: JSON) -> JSON:
    found = sandbox.store.select("invoice_payment", invoice["_account"], {"invoice": invoice["id"]})
    return list_of(sandbox, f"/v1/invoice_payments?invoice={invoice['id']}", found)
