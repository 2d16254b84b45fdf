"""What sellers were paid out: each payout, the sales that it consists of, and what became of it.

Stripe lists the balance transactions of automatic payouts, and they add up to the payout's amount
(https://docs.stripe.com/payouts/reconciliation). A payout that a person has started is not made of
certain sales. Money of a payout that fails comes back to the balance by a transaction of its own,
which goes with a later payout. All of it is read from copies; nothing here asks Stripe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storefront.errors import NotFound
from storefront.payouts import repository
from storefront.payouts.repository import Part, Payout, Sum
from storefront.store import Tx

__all__ = ["BACK", "ON_ITS_WAY", "PAID", "Explained", "Group", "Part", "Payout", "Sum",
           "accounts", "came_back", "converted", "explained", "fates", "of_seller",
           "parts_in_groups", "state", "sums"]  # fmt: skip

PAID, ON_ITS_WAY, BACK = "paid", "on_its_way", "back"
STATES = (ON_ITS_WAY, PAID, BACK)

SALES, REFUNDS, DISPUTES, TRANSFERS, DEBTS = "sales", "refunds", "disputes", "transfers", "debts"
OTHER, STRIPE_FEES, RETURNED, ADJUSTMENTS = "other", "stripe_fees", "returned", "adjustments"
GROUPS = (SALES, REFUNDS, DISPUTES, TRANSFERS, DEBTS, RETURNED, OTHER, STRIPE_FEES, ADJUSTMENTS)

_CAME_BACK = {"failed", "canceled", "reversed"}
_OF_KIND = {"transfer": SALES, "repayment": TRANSFERS, "application_fee": SALES,
            "fee_refund": REFUNDS}  # fmt: skip
_OF_TYPE = {
    "payout_failure": RETURNED, "payout_cancel": RETURNED, "payout": RETURNED,
    "payout_reversal": RETURNED, "stripe_fee": STRIPE_FEES, "stripe_fx_fee": STRIPE_FEES,
    "tax_fee": STRIPE_FEES, "network_cost": STRIPE_FEES, "application_fee": OTHER,
    "adjustment": ADJUSTMENTS, "reserve_transaction": ADJUSTMENTS, "reserved_funds": ADJUSTMENTS,
    "connect_collection_transfer": ADJUSTMENTS, "contribution": ADJUSTMENTS,
}  # fmt: skip
"""https://docs.stripe.com/reports/balance-transaction-types"""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of a payout that are of one sort. Minor units."""

    name: str
    parts: tuple[Part, ...]

    @property
    def net(self) -> int:
        """What they come to after fees."""
        return sum(part.net for part in self.parts)


@dataclass(frozen=True, slots=True)
class Explained:
    """A payout and everything behind it.

    `went_with` is the later payout by which money that came back was paid out in the end.
    """

    payout: Payout
    groups: tuple[Group, ...]
    went_with: str | None

    @property
    def total(self) -> int:
        """What its parts come to, in minor units."""
        return sum(group.net for group in self.groups)

    @property
    def missing(self) -> int:
        """What the payout is more than its parts; zero if it adds up."""
        return self.payout.amount - self.total

    @property
    def adds_up(self) -> bool:
        """Whether the sales behind it are known and come to Stripe's number."""
        return self.payout.automatic and self.payout.explained and self.missing == 0


accounts = repository.accounts
came_back = repository.came_back
converted = repository.converted
sums = repository.sums


def state(payout: Payout) -> str:
    """Whether a payout has arrived, is on its way or has come back."""
    if payout.status in _CAME_BACK or payout.reversed_by:
        return BACK
    return PAID if payout.status == "paid" else ON_ITS_WAY


def of_seller(tx: Tx, seller_id: str) -> list[Payout]:
    """All payouts of a shop's accounts of which copies are here, the newest first."""
    found = [
        payout
        for account_id in repository.accounts(tx, seller_id)
        for payout in repository.payouts(tx, account_id)
    ]
    return sorted(found, key=lambda payout: (payout.created_at, payout.id), reverse=True)


def fates(
    payouts: Iterable[Payout], came_back: Mapping[str, str | None]
) -> dict[str, tuple[str, str]]:
    """What became of the money of each payout, and the id of the payout that carries it now.

    `came_back` has, by payout, the later payout with which returned money went. Money that has
    come back and went with none is `BACK`.
    """
    known = {payout.id: payout for payout in payouts}
    return {id_: _fate(known, came_back, id_) for id_ in known}


def _fate(
    known: Mapping[str, Payout], came_back: Mapping[str, str | None], id_: str
) -> tuple[str, str]:
    seen: set[str] = set()
    while True:
        payout = known[id_]
        if state(payout) != BACK:
            return state(payout), id_
        seen.add(id_)
        later = came_back.get(id_) or came_back.get(payout.reversed_by or "")
        if later is None or later not in known or later in seen:
            return BACK, id_
        id_ = later


def explained(tx: Tx, seller_id: str, payout_id: str) -> Explained:
    """One payout of a shop with everything behind it. Raises NotFound."""
    payout = next((each for each in of_seller(tx, seller_id) if each.id == payout_id), None)
    if payout is None:
        raise NotFound("There is no such payout of your shop.")
    account_id = payout.stripe_account_id
    back = came_back(tx, account_id)
    _, carrier = fates(repository.payouts(tx, account_id), back)[payout.id]
    parts = repository.parts(tx, account_id, payout.id)
    return Explained(
        payout,
        parts_in_groups(part for part in parts if not _is_itself(part, payout)),
        carrier if carrier != payout.id else None,
    )


def _is_itself(part: Part, payout: Payout) -> bool:
    """Stripe may list the payout's own transaction, too."""
    return part.origin_id == payout.id and part.type == "payout"


def parts_in_groups(parts: Iterable[Part]) -> tuple[Group, ...]:
    """Parts by what they are, the marketplace's first; empty groups are left out."""
    found: dict[str, list[Part]] = {name: [] for name in GROUPS}
    for part in parts:
        found[group_of(part)].append(part)
    return tuple(Group(name, tuple(inside)) for name, inside in found.items() if inside)


def group_of(part: Part) -> str:
    """The sort of a transaction: by our ledger if it is in there, else by Stripe's type."""
    if part.kind == "transfer_reversal":
        if part.dispute_id:
            return DISPUTES
        return DEBTS if part.settles_debt else REFUNDS
    if part.kind == "transfer" and not part.type.startswith(("payment", "charge", "transfer")):
        return REFUNDS  # a fee that came back stands as an adjustment of the sale
    return _OF_KIND.get(part.kind) or _OF_TYPE.get(part.type, OTHER)
