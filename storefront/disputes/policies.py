"""When disputed money is recovered from the seller: by platform, or by seller."""

from dataclasses import dataclass
from typing import Final

from storefront.errors import Invalid
from storefront.seller_policies.service import Policies, SellerPolicy, Table

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


@dataclass(frozen=True, slots=True)
class DisputePolicy(SellerPolicy):
    """When disputed money is recovered, and what becomes of our fee."""

    recovery: str
    fee: str


def _check(wanted: DisputePolicy) -> None:
    if wanted.recovery not in RECOVERIES:
        raise Invalid("Please choose when disputed money is recovered.")
    if wanted.fee not in FEES:
        raise Invalid("Please choose what becomes of our fee.")


def _in_words(decided: DisputePolicy) -> str:
    return f"{decided.recovery}, fee: {decided.fee}"


POLICIES: Final = Policies(
    Table("dispute_policies", DisputePolicy, ("recovery", "fee")),
    standard=DisputePolicy("", ASK, GIVE_UP),
    noun="policy",
    audited="dispute_policy",
    in_words=_in_words,
    check=_check,
)
of_seller = POLICIES.of_seller
of_platform = POLICIES.of_platform
decide = POLICIES.decide
