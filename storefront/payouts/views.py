"""A seller's payouts: the list, and each with everything behind it."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current, money, spreadsheet
from storefront.errors import NotFound
from storefront.payouts import service, words
from storefront.payouts.service import Explained, Payout
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("payouts", __name__)

PAGE_SIZE = 25
SHOWN = 200
"""Parts of a group that a page shows; the file has all of them."""

blueprint.add_app_template_filter(words.status, "payout_status")
blueprint.add_app_template_filter(words.group, "payout_group")
blueprint.add_app_template_filter(words.why, "part_why")


@blueprint.get("/sell/payouts")
@policy("seller")
def index() -> ResponseReturnValue:
    """What Stripe has sent to the seller's bank, the newest first."""
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        copied, found = _found(tx)
    start = (page - 1) * PAGE_SIZE
    return render_template(
        "payouts/index.html",
        copied=copied,
        payouts=found[start : start + PAGE_SIZE],
        page=page,
        more=len(found) > start + PAGE_SIZE,
        state=request.args.get("state", ""),
        states=words.STATES,
    )


@blueprint.get("/sell/payouts.csv")
@policy("seller")
def table() -> ResponseReturnValue:
    """The same payouts as a file for a spreadsheet."""
    with current.store().read() as tx:
        _, found = _found(tx)
    return spreadsheet.download("payouts.csv", list(_rows(found)))


def _found(tx: Tx) -> tuple[bool, list[Payout]]:
    """Whether anything was copied, and the payouts that are asked for. Raises NotFound."""
    state, seller = request.args.get("state", ""), own_shop(tx)
    if state and state not in service.STATES:
        raise NotFound("Payouts are on their way, paid out, or came back.")
    found = service.of_seller(tx, seller.id)
    chosen = [each for each in found if not state or service.state(each) == state]
    return bool(service.accounts(tx, seller.id)), chosen


def _rows(found: list[Payout]) -> Iterator[tuple[Any, ...]]:
    yield ("created_at", "payout", "state", "arrives_at", "amount", "currency", "automatic")
    for each in found:
        state, amount = words.status(each)[0], money.plain(each.amount, each.currency)
        yield (each.created_at, each.id, state, each.arrives_at or "", amount, each.currency,
               "yes" if each.automatic else "no")  # fmt: skip


@blueprint.get("/sell/payouts/<payout_id>")
@policy("seller")
def show(payout_id: str) -> ResponseReturnValue:
    """One payout and the sales behind it."""
    with current.store().read() as tx:
        found = service.explained(tx, own_shop(tx).id, payout_id)
    return render_template(
        "payouts/show.html",
        found=found,
        verdict=words.verdict(found),
        back=words.back(found),
        shown=SHOWN,
    )


@blueprint.get("/sell/payouts/<payout_id>/parts.csv")
@policy("seller")
def parts(payout_id: str) -> ResponseReturnValue:
    """Everything behind a payout as a file for a spreadsheet; it ends with the total."""
    with current.store().read() as tx:
        found = service.explained(tx, own_shop(tx).id, payout_id)
    return spreadsheet.download(f"{found.payout.id}.csv", list(_part_rows(found)))


def _part_rows(found: Explained) -> Iterator[tuple[Any, ...]]:
    currency = found.payout.currency
    yield ("at", "group", "why", "order", "amount", "fee", "net", "currency", "stripe_object")
    for group in found.groups:
        for part in group.parts:
            fee = part.amount - part.net
            amounts = [money.plain(each, currency) for each in (part.amount, fee, part.net)]
            yield (part.at, words.group(group.name), spreadsheet.harmless(words.why(part)),
                   part.order_number or "", *amounts, currency, part.id)  # fmt: skip
    yield ("", "Total", "", "", "", "", money.plain(found.total, currency), currency, "")
