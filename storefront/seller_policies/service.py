"""One kind of policy: which one holds, and deciding it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic

from storefront.audit import service as audit
from storefront.errors import NotFound
from storefront.seller_policies.repository import P, SellerPolicy, Table
from storefront.sellers import service as sellers
from storefront.store import Tx

__all__ = ["P", "Policies", "SellerPolicy", "Table"]


def _anything(_wanted: SellerPolicy) -> None:
    """Nothing is left to check."""


@dataclass(frozen=True, slots=True)
class Policies(Generic[P]):
    """The platform's policy and those of sellers. `standard` holds before anybody has decided.

    `noun` is what people call one, `audited` how the audit log begins, `in_words` what it says.
    `check` raises Invalid for what cannot be decided.
    """

    table: Table[P]
    standard: P
    noun: str
    audited: str
    in_words: Callable[[P], str]
    check: Callable[[P], None] = _anything

    def of_seller(self, tx: Tx, seller_id: str) -> P:
        """What holds for a seller: their own policy, else the platform's."""
        return self.table.of_seller(tx, seller_id) or self.standard

    def of_platform(self, tx: Tx) -> P:
        """What holds where a seller has none of their own."""
        return self.of_seller(tx, "")

    def of_sellers(self, tx: Tx) -> list[P]:
        """The policies of those sellers who have one of their own."""
        return self.table.of_sellers(tx)

    def decide(self, tx: Tx, wanted: P, actor_id: str) -> None:
        """Set the policy of a seller, named by id or by the shop's address, or of the platform.

        Raises Invalid.
        """
        self.check(wanted)
        subject = sellers.shop_named(tx, wanted.seller_id).id if wanted.seller_id else ""
        self.table.write(tx, replace(wanted, seller_id=subject), actor_id)
        audit.record(
            tx, actor_id, f"{self.audited}.set", subject or "platform", self.in_words(wanted)
        )

    def forget(self, tx: Tx, seller_id: str, actor_id: str) -> None:
        """Let a seller follow the platform's policy again. Raises NotFound."""
        if not self.table.remove(tx, seller_id):
            raise NotFound(f"This seller has no {self.noun} of their own.")
        audit.record(tx, actor_id, f"{self.audited}.removed", seller_id, "")
