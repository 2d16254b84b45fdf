"""Fees, refunds and disputes of renewals, to the cent."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront import clock
from storefront.fees import parse_fee_rule
from storefront.ledger import service as ledger
from storefront.orders import service as orders
from storefront.orders.projection import Payment, project
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.stripe_objects.service import StripeObject
from storefront.subscriptions.starting import fee_percent
from storefront.worker import run_once
from tests.cast import Cast
from tests.client import Browser
from tests.subscriptions.club import Club

rules = st.builds(
    lambda percent, fixed: f"{percent}%" + (f" + usd {fixed}" if fixed else ""),
    st.decimals(0, 100, places=4),
    st.sampled_from(["", "0.30", "1"]),
)


def _order(total: int, percent: int) -> Order:
    return Order(
        id="o", number=1, token="t", seller_id="s", user_id=None, cart_id=None, fingerprint="",
        currency="usd", items_amount=total, shipping_amount=0, total_amount=total,
        application_fee_amount=total * percent // 10_000, destination="acct_1", shop_name="",
        refund_policy="", requires_shipping=0, created_at=clock.timestamp(), expires_at="",
        subscription_id="s", stripe_invoice_id="in_1", fee_percent=percent,
    )  # fmt: skip


def _charged(order: Order, fee: int) -> tuple[str, int]:
    charge = StripeObject("ch_1", "charge", "pi_1", {
        "status": "succeeded", "amount": order.total_amount, "currency": "usd", "created": 1,
        "destination": "acct_1", "application_fee_amount": fee,
    })  # fmt: skip
    paid = {"payment_status": "paid", "amount_total": order.total_amount, "currency": "usd"}
    columns = project(order, Payment(paid, charge)).columns
    return columns["status"], columns["application_fee_amount"]


@given(rules, st.integers(50, 10_000_000))
def test_the_fee_holds_however_stripe_rounds(rule: str, total: int) -> None:
    """A percentage that never takes more than the rule, and is accepted rounded either way."""
    parsed = parse_fee_rule(rule)
    amount, percent = parsed.fee(total, "usd"), fee_percent(parsed, "usd", total)
    exact = Decimal(total) * percent / 10_000
    down, nearest = int(exact), int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    pure = not parsed.fixed and parsed.millionths % 100 == 0
    assert percent == parsed.millionths // 100 if pure else nearest <= amount
    order = _order(total, percent)
    for taken in {down, nearest}:
        assert _charged(order, taken) == (orders.PAID, taken)
    for wrong in {down - 1, down + 2} - {-1}:
        assert _charged(order, wrong)[0] == "quarantined"


@pytest.mark.one_database
@pytest.mark.parametrize(("rounding", "fee"), [("floor", 99), ("nearest", 100)])
def test_the_books_hold_what_stripe_has_taken(cast: Cast, rounding: str, fee: int) -> None:
    cast.sandbox.control("switches", fee_percent_rounding=rounding)
    club = Club(cast, price_amount=995)  # 99.5 cents
    first = club.join()
    assert (first.status, first.application_fee_amount) == (orders.PAID, fee)
    newest = club.renew(first)
    assert (newest.status, newest.application_fee_amount) == (orders.PAID, fee)
    with cast.services.store.read() as tx:
        assert ledger.balances(ledger.of_order(tx, newest.id))["seller", "usd"] == 995 - fee


def test_a_renewal_is_refunded_in_part_with_both_flags_and_disputed(
    cast: Cast, as_user: Callable[..., Browser]
) -> None:
    club = Club(cast, price_amount=1000, stock=5)
    first = club.join()
    newest = club.renew(first)
    assert cast.stock(club.listing) == 4
    olga = cast.operator()
    wish = Wish(333, reverse_transfer=True, return_fee=True)
    refunds.request(cast.services, newest.id, wish, Author("a token of a form", olga.id))
    for _ in range(3):
        run_once(cast.services)
    after = cast.reread(newest)
    assert (after.refunded_amount, after.fee_refunded_amount) == (333, 33)
    with cast.services.store.read() as tx:
        balances = ledger.balances(ledger.of_order(tx, newest.id))
    assert balances["seller", "usd"] == 900 - 333 + 33
    made = cast.sandbox.control(f"charges/{newest.stripe_charge_id}/dispute")
    with cast.services.store.transaction() as tx:
        [disputed] = cast.services.settlement.fold(tx, made)
    assert (disputed.id, disputed.disputed) == (newest.id, 1)
    assert not cast.reread(first).disputed
    browser = as_user("Olga")
    for address in ("orders/{0}", "orders/{0}/funds", "refunds/{0}", "disputes/{1}/evidence"):
        browser.page("/admin/" + address.format(newest.id, made["id"]))
