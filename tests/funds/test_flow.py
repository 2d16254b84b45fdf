"""The flow of funds of an order: every cent with its reason, and sums that are zero."""

from collections.abc import Callable

import pytest

from storefront.admin import words as admin_words
from storefront.current import Services
from storefront.funds import service, words
from storefront.ids import new_token
from storefront.ledger.service import ACCOUNTS
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from tests.cast import Cast
from tests.client import Browser
from tests.support.stripe import Stripe


@pytest.fixture
def eventful(
    services: Services, cast: Cast, sandbox: Stripe, served: str, worker: Callable[[], None]
) -> Order:
    """An order of 100.00, of which 30.00 went back and 20.00 were disputed and won."""
    shop = cast.shop()
    for account in ({}, {"account": shop.account}):
        sandbox.control("topup", amount=100_000, currency="usd", **account)
    order = cast.order(cast.listing(shop, price_amount=10_000))
    wish = Wish(3000, reverse_transfer=True, return_fee=True)
    refunds.request(services, order.id, wish, Author(new_token(), cast.operator().id))
    disputed = sandbox.control(
        f"charges/{order.stripe_charge_id}/dispute", amount=2000, reason="fraudulent"
    )
    sandbox.control(f"disputes/{disputed['id']}/decide", outcome="won")
    worker()
    return cast.reread(order)


def test_each_movement_and_the_whole_sum_to_zero(services: Services, eventful: Order) -> None:
    with services.store.read() as tx:
        (flow,) = service.of_order(tx, eventful)
    kinds = [movement.entry.kind for movement in flow.movements]
    assert kinds[:4] == ["charge", "stripe_fee", "transfer", "application_fee"]
    assert {"transfer_reversal", "refund", "fee_refund", "dispute", "dispute_reinstated"} < set(
        kinds
    )
    assert flow.parties == ACCOUNTS[:5]  # nobody owes anything
    for movement in flow.movements:
        assert sum(movement.change(party) for party in flow.parties) == 0
        assert movement.at
        assert movement.event_id
    assert sum(flow.total(party) for party in flow.parties) == 0
    assert flow.total("seller") == 10_000 - 1000 - 3000 + 300
    sentences = [movement.sentence for movement in flow.movements]
    assert "Olga refunded Test Customer: the shopper asked for it." in sentences
    assert "For a refund, a part of the fee went back to Alice's shop." in sentences


def test_the_operator_follows_each_line_to_its_object_and_event(
    as_user: Callable[[str], Browser], eventful: Order
) -> None:
    olga = as_user("Olga")
    page = olga.page(f"/admin/orders/{eventful.id}/funds")
    movements = page.html.count('class="funds-arrow"')
    assert movements >= 9
    assert page.html.count(">Event</a>") == page.html.count("/admin/objects/") == movements
    shown = olga.page(f"/admin/objects/{eventful.stripe_charge_id}")
    assert "charge.succeeded" in shown.text
    assert f"Order {eventful.number}" in shown.text
    assert "dashboard.stripe.com" not in shown.text  # payments do not run at Stripe here
    assert olga.get("/admin/objects/ch_absent").status_code == 404


def test_the_seller_sees_their_own_part_only(
    as_user: Callable[[str], Browser], cast: Cast, eventful: Order
) -> None:
    page = as_user("Alice").page(f"/sell/orders/{eventful.id}/funds")
    assert "You have $63.00 of this order" in page.text
    assert "Pulled back from you" in page.text
    for hidden in ("Stripe keeps", "disputed", "/admin/"):
        assert hidden not in page.text
    cast.shop("Dora")
    assert as_user("Dora").get(f"/sell/orders/{eventful.id}/funds").status_code == 404


def test_without_a_payment_there_is_nothing_to_draw(
    as_user: Callable[[str], Browser], cast: Cast
) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    text = as_user("Olga").page(f"/admin/orders/{order.id}/funds").text
    assert "No money has moved yet" in text


def test_every_kind_of_movement_has_its_words() -> None:
    assert set(words.SENTENCES) == set(admin_words.ENTRIES)
    assert set(words.PARTIES) == set(admin_words.PARTIES) == set(ACCOUNTS)
