"""How much a seller, and an operator, may refund alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront.config import Amounts, Config
from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from tests.cast import Cast
from tests.client import Browser
from tests.refund_requests.conftest import BOB, Letters, Made, Shopper, admin, sold, titles


@pytest.fixture
def config(config: Config) -> Config:
    """An operator refunds up to 24.00 a day, and above 20.00 only with a colleague."""
    a_day: Amounts = (("usd", 2400),)
    alone: Amounts = (("usd", 2000),)
    return replace(config, refund_daily_limit=a_day, refund_approval_above=alone)


@pytest.mark.parametrize(
    ("amount", "why"),
    [("20.00", ""), ("20.01", "You can refund up to $20.00 of an order yourself. Pass")],
)
@pytest.mark.one_database
def test_a_seller_accepts_up_to_the_limit(
    paid: Order, shopper: Shopper, alice: Browser, amount: str, why: str
) -> None:
    asked = shopper.asks(paid, what="amount", amount=amount)
    page = alice.page(sold(asked))
    assert why in page.text
    assert ("Accept" in page.links()) is not bool(why)
    status = 409 if why else 200
    assert alice.get(sold(asked, "accept")).status_code == status
    answer = alice.post(sold(asked, "accept"), data={"fee_amount": "200", "form_token": "a"})
    assert answer.status_code == (409 if why else 303)
    assert shopper.newest(paid).request.state == ("open" if why else "accepted")


@pytest.mark.one_database
def test_the_limit_is_for_an_order_however_often_it_is_asked_about(
    paid: Order, shopper: Shopper, alice: Browser
) -> None:
    first = shopper.asks(paid, what="amount", amount="15")
    alice.submit(sold(first, "accept"), sold(first, "accept"))
    second = shopper.asks(paid, what="amount", amount="5.01")
    text = alice.page(sold(second)).text
    assert "up to $20.00 of an order yourself, of which you have refunded $15.00" in text
    assert alice.get(sold(second, "accept")).status_code == 409
    shopper.does(paid, "withdraw")
    third = shopper.asks(paid, what="amount", amount="5")
    alice.submit(sold(third, "accept"), sold(third, "accept"))
    assert shopper.newest(paid).request.state == "accepted"


@pytest.mark.one_database
def test_without_a_limit_in_its_currency_a_shop_only_passes_on(
    cast: Cast, shopper: Shopper, as_user: Callable[[str], Browser], letters: Letters, olga: Browser
) -> None:
    order = cast.order(cast.listing(cast.shop("Eva", currency="eur")))
    eva, asked = as_user("Eva"), shopper.asks(order)
    form = {"fee_amount": "100", "form_token": "a"}
    assert "Refunds are made by the marketplace" in eva.page(sold(asked)).text
    assert eva.post(sold(asked, "accept"), data=form).status_code == 409
    assert eva.post(sold(asked, "pass-on"), data={"message": "Fine with me."}).status_code == 303
    assert "The marketplace decides about it now." in shopper.reads(order)
    [letter] = letters("olga@example.com")
    assert "Eva's shop passed it on to the marketplace. It is about €10.00" in letter.text
    assert "Fine with me." in letter.text
    assert letter.link == admin(asked)
    assert "Fine with me." in olga.page(letter.link).text
    assert eva.post(sold(asked, "accept"), data=form).status_code == 409


@pytest.mark.parametrize("answer", ["approve", "decline"])
@pytest.mark.one_database
def test_a_second_operator_must_agree_where_refunds_need_one(
    paid: Order,
    shopper: Shopper,
    olga: Browser,
    made: Made,
    letters: Letters,
    services: Services,
    cast: Cast,
    as_user: Callable[[str], Browser],
    answer: str,
) -> None:
    cast.user("Rita", operator=True)
    rita = as_user("Rita")
    asked = shopper.asks(paid, what="amount", amount="21")
    olga.submit(admin(asked, "accept"), admin(asked, "accept"))
    [refund] = made(paid)
    assert refund.state == "needs_approval"
    assert "The marketplace checks it once more" in shopper.reads(paid)
    assert shopper.browser.get(shopper.path(paid)).status_code == 409
    assert titles(letters(BOB)) == ["You asked for a refund"]
    rita.post(f"/admin/refunds/{paid.id}/{refund.id}/{answer}")
    after = shopper.newest(paid)
    agreed = answer == "approve"
    assert after.request.state == ("accepted" if agreed else "open")
    assert titles(letters(BOB))[1:] == (["The marketplace accepted"] if agreed else [])
    assert after.steps[-1].kind == ("accepted" if agreed else "not_refunded")


def test_a_limit_a_day_stops_an_operator_and_not_a_seller(
    paid: Order, shopper: Shopper, alice: Browser, olga: Browser, services: Services, cast: Cast
) -> None:
    author = Author("earlier", cast.operator().id)
    refunds.request(services, paid.id, Wish(500, False, False), author)
    asked = shopper.asks(paid)
    answer = olga.submit(admin(asked, "accept"), admin(asked, "accept"))
    assert (answer.status_code, "You may refund $24.00 a day" in answer.text) == (409, True)
    assert shopper.newest(paid).request.state == "open"
    alice.submit(sold(asked, "accept"), sold(asked, "accept"))
    assert shopper.newest(paid).request.state == "accepted"
