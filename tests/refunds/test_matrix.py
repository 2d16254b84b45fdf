"""Every row of docs/REFUNDS.md, played on the refund page: what it says is what happens."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from storefront.debts import service as debts
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import service as refunds
from storefront.refunds.preview import Effect
from storefront.refunds.service import Refund
from storefront.refunds.words import STATUS
from tests.cast import Cast
from tests.client import Browser
from tests.refunds import matrix
from tests.refunds.conftest import Books
from tests.refunds.matrix import BANKS, PARTS, ROWS, Row
from tests.support.pages import Page
from tests.support.stripe import Stripe

pytestmark = pytest.mark.one_database

SENT_BACK = STATUS["failed"]
REASONS = (
    "The shopper's bank disputes this payment.",
    "Only $8.77 is left to pull back from the seller.",
    "Only $5.26 is left to pull back from the seller.",
)
NOTES = {
    "The seller's balance at Stripe is too low": "the seller has too little",
    "to pull the money back at once": "not pulled back at once",
}
"""What the page says, and what the table calls it."""

_written: dict[tuple[str, ...], tuple[str, ...]] = {}


@pytest.fixture
def fee_mode(row: Row) -> str:
    return row.fee_mode


@pytest.fixture
def sold(
    row: Row, cast: Cast, refund: Callable[..., Refund], sandbox: Stripe, served: str
) -> Order:
    """The sale of 10.00 with a fee of 1.23 in the circumstances of a row."""
    order = cast.order(cast.listing(cast.shop()), card=BANKS[row.bank])
    sandbox.control("topup", amount=100_000, currency="usd")
    if row.part == "the rest":
        refund(order, 400)
    if row.short:
        sandbox.control("payout", account=order.destination, currency="usd")
    else:
        sandbox.control("topup", account=order.destination, amount=100_000, currency="usd")
    if row.disputed:
        sandbox.control(f"charges/{order.stripe_charge_id}/dispute", reason="fraudulent")
    sandbox.settle()
    return order


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_of_the_table(
    row: Row,
    sold: Order,
    cast: Cast,
    books: Books,
    as_user: Callable[[str], Browser],
) -> None:
    before = books.ledger(sold), books.stripe(sold.destination)
    result, shown = _play(as_user("Olga"), cast, sold, row)
    after = books.ledger(sold), books.stripe(sold.destination)
    gained = {who: after[0][who] - before[0][who] for who in ("shopper", "seller", "platform")}
    if shown and result != SENT_BACK and "at once" not in result:
        assert gained == {"shopper": shown.shopper, "seller": shown.seller,
                          "platform": shown.platform}  # fmt: skip
    assert after[1] - before[1] == gained["seller"]
    _agree(cast)
    cells = (result, *map(_amount, gained.values()), _amount(_owed(cast, sold)))
    if matrix.WRITING:
        _written[row.key] = cells
    assert matrix.WRITING or cells == matrix.read()[row.key]


def test_the_table_has_these_rows_and_no_others() -> None:
    if matrix.WRITING:
        matrix.write(_written)
    assert list(matrix.read()) == [row.key for row in ROWS]


def _play(olga: Browser, cast: Cast, sold: Order, row: Row) -> tuple[str, Effect | None]:
    """Refund on the page, and let the bank do what it does.

    What the operator reads then, and what was shown before if anything has happened.
    """
    path = f"/admin/refunds/{sold.id}"
    amount = f"{PARTS[row.part] / 100:.2f}"
    sent = {"scope": "amount", "amount": amount, "share": row.share, "reason": "duplicate"}
    answer = olga.post(f"{path}/confirm", data=sent)
    if answer.status_code != 200:
        return _refused(answer, olga.page(path).text), None
    shown = _shown(cast, sold, row)
    olga.post(path, data=Page(answer.text).form(path))
    cast.sandbox.settle()
    made = _newest(cast, sold)
    if row.bank == "sends it back" and made.state == "succeeded":
        cast.sandbox.control(f"refunds/{made.stripe_refund_id}/fail", reason="declined")
        cast.sandbox.settle()
        made = _newest(cast, sold)
    page = olga.page(f"{path}/{made.id}").text
    return _result(made, page), None if made.state == "rejected" else shown


def _shown(cast: Cast, sold: Order, row: Row) -> Effect:
    with cast.services.store.read() as tx:
        at = refunds.position_of(tx, refunds.order_of(tx, sold.id))
    option = next(each for each in refunds.choices(at, PARTS[row.part]) if each.share == row.share)
    assert option.preview
    return option.preview.effect


def _refused(answer: TestResponse, page: str) -> str:
    """Why there is no such refund; the page says it before anybody asks."""
    reason = next(why for why in REASONS if why in Page(answer.text).text)
    assert answer.status_code in {409, 422}
    assert reason in page or reason.startswith("Only")
    return f"Not offered: {reason}"


def _result(made: Refund, page: str) -> str:
    word = STATUS[made.state]
    assert word in page
    for sentence, note in NOTES.items():
        if sentence in page:
            return f"{word}; {note}"
    return word


def _newest(cast: Cast, sold: Order) -> Refund:
    with cast.services.store.read() as tx:
        return refunds.of_order(tx, sold.id)[0]


def _owed(cast: Cast, sold: Order) -> int:
    with cast.services.store.read() as tx:
        return sum(debt.owed_amount for debt in debts.of_order(tx, sold.id))


def _agree(cast: Cast) -> None:
    run = reconciling.start(cast.services, reconciling.COMMAND)
    assert reconciling.run_to_end(cast.services, run, lambda _: None).differences == 0


def _amount(amount: int) -> str:
    return f"{amount / 100:+.2f}".replace("-", "−") if amount else "0"
