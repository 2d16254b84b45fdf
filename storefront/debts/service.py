"""What sellers owe: the platform has paid for them, and takes it back when they have money again.

Stripe reverses a transfer only if the connected account can pay for it
(https://docs.stripe.com/connect/separate-charges-and-transfers#reverse-transfers), so a reversal
that would be refused is put off. Whenever the account has money, as much of the order's transfer
is reversed as it has, until nothing is owed. Each part is a call of its own, made once.
"""

from functools import partial
from typing import Any

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.debts import repository
from storefront.debts.repository import DONE, REJECTED, REQUESTED, Debt, Settlement
from storefront.errors import NotFound, Refused
from storefront.ids import new_id
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.mail import service as mail
from storefront.money import display
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.orders.settlement import Settlement as OrderSettlement
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_objects.events import Event, Fold, Handlers

__all__ = [
    "Debt",
    "Settlement",
    "begin",
    "by_id",
    "cancel",
    "count",
    "held_amount",
    "hurry",
    "of_order",
    "of_subject",
    "owed",
    "page",
    "promised_amount",
    "register",
    "settle_due",
    "settlements",
    "write_off",
]

OPERATION = "debt_settlement.create"
_MINUTES_BETWEEN_TRIES = 60

hurry = repository.hurry
of_order = repository.of_order
lock = repository.lock
of_subject = repository.of_subject
owed = repository.owed
page = repository.page
settlements = repository.settlements


def register(outcomes: Outcomes, handlers: Handlers, settlement: OrderSettlement) -> None:
    """Listen to the reversals of this feature, and to money that arrives at sellers."""
    outcomes.on(OPERATION, partial(_answered, settlement))
    handlers.on("balance.available", _money_arrived, scope="connect")


def by_id(tx: Tx, debt_id: str) -> Debt:
    """One debt that counts. Raises NotFound."""
    found = repository.by_id(tx, debt_id)
    if found is None or found.stripe_object_id is None:
        raise NotFound("There is no such debt.")
    return found


def held_amount(tx: Tx, order_id: str, *, without: str = "") -> int:
    """What an order's debts have taken back of its transfer, or are going to, in minor units.

    `without` names a subject whose debt is left out.
    """
    found = repository.of_order(tx, order_id)
    return sum(debt.held_amount for debt in found if debt.subject_id != without)


def promised_amount(tx: Tx, order_id: str, *, without: str = "") -> int:
    """What of that has not been taken back yet, so that at Stripe it is still on the transfer."""
    found = repository.of_order(tx, order_id)
    return sum(
        debt.held_amount - debt.settled_amount for debt in found if debt.subject_id != without
    )


def begin(tx: Tx, order: Order, subject_id: str, amount: int) -> None:
    """Set aside so much of an order's transfer. It is owed once its cause exists (`count`)."""
    now = clock.timestamp()
    new = Debt(
        id=new_id(),
        subject_id=subject_id,
        order_id=order.id,
        seller_id=order.seller_id,
        destination=order.destination,
        amount=amount,
        currency=order.currency,
        stripe_object_id=None,
        canceled_amount=0,
        next_try_at=None,
        created_at=now,
        updated_at=now,
        order_number=order.number,
        shop_name=order.shop_name,
        settled_amount=0,
        requested_amount=0,
    )
    repository.insert(tx, new)


def count(
    tx: Tx, subject_id: str, stripe_object_id: str, *, mail_kind: str = "seller_owes"
) -> None:
    """What was set aside is owed from now on, since Stripe has made the object that it is for."""
    debt = repository.of_subject(tx, subject_id)
    if debt is None or debt.stripe_object_id is not None or debt.held_amount == 0:
        return
    repository.update(tx, debt.id, stripe_object_id=stripe_object_id, next_try_at=clock.timestamp())
    _book(tx, debt, "debt", "seller_debt", "platform_claim", debt.amount, stripe_object_id)
    context = {"amount": debt.amount, "currency": debt.currency}
    mail.enqueue(tx, mail_kind, debt.id, context=context, order_id=debt.order_id)


def cancel(tx: Tx, subject_id: str, keep: int) -> None:
    """No more than `keep` is owed for a subject, since what it paid for has not happened.

    Where a part is being taken back at this moment, this must be said again afterwards.
    """
    repository.lock(tx, subject_id)
    debt = repository.of_subject(tx, subject_id)
    if debt is not None and not debt.requested_amount:
        _cancel(tx, debt, debt.held_amount - max(keep, debt.settled_amount), "debt_canceled")


def write_off(tx: Tx, debt_id: str, note: str, actor_id: str) -> None:
    """Forgive the rest of a debt. Raises NotFound, and Refused if there is none."""
    repository.lock(tx, debt_id)
    debt = by_id(tx, debt_id)
    if debt.owed_amount == 0:
        raise Refused("Nothing is owed any more.")
    if debt.requested_amount:
        raise Refused("A part is being taken back at this moment. Try again in a minute.")
    _cancel(tx, debt, debt.owed_amount, "debt_written_off")
    detail = f"{display(debt.owed_amount, debt.currency)} of {debt.shop_name}: {note or 'no note'}"
    audit.record(tx, actor_id, "debt.written_off", debt.order_id, detail)


def _cancel(tx: Tx, debt: Debt, amount: int, kind: str) -> None:
    if amount <= 0:
        return
    repository.update(tx, debt.id, canceled_amount=debt.canceled_amount + amount)
    if debt.stripe_object_id is not None:
        _book(tx, debt, kind, "platform_claim", "seller_debt", amount, debt.stripe_object_id)


def _book(
    tx: Tx, debt: Debt, kind: str, debit: str, credit: str, amount: int, stripe_object_id: str
) -> None:
    entry = Entry(kind, debit, credit, amount, debt.currency, stripe_object_id)
    ledger.book(tx, debt.order_id, [entry])


def settle_due(services: Services, limit: int = 10) -> int:
    """Take back what accounts have money for by now; how many debts were looked at."""
    with services.store.read() as tx:
        waiting = repository.due(tx, limit)
    balances: dict[str, dict[str, int]] = {}
    for debt in waiting:
        if debt.destination not in balances:
            balances[debt.destination] = _available(services, debt.destination)
        has = balances[debt.destination]
        with services.store.transaction() as tx:
            taken = _take_back(tx, debt.id, has.get(debt.currency, 0))
        has[debt.currency] = has.get(debt.currency, 0) - taken
    return len(waiting)


def _available(services: Services, account_id: str) -> dict[str, int]:
    """What an account can pay with; nothing while Stripe does not tell."""
    try:
        return services.gateway.balance(account_id, pending=False)
    except StripeFailure:
        return {}


def _take_back(tx: Tx, debt_id: str, has: int) -> int:
    """Have as much reversed as the account has, in minor units; whatever is left waits."""
    later = clock.in_future(minutes=_MINUTES_BETWEEN_TRIES)
    repository.update(tx, debt_id, next_try_at=later)  # first, since it keeps others out
    debt = by_id(tx, debt_id)
    amount = min(debt.owed_amount - debt.requested_amount, has)
    if amount <= 0:
        return 0
    now = clock.timestamp()
    part = Settlement(new_id(), debt.id, amount, REQUESTED, "", None, now, now)
    repository.insert_settlement(tx, part)
    _prepare(tx, debt, part)
    return amount


def _prepare(tx: Tx, debt: Debt, part: Settlement) -> None:
    order = orders.by_id(tx, debt.order_id)
    assert order is not None  # noqa: S101 - the row names it
    sent = {
        "amount": part.amount,
        "description": f"Owed for order {order.number}",
        "metadata": {
            "dispute_id" if debt.of_dispute else "refund_id": debt.subject_id,
            "order_id": order.id,
        },
    }
    stripe_calls.prepare(tx, OPERATION, part.id, sent, target=order.stripe_transfer_id or "")


def _answered(
    settlement: OrderSettlement, tx: Tx, call: StripeCall, answer: dict[str, Any] | None
) -> None:
    part = repository.settlement(tx, call.subject_id)
    assert part is not None  # noqa: S101 - written together with the call
    debt = by_id(tx, part.debt_id)
    if answer is None:
        why = call.error_message or "Stripe has no trace of it."
        repository.answered(tx, part.id, REJECTED, failure=why)
        settlement.project(tx, debt.order_id)
        return
    repository.answered(tx, part.id, DONE, reversal_id=answer["id"])
    _book(tx, debt, "debt_settled", "platform_claim", "seller_debt", part.amount, answer["id"])
    settlement.fold(tx, answer)


def _money_arrived(tx: Tx, event: Event) -> Fold:
    repository.hurry(tx, event.account)
    return "done"
