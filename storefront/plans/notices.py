"""What operators are told about money of sellers' plans: it is theirs to give back or to defend."""

from storefront.mail import service as mail
from storefront.plans.repository import Plan, Purchase
from storefront.store import Tx
from storefront.users import service as users

EXTRA = "plan_extra"


def ended_at_once(
    tx: Tx, purchase: Purchase, plan: Plan, subscription_id: str, *, late: bool
) -> None:
    """A plan was paid beside another one, or (`late`) for a deleted shop, and is ended."""
    said = {"plan": plan.name, "subscription": subscription_id, "late": late}
    for user in users.operators(tx):
        mail.enqueue(tx, EXTRA, f"{purchase.id} {user.id}", user.email, said)
