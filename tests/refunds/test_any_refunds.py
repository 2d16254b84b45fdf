"""Any order, refunded in any parts: the preview is what Stripe's books and ours say afterwards."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Preview, Refund
from tests.cast import Cast, Shop, both_fee_modes
from tests.refunds.conftest import Books
from tests.support.stripe import Stripe

pytestmark = pytest.mark.one_database

MINIMUM, MAXIMUM = 100, 200_000


@pytest.fixture
def shops(cast: Cast, sandbox: Stripe) -> list[Shop]:
    """A shop in dollars and one in yen, both with money of their own."""
    made = [cast.shop(), cast.shop("Yuki", currency="jpy")]
    for shop in made:
        wealth = {"amount": 100 * MAXIMUM, "currency": shop.seller.currency}
        sandbox.control("topup", **wealth)
        sandbox.control("topup", account=shop.account, **wealth)
    return made


def possible(services: Services, order: Order, amount: int) -> list[Preview]:
    """What the refund page would offer."""
    with services.store.read() as tx:
        at = refunds.position_of(tx, refunds.order_of(tx, order.id))
    return [option.preview for option in refunds.choices(at, amount) if option.preview]


@both_fee_modes
@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_preview_is_what_happens(
    data: st.DataObject,
    services: Services,
    cast: Cast,
    shops: list[Shop],
    refund: Callable[..., Refund],
    now: Callable[[Order], Order],
    books: Books,
    sandbox: Stripe,
    worker: Callable[[], None],
) -> None:
    rounding = data.draw(st.sampled_from(["floor", "nearest"]), "rounding")
    sandbox.control("switches", fee_refund_rounding=rounding)
    shop = data.draw(st.sampled_from(shops), "shop")
    price = data.draw(st.integers(MINIMUM, MAXIMUM), "price")
    order = cast.order(cast.listing(shop, price_amount=price))
    exact = True
    for cut in [*data.draw(st.lists(st.integers(1, 99), max_size=3), "cuts"), 100]:
        left = now(order).refundable_amount
        if left == 0:
            break
        amount = max(1, left * cut // 100)
        fee_left = now(order).application_fee_amount > now(order).fee_refunded_amount
        chosen = data.draw(st.sampled_from(possible(services, order, amount)), "share")
        shown = chosen.effect
        reverse, with_fee = chosen.reverse_transfer, chosen.return_fee
        flags = {"reverse_transfer": reverse, "return_fee": with_fee, "owed": chosen.owed}
        before = books.ledger(order), books.stripe(shop.account, order.currency)
        assert refund(order, amount, **flags).state == "succeeded"
        after = books.ledger(order), books.stripe(shop.account, order.currency)
        gained = {party: after[0][party] - before[0][party] for party in after[0]}
        assert (gained["shopper"], gained["seller"], gained["platform"], gained["stripe_fees"]) == (
            shown.shopper,
            shown.seller,
            shown.platform,
            0,
        )
        assert after[1] - before[1] == shown.seller
        exact = exact and (with_fee or (reverse and not fee_left))
    worker()
    if exact:
        assert books.ledger(order)["seller"] == 0
        assert now(order).fee_refunded_amount == order.application_fee_amount
    assert sandbox.control("invariants", "GET")["ok"]
