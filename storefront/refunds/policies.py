"""How a refund is shared unless the operator says otherwise: by platform, or by seller."""

from dataclasses import replace

from storefront.audit import service as audit
from storefront.errors import Invalid, NotFound
from storefront.refunds import repository
from storefront.refunds.preview import KEEP_FEE, PLATFORM, RETURN_FEE
from storefront.refunds.repository import RefundPolicy as RefundPolicy
from storefront.sellers import service as sellers
from storefront.store import Tx

PROPOSED = (RETURN_FEE, KEEP_FEE, PLATFORM)
"""The ways to share a refund that a policy can propose; a debt is decided each time."""

ASK, PAY_BACK = "ask", "pay_back"
ON_FAILURE = (ASK, PAY_BACK)
"""What happens to the seller's money when a refund fails after it was pulled back."""

_STANDARD = RefundPolicy("", RETURN_FEE, ASK)
of_sellers = repository.policies_of_sellers


def of_seller(tx: Tx, seller_id: str) -> RefundPolicy:
    """The policy for a seller's orders: their own, else the platform's."""
    return repository.policy(tx, seller_id) or _STANDARD


def of_platform(tx: Tx) -> RefundPolicy:
    """The policy where a seller has none of their own."""
    return of_seller(tx, "")


def decide(tx: Tx, wanted: RefundPolicy, actor_id: str) -> None:
    """Set the policy of a seller, named by id or by the shop's address, or of the platform.

    Raises Invalid.
    """
    if wanted.share not in PROPOSED:
        raise Invalid("Please choose one of the ways to share a refund.")
    if wanted.on_failure not in ON_FAILURE:
        raise Invalid("Please choose what happens when a refund fails.")
    subject = sellers.shop_named(tx, wanted.seller_id).id if wanted.seller_id else ""
    repository.set_policy(tx, replace(wanted, seller_id=subject), actor_id)
    detail = f"{wanted.share}, when a refund fails: {wanted.on_failure}"
    audit.record(tx, actor_id, "refund_policy.set", subject or "platform", detail)


def forget(tx: Tx, seller_id: str, actor_id: str) -> None:
    """Let a seller's orders follow the platform's policy again. Raises NotFound."""
    if not repository.remove_policy(tx, seller_id):
        raise NotFound("This seller has no policy of their own.")
    audit.record(tx, actor_id, "refund_policy.removed", seller_id, "")
