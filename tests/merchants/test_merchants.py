"""Who the merchant of record is, what that does to a sale, and which borders money crosses."""

from collections.abc import Callable
from typing import Any

import pytest

from storefront.audit import service as audit
from storefront.current import Services
from storefront.disputes import policies
from storefront.disputes.policies import AT_ONCE, GIVE_UP, DisputePolicy
from storefront.errors import Invalid, Refused
from storefront.merchants import service as merchants
from storefront.merchants.service import MerchantRule
from storefront.orders.service import Order
from storefront.sellers import accounts
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

Worker = Callable[[], None]
AsUser = Callable[[str], Browser]


@pytest.fixture
def rule(services: Services, cast: Cast) -> Callable[..., None]:
    """Set the rule of a seller, or of the platform."""

    def decide(merchant: str, seller_id: str = "") -> None:
        with services.store.transaction() as tx:
            merchants.decide(tx, MerchantRule(seller_id, merchant), cast.operator().id)

    return decide


def charge(sandbox: Stripe, order: Order) -> dict[str, Any]:
    """What Stripe has charged."""
    return sandbox.get(f"/v1/charges/{order.stripe_charge_id}")


def test_the_platform_is_the_merchant_of_record_unless_somebody_says_otherwise(
    cast: Cast, sandbox: Stripe
) -> None:
    order = cast.order(cast.listing(cast.shop()))
    assert (order.on_behalf_of, charge(sandbox, order)["on_behalf_of"]) == (0, None)


def test_a_seller_who_is_it_sells_in_their_own_name(
    cast: Cast, sandbox: Stripe, rule: Callable[..., None], as_user: AsUser
) -> None:
    shop = cast.shop()
    rule("seller")
    as_user("Alice").post("/sell/merchant", data={"suffix": "otter oak"})
    order = cast.order(cast.listing(shop))
    made = charge(sandbox, order)
    assert (order.on_behalf_of, made["on_behalf_of"]) == (1, shop.account)
    assert made["calculated_statement_descriptor"].endswith("* OTTER OAK")
    page = as_user("Alice").page("/sell/merchant").text
    assert "You are." in page
    assert made["calculated_statement_descriptor"] in page


def test_an_order_keeps_its_merchant_and_a_new_one_follows_the_rule(
    cast: Cast, rule: Callable[..., None]
) -> None:
    listing = cast.listing(cast.shop())
    before = cast.order(listing)
    rule("seller")
    rule("platform", before.seller_id)
    assert cast.order(listing).on_behalf_of == 0
    rule("seller", before.seller_id)
    assert (cast.order(listing).on_behalf_of, cast.reread(before).on_behalf_of) == (1, 0)


def test_a_changed_rule_makes_a_new_session_for_the_same_cart(
    cast: Cast, rule: Callable[..., None]
) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop))
    first = cast.checkout(cart_id, shop)
    assert cast.checkout(cart_id, shop).id == first.id
    rule("seller")
    assert cast.checkout(cart_id, shop).id != first.id


def test_without_card_payments_the_platform_stays_it(
    cast: Cast, sandbox: Stripe, rule: Callable[..., None], as_user: AsUser, worker: Worker
) -> None:
    shop = cast.shop()
    rule("seller")
    _capability(cast, shop, "card_payments", "inactive")
    assert cast.order(cast.listing(shop)).on_behalf_of == 0
    assert "Stripe has not activated card payments" in as_user("Alice").page("/sell/merchant").text
    _capability(cast, shop, "card_payments", "active")
    assert cast.order(cast.listing(shop)).on_behalf_of == 1


def _capability(cast: Cast, shop: Shop, name: str, status: str) -> None:
    cast.sandbox.control(f"accounts/{shop.account}/capabilities", **{name: status})
    with cast.services.store.transaction() as tx:
        accounts.changed(tx, shop.account)
    accounts.refresh_stale(cast.services)


def test_beyond_a_border_nothing_is_for_sale_until_the_seller_is_the_merchant(
    cast: Cast, rule: Callable[..., None], as_user: AsUser, client: Browser, worker: Worker
) -> None:
    shop = cast.shop(country="JP")
    listing = cast.listing(shop, title="Paper crane")
    cart_id = cast.cart(listing)  # while nobody knows where the platform is
    worker()
    assert "Paper crane" not in client.page("/").text
    assert "cannot take payments" in client.page(f"/listings/{listing.slug}").text
    assert "Your Stripe account is in Japan" in as_user("Alice").page("/sell").text
    with pytest.raises(Refused, match="cannot take payments"):
        cast.checkout(cart_id, shop)
    rules = as_user("Olga").page("/admin/merchants").text
    assert "Stripe moves no money from United States" in rules
    rule("seller", shop.seller.id)
    assert "Paper crane" in client.page("/").text
    order = cast.order(listing)
    assert (order.status, order.on_behalf_of, order.cross_border) == ("paid", 1, 1)


def test_some_borders_money_crosses_by_itself(cast: Cast, worker: Worker) -> None:
    worker()
    order = cast.order(cast.listing(cast.shop(country="DE")))
    assert (order.status, order.on_behalf_of, order.cross_border) == ("paid", 0, 1)


def test_across_a_border_disputed_money_waits_until_the_dispute_is_lost(
    cast: Cast, sandbox: Stripe, served: str, services: Services, rule: Callable[..., None],
    as_user: AsUser, worker: Worker,
) -> None:  # fmt: skip
    worker()
    with services.store.transaction() as tx:
        policies.decide(tx, DisputePolicy("", AT_ONCE, GIVE_UP), cast.operator().id)
    rule("seller")
    order = cast.order(cast.listing(cast.shop(country="JP")))
    olga = as_user("Olga")
    assert "crossed a border" in olga.page(f"/admin/refunds/{order.id}").text
    opened = sandbox.control(f"charges/{order.stripe_charge_id}/dispute")["id"]
    sandbox.settle()
    worker()
    assert _reversed(sandbox, order) == 0
    assert "after a win" in olga.page(f"/admin/disputes/{opened}").text
    assert olga.post(f"/admin/disputes/{opened}/recover").status_code == 409
    sandbox.control(f"disputes/{opened}/decide", outcome="lost")
    sandbox.settle()
    worker()
    assert _reversed(sandbox, order) == order.net_amount


def _reversed(sandbox: Stripe, order: Order) -> int:
    found = sandbox.get(f"/v1/transfers/{order.stripe_transfer_id}")
    return int(found["amount_reversed"])


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("ELEVEN CHARS", "Banks have room for 10 characters; these are 12."),
        ("2026", "at least one letter"),
        ("OTTER*OAK", "letters A to Z"),
        ("<b>", "letters A to Z"),
        ("ÖTTER", "letters A to Z"),
    ],
)
@pytest.mark.one_database
def test_a_bank_would_not_print_everything(
    cast: Cast, as_user: AsUser, typed: str, problem: str
) -> None:
    cast.shop()
    answer = as_user("Alice").post("/sell/merchant", data={"suffix": typed})
    assert (answer.status_code, problem in answer.text) == (422, True)


@pytest.mark.parametrize(("typed", "printed"), [("  otter   oak ", "OTTER OAK"), ("", "")])
def test_what_is_typed_is_put_into_the_form_that_banks_print(
    services: Services, cast: Cast, as_user: AsUser, typed: str, printed: str
) -> None:
    shop = cast.shop()
    as_user("Alice").post("/sell/merchant", data={"suffix": typed})
    with services.store.read() as tx:
        assert merchants.suffix(tx, shop.seller.id) == printed


def test_the_line_is_shown_while_it_is_typed(cast: Cast, as_user: AsUser) -> None:
    cast.shop()
    line = as_user("Alice").get("/sell/merchant/statement?suffix=otter", headers=HTMX)
    assert "* OTTER</code>" in line.text


def test_rules_are_set_for_the_platform_and_for_a_seller(
    services: Services, cast: Cast, as_user: AsUser
) -> None:
    shop, olga, address = cast.shop(), as_user("Olga"), "/admin/merchants"
    wrong = olga.post(address, data={"merchant": "nobody"})
    assert (wrong.status_code, "choose who is the merchant" in wrong.text) == (422, True)
    assert olga.post(address, data={"merchant": "seller", "shop": "absent"}).status_code == 422
    olga.post(address, data={"merchant": "seller", "shop": shop.seller.slug}, headers=HTMX)
    assert shop.seller.name in olga.page(address).text
    with services.store.read() as tx:
        assert merchants.of_platform(tx).merchant == "platform"
        assert merchants.of_seller(tx, shop.seller.id).merchant == "seller"
        assert [entry.action for entry in audit.of_subject(tx, shop.seller.id)] == (
            ["merchant_rule.set"]
        )
    olga.post(f"{address}/{shop.seller.id}/remove")
    with services.store.read() as tx:
        assert merchants.of_seller(tx, shop.seller.id).merchant == "platform"
    assert olga.post(f"{address}/{shop.seller.id}/remove").status_code == 404


def test_a_rule_for_a_shop_that_does_not_exist_is_refused(services: Services, cast: Cast) -> None:
    operator = cast.operator()
    with services.store.transaction() as tx, pytest.raises(Invalid, match="No shop"):
        merchants.decide(tx, MerchantRule("absent", "seller"), operator.id)
