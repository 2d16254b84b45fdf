"""What the refund pages show, put together once for pages and fragments."""

from typing import Any

from storefront.errors import Refused, StorefrontError
from storefront.money import plain
from storefront.orders.service import Order
from storefront.refunds import service, words
from storefront.refunds.forms import PART, RefundForm, proposal
from storefront.refunds.preview import Position, Preview, choices, preview
from storefront.refunds.service import CREATE, PULL_BACK, RETURN_FEE, Wish
from storefront.store import Tx

Context = dict[str, Any]

_FOLLOW_UPS = (PULL_BACK, RETURN_FEE)


def of_order(tx: Tx, order: Order) -> Context:
    """The refund page as it is first shown; why there is no form if nothing can be refunded."""
    context = {
        "order": order,
        "history": service.history(tx, order.id),
        "why_not": words.why_not(order),
    }
    if context["why_not"]:
        return context
    at = service.position_of(tx, order)
    return context | _chosen(order, at, proposal(at))


def of_form(tx: Tx, order: Order, form: RefundForm) -> Context:
    """The page with what was chosen. Raises Refused if nothing can be refunded."""
    if reason := words.why_not(order):
        raise Refused(reason)
    history = service.history(tx, order.id)
    chosen = _chosen(order, service.position_of(tx, order), form)
    return {"order": order, "history": history, "why_not": "", **chosen}


def _chosen(order: Order, at: Position, form: RefundForm) -> Context:
    """The form and what its choices would do; `problem` says why they are impossible."""
    try:
        wish = form.wish(order)
        service.check(order, wish)
    except StorefrontError as error:
        return {"form": form, "shown": None, "problem": error.message, "options": [], "at": at}
    flags = {"reverse_transfer": wish.reverse_transfer, "return_fee": wish.return_fee}
    options = choices(at, wish.amount)
    try:
        shown = preview(at, wish.amount, **flags)
    except Refused as error:
        return {
            "form": form, "shown": None, "problem": error.message, "options": options, "at": at,
        }  # fmt: skip
    return {"form": form, "shown": shown, "problem": "", "options": options, "at": at}


def fields(wish: Wish, order: Order, shown: Preview, form_token: str) -> dict[str, str]:
    """What the confirm page sends: the choices once more, and what was shown for them."""
    sent = {
        "scope": PART,
        "amount": plain(wish.amount, order.currency),
        "reason": wish.reason,
        "message": wish.message,
        "fee_amount": str(shown.fee_amount),
        "form_token": form_token,
    }
    flags = {"reverse_transfer": wish.reverse_transfer, "return_fee": wish.return_fee}
    return sent | {name: "y" for name, chosen in flags.items() if chosen}


def of_refund(tx: Tx, order: Order, refund_id: str) -> Context:
    """One refund of an order. Raises NotFound, also for another order's."""
    found = service.one_of(tx, order.id, refund_id)
    follow_ups = [service.call_of(tx, operation, refund_id) for operation in _FOLLOW_UPS]
    under_way = any(call is not None and call.open for call in follow_ups)
    return {
        "order": order,
        "found": found,
        "refund": found.refund,
        "call": service.call_of(tx, CREATE, refund_id),
        "notes": [note for note in map(words.follow_up, follow_ups) if note],
        "moving": under_way or not found.refund.settled,
    }
