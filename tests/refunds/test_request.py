"""Refunds through Stripe's API, read back from both sets of books."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.orders.service import Order
from storefront.refunds.service import Refund
from tests.cast import Cast, both_fee_modes
from tests.refunds.conftest import Books
from tests.support.stripe import Stripe

Make = Callable[..., Refund]
Enrich = Callable[[Order], None]
Now = Callable[[Order], Order]


@both_fee_modes
def test_a_sale_is_shared_as_stripes_example_says(paid: Order, books: Books) -> None:
    """https://docs.stripe.com/connect/destination-charges: 10.00 charged, fee 1.23, Stripe 0.59."""
    assert books.ledger(paid) == {
        "shopper": -1000,
        "seller": 877,
        "platform": 64,
        "stripe_fees": 59,
    }
    assert (books.stripe(paid.destination), books.stripe(None)) == (877, 64)


@pytest.mark.parametrize(
    ("fee_mode", "reverse_transfer", "return_fee", "seller", "platform"),
    [
        (APPLICATION_FEE, False, False, 877, -936),
        (APPLICATION_FEE, True, False, -123, 64),
        (APPLICATION_FEE, True, True, 0, -59),
        (TRANSFER_AMOUNT, False, False, 877, -936),
        (TRANSFER_AMOUNT, True, True, 0, -59),
    ],
)
def test_a_full_refund_leaves_what_stripe_documents(
    paid: Order,
    refund: Make,
    books: Books,
    enrich: Enrich,
    reverse_transfer: bool,
    return_fee: bool,
    seller: int,
    platform: int,
) -> None:
    enrich(paid)
    before = books.stripe(paid.destination), books.stripe(None)
    made = refund(paid, 1000, reverse_transfer=reverse_transfer, return_fee=return_fee)
    assert made.state == "succeeded"
    assert books.ledger(paid) == {
        "shopper": 0,
        "seller": seller,
        "platform": platform,
        "stripe_fees": 59,
    }
    assert books.stripe(paid.destination) - before[0] == seller - 877
    assert books.stripe(None) - before[1] == platform - 64


@both_fee_modes
@pytest.mark.parametrize("rounding", ["floor", "nearest"])
@pytest.mark.parametrize(
    "parts", [(400, 600), (1, 998, 1), (333, 333, 334), (999, 1), (125, 375, 250, 250)]
)
def test_partial_refunds_end_at_nothing_for_seller_and_fee(
    paid: Order,
    refund: Make,
    books: Books,
    enrich: Enrich,
    now: Now,
    sandbox: Stripe,
    parts: tuple[int, ...],
    rounding: str,
) -> None:
    """Whatever Stripe's rounding is, none of it reaches the books."""
    sandbox.control("switches", fee_refund_rounding=rounding)
    enrich(paid)
    before = books.stripe(paid.destination), books.stripe(None)
    for part in parts:
        made = refund(paid, part)
        expected = 123 * (now(paid).refunded_amount) // 1000
        assert (made.state, now(paid).fee_refunded_amount) == ("succeeded", expected)
    balances = books.ledger(paid)
    assert (balances["shopper"], balances["seller"], balances["platform"]) == (0, 0, -59)
    assert books.stripe(paid.destination) - before[0] == -877
    assert books.stripe(None) - before[1] == -59 - 64


def test_a_seller_without_other_money_can_pay_back_in_parts(
    paid: Order, refund: Make, books: Books
) -> None:
    """The last part asks for the rest of the fee in the same call, or the seller were short."""
    assert refund(paid, 400).state == "succeeded"
    refund(paid, 600)
    assert books.ledger(paid)["seller"] == 0
    assert books.stripe(paid.destination) == 0


@pytest.mark.parametrize("fee_mode", [TRANSFER_AMOUNT])
def test_a_platform_without_other_money_refunds_with_what_it_pulls_back(
    paid: Order, refund: Make, books: Books, now: Now, served: str, sandbox: Stripe
) -> None:
    """Pulling back is a call of its own after the refund, which waits until then."""
    first = refund(paid, 400)
    assert (first.state, "balance is too low" in first.failure) == ("pending", True)
    sandbox.settle()
    assert sandbox.get(f"/v1/refunds/{first.stripe_refund_id}")["status"] == "succeeded"
    assert (books.ledger(paid)["seller"], books.stripe(paid.destination)) == (526, 526)
    assert now(paid).refunded_amount == 400


@both_fee_modes
def test_who_pays_can_change_from_part_to_part(
    paid: Order, refund: Make, books: Books, enrich: Enrich
) -> None:
    """The last part pulls back itself only, although it completes the charge."""
    enrich(paid)
    before = books.stripe(paid.destination)
    refund(paid, 400, reverse_transfer=False, return_fee=False)
    assert refund(paid, 600).fee_amount == 73
    assert books.ledger(paid) == {
        "shopper": 0,
        "seller": 877 - 600 + 73,
        "platform": 64 - 400 - 73,
        "stripe_fees": 59,
    }
    assert books.stripe(paid.destination) - before == -600 + 73


@both_fee_modes
def test_a_seller_short_of_money_for_the_last_part_owes_it(
    paid: Order, refund: Make, books: Books, sandbox: Stripe
) -> None:
    sandbox.control("topup", amount=5000, currency="usd")
    refund(paid, 400, reverse_transfer=False, return_fee=False)
    sandbox.control("payout", account=paid.destination, currency="usd")
    made = refund(paid, 600)
    assert (made.state, made.owed, made.fee_amount) == ("succeeded", True, 73)
    returned = 73 if paid.fee_mode == APPLICATION_FEE else 0
    assert books.ledger(paid)["seller"] == 877 + returned
    assert books.claims(paid) == (-527 - returned, 527 + returned)


def test_what_is_left_shrinks_and_no_more_is_refunded(
    paid: Order, refund: Make, now: Now, sandbox: Stripe
) -> None:
    refund(paid, 400, return_fee=False)
    assert now(paid).refundable_amount == 600
    with pytest.raises(Refused, match=r"Only \$6\.00"):
        refund(paid, 601)
    assert len(sandbox.get("/v1/refunds")["data"]) == 1


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_are_no_amounts(paid: Order, refund: Make, amount: int) -> None:
    with pytest.raises(Invalid, match="more than nothing"):
        refund(paid, amount)


def test_an_unpaid_order_is_refused(cast: Cast, refund: Make) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    with pytest.raises(Refused, match="not paid"):
        refund(order, 1000)


def test_a_disputed_order_is_refused(
    paid: Order, refund: Make, served: str, sandbox: Stripe
) -> None:
    sandbox.control(f"charges/{paid.stripe_charge_id}/dispute")
    sandbox.settle()
    with pytest.raises(Refused, match="disputes"):
        refund(paid, 1000)


def test_the_same_form_makes_one_refund(paid: Order, refund: Make, sandbox: Stripe) -> None:
    first, second = refund(paid, 400, token="form"), refund(paid, 400, token="form")
    assert first.id == second.id
    assert len(sandbox.get("/v1/refunds")["data"]) == 1


def test_a_form_of_one_order_refunds_no_other(cast: Cast, refund: Make, paid: Order) -> None:
    other = cast.order(cast.listing(cast.shop("Ann")))
    refund(paid, 400, token="form")
    with pytest.raises(Refused, match="another order"):
        refund(other, 400, token="form")


def test_a_seller_short_of_money_means_no_refund_and_nothing_reserved(
    paid: Order, refund: Make, now: Now, sandbox: Stripe
) -> None:
    sandbox.control("payout", account=paid.destination, currency="usd")
    made = refund(paid, 1000)
    assert (made.state, "balance at Stripe is too low" in made.failure) == ("rejected", True)
    assert now(paid).refundable_amount == 1000
    assert not sandbox.get("/v1/refunds")["data"]
    sandbox.control("topup", amount=1000, currency="usd")
    assert refund(paid, 1000, reverse_transfer=False, return_fee=False).state == "succeeded"


def test_stripe_is_told_whose_refund_it_is_and_why(
    paid: Order, refund: Make, sandbox: Stripe
) -> None:
    made = refund(paid, 400)
    kept = sandbox.get(f"/v1/refunds/{made.stripe_refund_id}")
    assert kept["reason"] == "requested_by_customer"
    assert kept["metadata"]["refund_id"] == made.id
    assert kept["metadata"]["order_id"] == paid.id


def test_who_refunded_stays_on_record(services: Services, paid: Order, refund: Make) -> None:
    refund(paid, 400)
    with services.store.read() as tx:
        rows = tx.all(
            "SELECT u.name, a.action, a.detail FROM audit_log a JOIN users u ON u.id = a.actor_id"
            " WHERE a.subject_id = :id",
            id=paid.id,
        )
    assert [(row["name"], row["action"]) for row in rows] == [("Olga", "refund.requested")]
    assert rows[0]["detail"].startswith("$4.00, pulled back from the seller, fee returned $0.49")
