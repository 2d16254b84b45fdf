"""What the pages about leaving show, before and afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from storefront.catalog import browsing
from storefront.leaving import repository, service, words
from storefront.leaving.repository import Matter
from storefront.plans import service as plans
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount, Seller
from storefront.store import Tx

_SHOWN = 10
Link = Callable[[Matter], str]


@dataclass(frozen=True, slots=True)
class Group:
    """Open matters of one kind: some of them with the address of each, and how many there are."""

    kind: str
    count: int
    shown: list[tuple[Matter, str]]

    @property
    def title(self) -> str:
        """What they are."""
        return words.TITLES[self.kind]

    @property
    def what_happens(self) -> str:
        """What leaving means for them."""
        return words.WHAT_HAPPENS[self.kind]


def _sold(matter: Matter) -> str:
    return url_for("orders.sold", order_id=matter.order_id)


def _order(matter: Matter) -> str:
    return url_for("admin.order", order_id=matter.order_id)


_SELLERS: Final[Mapping[str, Link]] = {
    repository.CHECKOUTS: lambda _: "",
    repository.SUBSCRIPTIONS: lambda each: url_for(
        "seller_subscriptions.show", subscription_id=each.id
    ),
    repository.REQUESTS: lambda each: url_for("seller_requests.show", request_id=each.id),
    repository.DISPUTES: lambda each: url_for("seller_disputes.show", dispute_id=each.id),
    repository.DEBTS: lambda _: url_for("seller_debts.index"),
}
_OPERATORS: Final[Mapping[str, Link]] = {
    repository.REFUNDS: lambda each: url_for(
        "refunds.show", order_id=each.order_id, refund_id=each.id
    ),
    repository.FAILED_REFUNDS: lambda each: url_for(
        "repayments.show", order_id=each.order_id, refund_id=each.id
    ),
    repository.SUBSCRIPTIONS: lambda each: url_for(
        "admin_subscriptions.show", subscription_id=each.id
    ),
    repository.REQUESTS: lambda each: url_for("admin_requests.show", request_id=each.id),
    repository.DISPUTES: lambda each: url_for("disputes.show", dispute_id=each.id),
    repository.DEBTS: lambda each: url_for("debts.show", debt_id=each.id),
}


def of_seller(tx: Tx, seller: Seller) -> dict[str, Any]:
    """For the seller."""
    return _context(tx, seller, lambda each: _SELLERS.get(each.kind, _sold)(each))


def of_operator(tx: Tx, seller: Seller) -> dict[str, Any]:
    """For the operator."""
    return _context(tx, seller, lambda each: _OPERATORS.get(each.kind, _order)(each))


def _context(tx: Tx, seller: Seller, link: Link) -> dict[str, Any]:
    account = sellers.account_of(tx, seller.id)
    left = accounts.earlier(tx, seller.id)
    call = service.call_of(tx, account) if account else None
    return {
        "seller": seller,
        "account": account,
        "left": left[0] if left and account is None else None,
        "under_way": words.UNDER_WAY if call and call.open else "",
        "refused": words.refused(call) if account and call and not call.open else "",
        "refunds_afterwards": words.REFUNDS_AFTERWARDS,
        "groups": _groups(tx, seller, account, link),
    }


def _groups(tx: Tx, seller: Seller, account: ConnectedAccount | None, link: Link) -> list[Group]:
    open_ = repository.matters(tx, seller.id)
    by_kind = {kind: [each for each in open_ if each.kind == kind] for kind in repository.KINDS}
    on_sale = browsing.shelf_counts(tx, seller.id)["published"] if account else 0
    listings = Group(repository.LISTINGS, on_sale or repository.paused(tx, seller.id), [])
    plan = Group(repository.PLAN, int(plans.holding(tx, seller.id) is not None), [])
    others = (
        Group(kind, len(found), [(each, link(each)) for each in found[:_SHOWN]])
        for kind, found in by_kind.items()
    )
    return [group for group in (listings, plan, *others) if group.count]
