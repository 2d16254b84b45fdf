"""Refunds above a set amount wait until a second operator agrees, or are declined."""

from dataclasses import replace

from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import NotFound, Refused
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import repository, service, words
from storefront.refunds.preview import Preview, preview
from storefront.refunds.repository import NEEDS_APPROVAL, REQUESTED, Refund
from storefront.store import Tx


def approve(services: Services, order_id: str, refund_id: str, actor_id: str) -> Refund:
    """Agree to a colleague's refund, and make it. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, service.order_of(tx, order_id).id)
        refund = _waiting(tx, order, refund_id)
        if refund.actor_id == actor_id:
            raise Refused("You asked for this refund yourself; another operator must approve it.")
        planned = _planned_again(tx, order, refund)
        repository.update(tx, refund.id, state=REQUESTED)
        audit.record(tx, actor_id, "refund.approved", order.id, _detail(refund))
        service.prepare(tx, order, refund, planned)
    return service.send(services, refund)


def decline(
    services: Services, order_id: str, refund_id: str, actor_id: str, actor_name: str
) -> None:
    """Say no to a refund, or take one's own back; its amount can be refunded again.

    Raises NotFound, and Refused if it does not wait any more.
    """
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, service.order_of(tx, order_id).id)
        refund = _waiting(tx, order, refund_id)
        verb = "took it back" if refund.actor_id == actor_id else "did not approve it"
        repository.decline(tx, refund.id, f"{actor_name} {verb}. Nothing was sent to Stripe.")
        audit.record(tx, actor_id, "refund.declined", order.id, _detail(refund))
        services.settlement.project(tx, order.id)


def _waiting(tx: Tx, order: Order, refund_id: str) -> Refund:
    refund = repository.by_id(tx, refund_id)
    if refund is None or refund.order_id != order.id:
        raise NotFound("There is no such refund of this order.")
    if refund.state != NEEDS_APPROVAL:
        raise Refused("This refund does not wait for anybody any more.")
    return refund


def _planned_again(tx: Tx, order: Order, refund: Refund) -> Preview:
    """What the refund does now. Raises Refused if that is not what was approved."""
    if order.disputed:
        raise Refused(words.why_not(order))
    at = service.position_of(tx, order, without=refund.id)
    planned = preview(
        replace(at, refundable_amount=order.refundable_amount + refund.amount),
        refund.amount,
        reverse_transfer=refund.reverse_transfer,
        return_fee=refund.return_fee,
        owed=refund.owed,
    )
    if planned.fee_amount != refund.fee_amount:
        raise Refused("The amounts have changed meanwhile. Decline this refund and make it anew.")
    return planned


def _detail(refund: Refund) -> str:
    return f"{display(refund.amount, refund.currency)}, refund {refund.id}"
