"""What an operator can choose: pieces, restocking, policies, limits, our fee alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront.config import Config
from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.refunds.conftest import Books
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


@pytest.fixture
def config(config: Config) -> Config:
    """Olga may refund 50.00 a day, and above 20.00 somebody else must agree."""
    return replace(
        config, refund_daily_limit=(("usd", 5000),), refund_approval_above=(("usd", 2000),)
    )


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop, which charges 5.00 for shipping."""
    return cast.shop()


@pytest.fixture
def sold(cast: Cast, shop: Shop, sandbox: Stripe) -> Order:
    """Two mugs of 6.00, with shipping 17.00 in all; three are left in stock."""
    sandbox.control("topup", amount=10_000, currency="usd")
    return cast.order(cast.listing(shop, price_amount=600, requires_shipping=True), quantity=2)


@pytest.fixture
def olga(as_user: AsUser) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.fixture
def stock(services: Services) -> Callable[[Order], int]:
    """How many of the order's listing are in stock."""

    def read(order: Order) -> int:
        with services.store.read() as tx:
            return int(
                tx.value(
                    "SELECT stock FROM listings WHERE id IN"
                    " (SELECT listing_id FROM order_lines WHERE order_id = :id)",
                    id=order.id,
                )
            )

    return read


def path(order: Order, *more: str) -> str:
    return "/".join(["/admin/refunds", order.id, *more])


def send(browser: Browser, order: Order, **choices: str) -> str:
    """Choose, confirm, and where that leads."""
    sent = {"share": "return_fee", "reason": "duplicate"} | choices
    answer = browser.post(path(order, "confirm"), data=sent)
    assert answer.status_code == 200, Page(answer.text).text
    done = browser.post(path(order), data=Page(answer.text).form(path(order)))
    assert done.location is not None, Page(done.text).text
    return done.location


def made(services: Services, order: Order) -> list[Refund]:
    with services.store.read() as tx:
        return refunds.of_order(tx, order.id)


@pytest.mark.parametrize(
    ("choices", "amount", "left", "words"),
    [
        ({"scope": "lines", "quantity_1": "1", "restock_1": "y"}, 600, 4, "1 × Speckled mug"),
        ({"scope": "lines", "quantity_1": "2"}, 1200, 3, "2 × Speckled mug"),
        ({"scope": "lines", "quantity_1": "1", "includes_shipping": "y"}, 1100, 3, "1 × Speckled"),
        ({"scope": "lines", "quantity_1": "0", "includes_shipping": "y"}, 500, 3, "An amount"),
        ({"scope": "whole", "restock_1": "y"}, 1700, 5, "2 × Speckled mug"),
        ({"scope": "whole"}, 1700, 3, "2 × Speckled mug"),
        ({"scope": "amount", "amount": "6,00", "restock_1": "y"}, 600, 3, "An amount"),
    ],
)
def test_pieces_are_refunded_at_their_price_and_restocked_if_wanted(
    services: Services,
    sold: Order,
    olga: Browser,
    stock: Callable[[Order], int],
    choices: dict[str, str],
    amount: int,
    left: int,
    words: str,
) -> None:
    shown = olga.page(send(olga, sold, **choices))
    [refund] = made(services, sold)
    assert (refund.amount, refund.state, stock(sold)) == (amount, "succeeded", left)
    assert words in shown.text


def test_a_piece_is_refunded_once(services: Services, sold: Order, olga: Browser) -> None:
    send(olga, sold, scope="lines", quantity_1="1", includes_shipping="y")
    assert "1 of 2 not refunded yet" in olga.page(path(sold)).text
    for choices, why in (
        ({"quantity_1": "2"}, "Only $6.00 of this order is left"),
        ({"quantity_1": "1", "includes_shipping": "y"}, ""),
    ):
        sent = {"scope": "lines", "share": "return_fee", "reason": "duplicate"} | choices
        confirm = olga.post(path(sold, "confirm"), data=sent)
        assert (confirm.status_code, why in confirm.text) == (422 if why else 200, True)
    send(olga, sold, scope="lines", quantity_1="1")
    assert [refund.amount for refund in made(services, sold)] == [600, 1100]


def test_more_pieces_than_are_left_are_refused_whatever_they_cost(
    services: Services, sold: Order, olga: Browser
) -> None:
    send(olga, sold, scope="lines", quantity_1="2")
    form = Page(
        olga.post(
            path(sold, "confirm"),
            data={"scope": "amount", "amount": "1", "share": "platform", "reason": "duplicate"},
        ).text
    ).form(path(sold))
    answer = olga.post(path(sold), data=form | {"scope": "lines", "quantity_1": "1"})
    assert answer.status_code in {409, 422}
    assert len(made(services, sold)) == 1


def test_a_refund_that_stripe_refuses_restocks_nothing(
    services: Services, sold: Order, olga: Browser, stock: Callable[[Order], int], sandbox: Stripe
) -> None:
    sandbox.control("payout", account=sold.destination, currency="usd")
    confirm = olga.post(
        path(sold, "confirm"),
        data={"scope": "whole", "restock_1": "y", "share": "return_fee", "reason": "duplicate"},
    )
    assert "The seller has $0.00 at Stripe" in Page(confirm.text).text
    olga.post(path(sold), data=Page(confirm.text).form(path(sold)))
    assert [refund.state for refund in made(services, sold)] == ["rejected"]
    assert stock(sold) == 3


def test_the_page_tells_what_the_seller_has_at_stripe(sold: Order, olga: Browser) -> None:
    assert "$14.91" in Page(olga.get(path(sold, "seller-balance")).text).text


def test_a_disconnected_seller_is_pointed_out(
    sold: Order, olga: Browser, services: Services
) -> None:
    with services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET connected = 0")
    assert "The seller has disconnected" in olga.page(path(sold)).text


def test_the_policy_of_a_seller_goes_before_the_platforms(
    sold: Order, shop: Shop, olga: Browser
) -> None:
    def proposed() -> str:
        return olga.page(path(sold)).form(path(sold, "confirm"))["share"]

    policies = "/admin/refunds/policies"
    assert proposed() == "return_fee"
    olga.page(policies)
    assert olga.post(policies, data={"share": "keep_fee", "on_failure": "ask"}).status_code == 303
    assert "policy" in olga.page(path(sold)).text
    olga.post(policies, data={"share": "platform", "shop": shop.seller.slug, "on_failure": "ask"})
    assert proposed() == "platform"
    assert shop.seller.name in olga.page(policies).text
    olga.post(f"{policies}/{shop.seller.id}/remove")
    assert olga.post(f"{policies}/{shop.seller.id}/remove").status_code == 404
    assert "No seller has one" in olga.page(policies).text


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"share": "nobody"}, "one of the ways"),
        ({"share": "platform", "on_failure": "weep"}, "when a refund fails"),
        ({"share": "platform", "on_failure": "ask", "shop": "x"}, "No shop has"),
    ],
)
def test_a_policy_that_is_none_is_refused(olga: Browser, sent: dict[str, str], why: str) -> None:
    olga.page("/admin/refunds/policies")
    answer = olga.post("/admin/refunds/policies", data=sent)
    assert (answer.status_code, why in Page(answer.text).text) == (422, True)


@pytest.fixture
def dear(cast: Cast, shop: Shop, sandbox: Stripe) -> Order:
    """A paid order of 30.00, above what an operator may refund alone."""
    sandbox.control("topup", amount=10_000, currency="usd")
    return cast.order(cast.listing(shop, price_amount=3000))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_large_refund_waits_for_a_second_operator(
    services: Services,
    dear: Order,
    olga: Browser,
    cast: Cast,
    as_user: AsUser,
    books: Books,
    sandbox: Stripe,
    headers: dict[str, str],
) -> None:
    cast.user("Otto", operator=True)
    page = send(olga, dear, scope="whole")
    assert "Another operator must approve it" in olga.page(page).text
    assert not sandbox.get("/v1/refunds")["data"]
    own = olga.post(f"{page}/approve", headers=headers)
    assert (own.status_code, "another operator" in own.text) == (409, True)
    otto = as_user("Otto")
    assert "Waits for approval" in otto.page("/admin/refunds").text
    otto.post(f"{page}/approve", headers=headers)
    [refund] = made(services, dear)
    assert (refund.state, refund.actor_id) == ("succeeded", cast.operator().id)
    assert books.ledger(dear)["seller"] == 0
    assert otto.post(f"{page}/approve", headers=headers).status_code == 409
    assert "Refund approved by Otto" in otto.page(path(dear)).text


@pytest.mark.parametrize("who", ["Olga", "Otto"])
def test_a_refund_that_waits_can_be_declined_or_taken_back(
    services: Services, dear: Order, olga: Browser, cast: Cast, as_user: AsUser, who: str
) -> None:
    cast.user("Otto", operator=True)
    page = send(olga, dear, scope="whole")
    assert "Nothing is left to refund" in olga.page(path(dear)).text
    browser = olga if who == "Olga" else as_user("Otto")
    browser.post(f"{page}/decline")
    [refund] = made(services, dear)
    assert (refund.state, refund.failure.startswith(who)) == ("rejected", True)
    send(olga, dear, scope="amount", amount="20")


def test_the_shopper_sees_nothing_of_a_refund_that_waits(
    dear: Order, olga: Browser, client: Browser
) -> None:
    send(olga, dear, scope="whole")
    assert "Refund:" not in client.page(f"/orders/{dear.token}").text


def test_an_approval_after_the_amounts_have_changed_is_refused(
    services: Services, cast: Cast, shop: Shop, olga: Browser, as_user: AsUser
) -> None:
    cast.user("Otto", operator=True)
    order = cast.order(cast.listing(shop, price_amount=4444))
    first, second = (send(olga, order, scope="amount", amount="20.01") for _ in range(2))
    assert [refund.fee_amount for refund in made(services, order)] == [246, 245]
    otto = as_user("Otto")
    otto.post(f"{first}/decline")
    answer = otto.post(f"{second}/approve")
    assert answer.status_code == 409
    assert "Decline this refund" in answer.text


def test_nobody_refunds_more_than_the_limit_of_a_day(
    cast: Cast, shop: Shop, olga: Browser, sandbox: Stripe
) -> None:
    for _ in range(2):
        send(olga, cast.order(cast.listing(shop, price_amount=2000)), scope="whole")
    order = cast.order(cast.listing(shop, price_amount=1500))
    sent = {"scope": "whole", "share": "return_fee", "reason": "duplicate"}
    confirm = olga.post(path(order, "confirm"), data=sent)
    answer = olga.post(path(order), data=Page(confirm.text).form(path(order)))
    assert answer.status_code == 409
    assert "$10.00 is left until midnight" in Page(answer.text).text
    send(olga, order, scope="amount", amount="10")


def fee_form(browser: Browser, order: Order, **changes: str) -> dict[str, str]:
    return browser.page(path(order, "fee")).form(path(order, "fee")) | changes


def test_our_fee_goes_back_alone(
    sold: Order, olga: Browser, books: Books, sandbox: Stripe, services: Services
) -> None:
    before = books.stripe(sold.destination)
    form = fee_form(olga, sold, amount="0.70", note="The parcel was late.")
    for _ in range(2):
        assert olga.post(path(sold, "fee"), data=form).location == path(sold)
    assert books.stripe(sold.destination) - before == 70
    assert books.ledger(sold)["seller"] == 1700 - 209 + 70
    text = olga.page(path(sold)).text
    assert "The parcel was late." in text
    assert "$1.39" in text  # of 2.09 taken
    send(olga, sold, scope="whole")
    assert books.ledger(sold)["seller"] == 0
    assert "has been returned already" in olga.page(path(sold, "fee")).text


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"amount": "2.10", "note": "x"}, 409, "Only $2.09 of our fee is left"),
        ({"amount": "0", "note": "x"}, 422, "more than nothing"),
        ({"amount": "much", "note": "x"}, 422, "not an amount"),
        ({"amount": "1", "note": ""}, 422, "say why"),
        ({"amount": "1", "note": "x" * 201}, 422, "200 characters"),
        ({"amount": "1", "note": "x", "form_token": ""}, 422, "start again"),
    ],
)
def test_a_fee_that_cannot_go_back_is_refused_in_words(
    sold: Order, olga: Browser, sandbox: Stripe, changes: dict[str, str], status: int, why: str
) -> None:
    answer = olga.post(path(sold, "fee"), data=fee_form(olga, sold, **changes))
    assert answer.status_code == status
    assert why in Page(answer.text).text
    fee = sandbox.get(f"/v1/application_fees/{sold.stripe_application_fee_id}")
    assert fee["amount_refunded"] == 0


def test_an_order_without_a_fee_says_so(olga: Browser, cast: Cast, shop: Shop) -> None:
    unpaid = cast.order(cast.listing(shop), pay=False)
    assert "has not told us yet" in olga.page(path(unpaid, "fee")).text
