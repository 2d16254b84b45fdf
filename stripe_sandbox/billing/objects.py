"""How subscriptions, their items and invoices look."""

from decimal import Decimal
from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.catalog.prices import times
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

_NO_TAX = {"disabled_reason": None, "enabled": False, "liability": None}
_SUBSCRIPTION_NULL = (
    "application application_fee_percent billing_cycle_anchor_config billing_schedules "
    "billing_thresholds cancel_at canceled_at customer_account days_until_due "
    "default_payment_method default_source description ended_at latest_invoice managed_payments "
    "next_pending_invoice_item_invoice on_behalf_of pause_collection "
    "pending_invoice_item_interval pending_setup_intent pending_update presentment_details "
    "schedule status_details test_clock transfer_data trial_end trial_start"
)
_INVOICE_NULL = (
    "account_tax_ids application automatically_finalizes_at confirmation_secret custom_fields "
    "customer_account customer_address customer_email customer_name customer_phone "
    "customer_shipping default_payment_method default_source description due_date effective_at "
    "ending_balance footer from_invoice hosted_invoice_url invoice_pdf last_finalization_error "
    "latest_revision next_payment_attempt number on_behalf_of receipt_number rendering "
    "shipping_cost shipping_details statement_descriptor status_details "
    "subtotal_excluding_tax test_clock threshold_reason total_excluding_tax "
    "webhooks_delivered_at"
)


def plan_of(price: JSON) -> JSON:
    """The plan that older clients know instead of a recurring price."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": "licensed",
    }


def item(sandbox: Sandbox, subscription: JSON, price: JSON, quantity: int) -> JSON:
    """Keep a new item of a subscription."""
    made: JSON = {
        "id": ids.new("si"),
        "object": "subscription_item",
        "billed_until": None,
        "billing_thresholds": None,
        "created": sandbox.clock.now(),
        "current_period_end": subscription["_period"][1],
        "current_period_start": subscription["_period"][0],
        "current_trial": None,
        "discounts": [],
        "metadata": {},
        "plan": plan_of(price),
        "price": price,
        "quantity": quantity,
        "subscription": subscription["id"],
        "tax_rates": [],
    }
    return sandbox.store.add(made, subscription["_account"])


def subscription(sandbox: Sandbox, customer: str, currency: str, **given: Any) -> JSON:
    """A subscription with every documented member and nothing decided."""
    now = sandbox.clock.now()
    return {
        **dict.fromkeys(_SUBSCRIPTION_NULL.split()),
        "id": ids.new("sub"),
        "object": "subscription",
        "automatic_tax": dict(_NO_TAX),
        "billing_cycle_anchor": now,
        "billing_mode": {"flexible": None, "type": "flexible", "updated_at": None},
        "cancel_at_period_end": False,
        "cancellation_details": dict.fromkeys(("comment", "feedback", "feedback_option", "reason")),
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer,
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "incomplete",
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "_ended": False,
        **given,
    }


def invoice_line(invoice: JSON, of: JSON, period: tuple[int, int], amount: int) -> JSON:
    """A line for an item of a subscription (or for a one-time price, which has no item)."""
    price, of_item = of["price"], of.get("object") == "subscription_item"
    parent: JSON | None = None
    if of_item:
        parent = {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": of["subscription"],
                "subscription_item": of["id"],
            },
            "type": "subscription_item_details",
        }
    return {
        "id": ids.new("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": of["_says"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": False,
        "metadata": {},
        "parent": parent,
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": of["quantity"],
        "quantity_decimal": str(of["quantity"]),
        "subscription": of["subscription"] if of_item else None,
        "subtotal": amount,
        "taxes": [],
    }


def amount_of(of: JSON) -> int:
    """What an item costs for a period, in minor units."""
    return times(of["price"], of["quantity"])


def invoice(sandbox: Sandbox, subscription: JSON, customer: JSON, reason: str) -> JSON:
    """An invoice with every documented member, no lines yet. ``reason``: billing_reason."""
    now, platform = sandbox.clock.now(), sandbox.store.get(subscription["_account"])
    told = ("address", "email", "name", "phone", "shipping")
    return {
        **dict.fromkeys(_INVOICE_NULL.split()),
        **{f"customer_{name}": customer[name] for name in told},
        "id": ids.new("in"),
        "object": "invoice",
        "account_country": platform["country"],
        "account_name": platform["business_profile"]["name"],
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": {**_NO_TAX, "provider": None, "status": None},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": subscription["on_behalf_of"],
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription["metadata"],
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        "subtotal": 0,
        "total": 0,
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "_subscription": subscription["id"],
    }


def percent_of(total: int, percent: str, *, nearest: bool) -> int:
    """A percentage of an amount in minor units, rounded down or to the nearest."""
    exact = Decimal(total) * Decimal(percent) / 100
    return int(exact + Decimal("0.5")) if nearest else int(exact)
