"""When disputed money is recovered from the seller: by platform, or by seller."""

from dataclasses import replace
from typing import Final

from storefront.audit import service as audit
from storefront.disputes import repository
from storefront.disputes.repository import DisputePolicy as DisputePolicy
from storefront.errors import Invalid, NotFound
from storefront.sellers import service as sellers
from storefront.store import Tx

AT_ONCE, WHEN_LOST, ASK = "at_once", "when_lost", "ask"
RECOVERIES: Final = {
    ASK: "An operator decides each time",
    AT_ONCE: "At once, when the bank takes the money",
    WHEN_LOST: "When the dispute is lost",
}
GIVE_UP, KEEP = "give_up", "keep"
FEES: Final = {
    GIVE_UP: "Recover what the seller got of the sale, and bear our fee",
    KEEP: "Recover everything, and keep our fee",
}

_STANDARD = DisputePolicy("", ASK, GIVE_UP)
of_sellers = repository.policies_of_sellers


def of_seller(tx: Tx, seller_id: str) -> DisputePolicy:
    """The policy for a seller's disputes: their own, else the platform's."""
    return repository.policy(tx, seller_id) or _STANDARD


def of_platform(tx: Tx) -> DisputePolicy:
    """The policy where a seller has none of their own."""
    return of_seller(tx, "")


def decide(tx: Tx, wanted: DisputePolicy, actor_id: str) -> None:
    """Set the policy of a seller, named by id or by the shop's address, or of the platform.

    Raises Invalid.
    """
    if wanted.recovery not in RECOVERIES:
        raise Invalid("Please choose when disputed money is recovered.")
    if wanted.fee not in FEES:
        raise Invalid("Please choose what becomes of our fee.")
    subject = sellers.shop_named(tx, wanted.seller_id).id if wanted.seller_id else ""
    repository.set_policy(tx, replace(wanted, seller_id=subject), actor_id)
    detail = f"{wanted.recovery}, fee: {wanted.fee}"
    audit.record(tx, actor_id, "dispute_policy.set", subject or "platform", detail)


def forget(tx: Tx, seller_id: str, actor_id: str) -> None:
    """Let a seller's disputes follow the platform's policy again. Raises NotFound."""
    if not repository.remove_policy(tx, seller_id):
        raise NotFound("This seller has no policy of their own.")
    audit.record(tx, actor_id, "dispute_policy.removed", seller_id, "")
