"""Taking disputed money back from the seller, and giving it back when the dispute is won.

For destination charges the platform pays every dispute; "you can attempt to recover funds from the
connected account by reversing the transfer", and transfer them again after a win
(https://docs.stripe.com/connect/destination-charges#handle-disputes). What is recovered is a debt
of the seller's like any other (`debts`): it never takes more than is left of the transfer, and
waits where the seller has too little.
"""

from storefront.audit import service as audit
from storefront.current import Services
from storefront.debts import service as debts
from storefront.disputes import policies, service
from storefront.disputes.policies import AT_ONCE, KEEP, WHEN_LOST
from storefront.disputes.service import Dispute
from storefront.errors import Refused
from storefront.fees import fee_to_return
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Position
from storefront.repayments import service as repayments
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject

_LOST = {"lost", "prevented"}


def follow(tx: Tx, order: Order, _: list[StripeObject]) -> None:
    """Recover what the policy says, and undo what has fallen away: a follower of every order."""
    for dispute in service.of_order(tx, order.id):
        if debts.of_subject(tx, dispute.id) is not None:
            _give_back(tx, order, dispute)
        elif _due(tx, order, dispute):
            _recover(tx, order, dispute)


def why_not(tx: Tx, order: Order, dispute: Dispute) -> str:
    """Why nothing can be recovered from the seller; empty if something can."""
    if debts.of_subject(tx, dispute.id) is not None:
        return "It is being recovered already."
    if _may_not_go_back(order) and dispute.status not in _LOST:
        return (
            "This sale crossed a border in the seller's name, so Stripe might not let the money"
            " go back to the seller after a win. It can be recovered once the dispute is lost."
        )
    if dispute.withdrawn_amount <= 0:
        return "The bank holds nothing of it, so there is nothing to recover."
    if amount_of(tx, order, dispute) <= 0:
        return "Nothing is left of the transfer to the seller: it has been pulled back already."
    return ""


def amount_of(tx: Tx, order: Order, dispute: Dispute) -> int:
    """What would be recovered from the seller, in minor units: no more than the transfer holds."""
    at = refunds.position_of(tx, order)
    return min(_share(tx, at, dispute), at.reversible_amount)


def by_hand(services: Services, dispute_id: str, actor_id: str) -> None:
    """Recover what the bank has taken, once. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        order = refunds.order_of(tx, service.by_id(tx, dispute_id).order_id)
        order = services.settlement.project(tx, order.id)
        dispute = service.by_id(tx, dispute_id)
        if reason := why_not(tx, order, dispute):
            raise Refused(reason)
        _recover(tx, order, dispute, actor_id)


def _due(tx: Tx, order: Order, dispute: Dispute) -> bool:
    recovery = policies.of_seller(tx, dispute.seller_id).recovery
    if dispute.withdrawn_amount <= 0 or recovery not in {AT_ONCE, WHEN_LOST}:
        return False
    waits = recovery == WHEN_LOST or _may_not_go_back(order)
    return dispute.status in _LOST or not waits


def _may_not_go_back(order: Order) -> bool:
    """Whether what is reversed of a sale might not be transferable again after a win.

    "Wait to recover transfers from disputed cross-border payments with on_behalf_of until after
    the dispute is lost" (https://docs.stripe.com/connect/destination-charges#handle-disputes).
    """
    return bool(order.on_behalf_of and order.cross_border)


def _share(tx: Tx, at: Position, dispute: Dispute) -> int:
    """What the seller bears of what the bank holds: all of it, or all but our fee's part."""
    amount = dispute.withdrawn_amount
    if policies.of_seller(tx, dispute.seller_id).fee == KEEP:
        return amount
    given_up = min(at.refunded_with_fee + amount, at.total_amount)
    part = fee_to_return(
        at.application_fee_amount, at.total_amount, given_up, at.returned_with_them
    )
    return amount - part


def _recover(tx: Tx, order: Order, dispute: Dispute, actor_id: str | None = None) -> None:
    amount = amount_of(tx, order, dispute)
    if amount <= 0:
        return
    debts.begin(tx, order, dispute.id, amount)
    debts.count(tx, dispute.id, dispute.id, mail_kind="seller_disputed")
    detail = f"{display(amount, order.currency)}, {dispute.id}"
    audit.record(tx, actor_id, "dispute.recovered", order.id, detail)


def _give_back(tx: Tx, order: Order, dispute: Dispute) -> None:
    """Of what the bank has given back, nothing is owed, and what was taken for it goes back."""
    if dispute.withdrawn_amount > 0:
        return
    debts.cancel(tx, dispute.id, keep=0)
    debt = debts.of_subject(tx, dispute.id)
    if debt is not None and debt.settled_amount and not debt.requested_amount:
        repayments.give_back(tx, order, dispute.id, debt.settled_amount)
