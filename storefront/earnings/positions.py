"""What sales have brought a seller, and where that money is: pure functions.

For each currency: earned = paid out + on its way + owed + converted + not told yet. What was earned
comes from our ledger, the next three from the copies of the account's balance transactions, and
converted is what the ledger says of those that Stripe keeps in another currency. The last is what
the copies do not know, and pages name it; it is never hidden in another number.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from storefront.payouts.service import ON_ITS_WAY, PAID, Sum

Fates = Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Position:
    """A seller's money in a currency, in minor units. Nothing of sales outside this marketplace.

    `elsewhere` is what was earned on accounts of which there are no copies (any more),
    `converted` what Stripe changed into other currencies, and `changed` how much of this currency
    that was: neither is in another number.
    `arrives_at` and `available_at` are when the next money arrives or becomes available.
    """

    currency: str
    earned: int = 0
    paid_out: int = 0
    on_its_way: int = 0
    available: int = 0
    waiting: int = 0
    elsewhere: int = 0
    debt: int = 0
    changed: int = 0
    known: bool = False
    arrives_at: str | None = None
    available_at: str | None = None
    converted: dict[str, int] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        """What is in no payout yet."""
        return self.available + self.waiting

    @property
    def moved(self) -> bool:
        """Whether any money has come or gone, even if nothing is left of it."""
        return any((self.earned, self.available, self.waiting, self.on_its_way, self.paid_out))

    @property
    def untold(self) -> int:
        """What the ledger knows and the copies do not, or (below zero) the other way round."""
        if not self.known:
            return 0
        placed = self.paid_out + self.on_its_way + self.owed
        return self.earned - self.elsewhere - self.changed - placed


def positions(
    earned: Mapping[str, int],
    sums: Collection[Sum],
    fates: Fates,
    arrivals: Mapping[str, str | None],
    changed: Mapping[str, int],
    *,
    known: bool,
) -> dict[str, Position]:
    """The position in each currency. `fates` and `arrivals` are by payout."""
    amounts = dict(earned) | {each.booked: earned.get(each.booked, 0) for each in sums}
    found = {
        currency: Position(currency, amount, changed=changed.get(currency, 0), known=known)
        for currency, amount in amounts.items()
    }
    for each in sums:
        position = found[each.booked]
        if each.currency != each.booked:
            before = position.converted.get(each.currency, 0)
            position.converted[each.currency] = before + each.amount
        else:
            _place(position, each, fates, arrivals)
    return found


def _place(position: Position, each: Sum, fates: Fates, arrivals: Mapping[str, str | None]) -> None:
    fate, carrier = fates.get(each.payout_id or "", ("", ""))
    if fate == PAID:
        position.paid_out += each.amount
    elif fate == ON_ITS_WAY:
        position.on_its_way += each.amount
        position.arrives_at = _earlier(position.arrives_at, arrivals.get(carrier))
    elif each.waits:
        position.waiting += each.amount
        position.available_at = _earlier(position.available_at, each.available_at)
    else:
        position.available += each.amount


def _earlier(one: str | None, other: str | None) -> str | None:
    return min(filter(None, (one, other)), default=None)
