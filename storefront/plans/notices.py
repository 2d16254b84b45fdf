"""What operators are told about money of sellers' plans: it is theirs to give back or to defend."""

from collections.abc import Mapping
from typing import Any, Final

from storefront import clock
from storefront.mail import service as mail
from storefront.plans.repository import Plan, Purchase
from storefront.store import Tx
from storefront.users import service as users

EXTRA: Final = "plan_extra"
DISPUTED: Final = "plan_disputed"


def ended_at_once(
    tx: Tx, purchase: Purchase, plan: Plan, subscription_id: str, *, late: bool
) -> None:
    """A plan was paid beside another one, or (`late`) for a deleted shop, and is ended."""
    said = {"plan": plan.name, "subscription": subscription_id, "late": late}
    for user in users.operators(tx):
        mail.enqueue(tx, EXTRA, f"{purchase.id} {user.id}", user.email, said)


def disputed(tx: Tx, dispute: Mapping[str, Any]) -> None:
    """A payment for a plan is disputed: it is answered at Stripe, and only until its deadline."""
    if not dispute["status"].endswith("needs_response"):
        mail.overtake_about(tx, DISPUTED, dispute["id"])
        return
    due = (dispute.get("evidence_details") or {}).get("due_by")
    mode = "" if dispute["livemode"] else "test/"
    said = {
        "amount": dispute["amount"],
        "currency": dispute["currency"],
        "reason": dispute["reason"].replace("_", " "),
        "due_by": clock.from_unix(due) if due else None,
        "address": f"https://dashboard.stripe.com/{mode}search?query={dispute['id']}",
    }
    for user in users.operators(tx):
        mail.enqueue(tx, DISPUTED, f"{dispute['id']} {user.id}", user.email, said)
