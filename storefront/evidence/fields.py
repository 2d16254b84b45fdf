"""The fields of Stripe's evidence, and which of them matter for which reason.

https://docs.stripe.com/api/disputes/evidence_object and
https://docs.stripe.com/disputes/categories.
"""

from typing import Final, Literal, NamedTuple

Kind = Literal["line", "text", "file"]


class Field(NamedTuple):
    """How a field is asked for."""

    kind: Kind
    label: str
    help: str = ""


FIELDS: Final[dict[str, Field]] = {
    "product_description": Field("text", "What was sold"),
    "customer_name": Field("line", "Shopper's name"),
    "customer_email_address": Field("line", "Shopper's email address"),
    "billing_address": Field("text", "Billing address"),
    "customer_purchase_ip": Field(
        "line", "Shopper's IP address", "From which it was bought, if you know it."
    ),
    "shipping_address": Field("text", "Shipped to"),
    "shipping_carrier": Field("line", "Carrier"),
    "shipping_tracking_number": Field("line", "Tracking number"),
    "shipping_date": Field("line", "Shipped on"),
    "shipping_documentation": Field(
        "file", "Proof of shipping", "A receipt or label with the whole address on it."
    ),
    "service_date": Field("line", "Provided on", "When the shopper got a service or a download."),
    "service_documentation": Field("file", "Proof of a service", "A signed contract or order."),
    "access_activity_log": Field(
        "text", "Use of a download or service", "When, and from which addresses, it was used."
    ),
    "refund_policy_disclosure": Field(
        "text", "How the refund policy was shown", "The words that the shopper saw before paying."
    ),
    "refund_policy": Field("file", "Refund policy as a document"),
    "refund_refusal_explanation": Field(
        "text", "Why no refund is due", "Say it in a few plain sentences with dates."
    ),
    "cancellation_policy_disclosure": Field("text", "How the cancellation policy was shown"),
    "cancellation_policy": Field("file", "Cancellation policy as a document"),
    "cancellation_rebuttal": Field("text", "Why it was not canceled"),
    "duplicate_charge_explanation": Field(
        "text", "How the two payments differ", "What each of them paid for."
    ),
    "duplicate_charge_id": Field("line", "Stripe's id of the other payment", "It starts with ch_."),
    "duplicate_charge_documentation": Field("file", "Receipt of the other payment"),
    "customer_communication": Field(
        "file", "Messages with the shopper", "Such as mails in which they say that it arrived."
    ),
    "customer_signature": Field("file", "Shopper's signature"),
    "receipt": Field("file", "Receipt"),
    "uncategorized_text": Field("text", "Anything else"),
    "uncategorized_file": Field("file", "Another document"),
}
FILES: Final = tuple(name for name, field in FIELDS.items() if field.kind == "file")
TEXTS: Final = tuple(name for name in FIELDS if name not in FILES)

_WHO = ("product_description", "customer_name", "customer_email_address")
_SHIPPED = ("shipping_address", "shipping_carrier", "shipping_tracking_number", "shipping_date",
            "shipping_documentation")  # fmt: skip
_ALWAYS = ("customer_communication", "uncategorized_text")
_BOUGHT_BY_THEM = (*_WHO, "billing_address", "customer_purchase_ip", *_SHIPPED,
                   "access_activity_log", *_ALWAYS)  # fmt: skip

REASONS: Final[dict[str, tuple[str, ...]]] = {
    "credit_not_processed": (
        *_WHO, "refund_policy_disclosure", "refund_refusal_explanation", *_ALWAYS,
    ),
    "duplicate": (
        *_WHO, "duplicate_charge_explanation", "duplicate_charge_id",
        "duplicate_charge_documentation", "receipt", *_ALWAYS,
    ),
    "fraudulent": _BOUGHT_BY_THEM,
    "unrecognized": _BOUGHT_BY_THEM,
    "product_not_received": (
        *_WHO, *_SHIPPED, "service_date", "service_documentation", "access_activity_log",
        "customer_signature", *_ALWAYS,
    ),
    "product_unacceptable": (
        *_WHO, "refund_policy_disclosure", "refund_refusal_explanation", *_SHIPPED, *_ALWAYS,
    ),
    "subscription_canceled": (
        *_WHO, "cancellation_policy_disclosure", "cancellation_policy", "cancellation_rebuttal",
        "access_activity_log", *_ALWAYS,
    ),
}  # fmt: skip
"""What banks look at first. Any other reason is answered like `general`."""

_GENERAL = (*_WHO, *_SHIPPED, "refund_policy_disclosure", *_ALWAYS)


def first(reason: str) -> tuple[str, ...]:
    """The fields that matter for a reason."""
    return REASONS.get(reason, _GENERAL)


def others(reason: str) -> tuple[str, ...]:
    """The rest of them."""
    shown = first(reason)
    return tuple(name for name in FIELDS if name not in shown)
