"""How a refund is shared unless the operator says otherwise: by platform, or by seller."""

from dataclasses import dataclass
from typing import Final

from storefront.errors import Invalid
from storefront.refunds.preview import KEEP_FEE, PLATFORM, RETURN_FEE
from storefront.seller_policies.service import Policies, SellerPolicy, Table

PROPOSED = (RETURN_FEE, KEEP_FEE, PLATFORM)
"""The ways to share a refund that a policy can propose; a debt is decided each time."""

ASK, PAY_BACK = "ask", "pay_back"
ON_FAILURE: Final = {ASK: "Ask an operator", PAY_BACK: "Pay the seller back at once"}
"""What happens to the seller's money when a refund fails after it was pulled back."""


@dataclass(frozen=True, slots=True)
class RefundPolicy(SellerPolicy):
    """Who pays for a refund, and what happens when one fails."""

    share: str
    on_failure: str


def _check(wanted: RefundPolicy) -> None:
    if wanted.share not in PROPOSED:
        raise Invalid("Please choose one of the ways to share a refund.")
    if wanted.on_failure not in ON_FAILURE:
        raise Invalid("Please choose what happens when a refund fails.")


def _in_words(decided: RefundPolicy) -> str:
    return f"{decided.share}, when a refund fails: {decided.on_failure}"


POLICIES: Final = Policies(
    Table("refund_policies", RefundPolicy, ("share", "on_failure")),
    standard=RefundPolicy("", RETURN_FEE, ASK),
    noun="policy",
    audited="refund_policy",
    in_words=_in_words,
    check=_check,
)
of_seller = POLICIES.of_seller
decide = POLICIES.decide
