"""Every page that matters, narrow and wide, light and dark, looked at by axe."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from storefront.config import Config
from storefront.current import Services
from storefront.refund_requests import service as refund_requests
from tests.cast import Cast
from tests.journeys import refund_pages, scenery
from tests.journeys.scenery import Scenery
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

_WIDTHS = (390, 1440)
_NARROWEST = 360
_VIOLATIONS = "async (options) => (await axe.run(document, options)).violations"
_EVERYTHING = {"resultTypes": ["violations"]}
_CONTRAST = _EVERYTHING | {"runOnly": ["color-contrast"]}
_RULES: dict[Literal["light", "dark"], object] = {"light": _EVERYTHING, "dark": _CONTRAST}
"""What to look for: darkness changes nothing but colours."""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def config(config: Config) -> Config:
    """Sellers may refund a little alone, and join in two ways."""
    ways = ("oauth", "account_links")
    return replace(config, seller_refund_limit=(("usd", 5000),), connect_ways=ways)


@pytest.fixture
def market(cast: Cast) -> Scenery:
    """Something to look at on every page."""
    return scenery.build(cast)


def faults(visitor: Visitor) -> Iterator[str]:
    """What is wrong with the page that is open now."""
    path = visitor.address.removeprefix(visitor.home)
    page = visitor.page
    page.evaluate(AXE_SCRIPT)
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in _RULES.items():
            page.emulate_media(color_scheme=scheme)
            for found in page.evaluate(_VIOLATIONS, rules):
                places = ", ".join(" ".join(node["target"]) for node in found["nodes"][:4])
                yield f"{path} {width} px {scheme}: {found['id']} at {places}"
    page.set_viewport_size({"width": _NARROWEST, "height": 800})
    if (overflow := page.evaluate(_OVERFLOW)) > 0:
        yield f"{path}: {overflow} px too wide for {_NARROWEST} px"


def look_at(visitor: Visitor, *paths: str) -> list[str]:
    """Open pages one after the other; everything that is wrong with them."""
    found: list[str] = []
    for path in paths:
        visitor.opens(path)
        found += faults(visitor)
    return found


def test_what_guests_see(guest: Visitor, market: Scenery) -> None:
    """Browsing, a cart, ways in, and nothing at all."""
    guest.watch.expected_answers.add(404)
    listing = f"/listings/{market.mug.slug}"
    found = look_at(
        guest,
        "/",
        "/?q=nothing+like+this",
        listing,
        f"/listings/{market.club.slug}",
        "/shops/otter-oak",
        "/shops/dora-s-press",
        "/cart",
        "/sign-in",
        "/sign-up",
        "/forgotten-password",
        "/mail-sent",
        "/no-such-page",
    )
    guest.opens(listing)
    guest.presses("Add to cart")
    guest.sees("In your cart")
    found += faults(guest)
    found += look_at(guest, "/cart")
    assert not found, "\n".join(found)


def test_what_shoppers_see(signed_in: Callable[..., Visitor], market: Scenery) -> None:
    """Orders in every state, and coming back from Checkout."""
    bob = signed_in("Bob")
    back = "/checkout/return?session_id="
    found = look_at(
        bob,
        "/orders",
        "/account",
        f"/orders/{market.refunded.token}",
        f"/orders/{market.fresh.token}/request",
        f"/orders/{market.refunded.token}/messages",
        f"/orders/{market.processing.token}",
        f"/orders/{market.failed.token}",
        f"/orders/{market.unpaid.token}",
        "/subscriptions",
        f"/subscriptions/{market.subscription.token}",
        f"/subscriptions/{market.subscription.token}/cancel",
        f"{back}{market.refunded.stripe_checkout_session_id}",
        f"{back}{market.processing.stripe_checkout_session_id}",
        "/sell/open",
    )
    assert not found, "\n".join(found)


def test_what_sellers_see(signed_in: Callable[..., Visitor], market: Scenery) -> None:
    """A shop that sells, and one that is not connected yet."""
    alice, dora = signed_in("Alice"), signed_in("Dora")
    found = look_at(
        alice,
        "/sell",
        "/sell/listings",
        "/sell/listings/new",
        "/sell/listings/import",
        f"/sell/listings/{market.mug.id}",
        f"/sell/listings/{market.mug.id}/price",
        f"/sell/listings/{market.draft.id}",
        "/sell/shop",
        "/sell/connect",
        "/sell/connect/disconnect",
        "/sell/data",
        "/sell/orders",
        "/sell/orders?q=nothing+like+this",
        f"/sell/orders/{market.refunded.id}/messages",
        f"/sell/shipping?order={market.fresh.id}&order={market.refunded.id}",
        f"/sell/shipping/outcome?order={market.fresh.id}&order={market.refunded.id}",
        f"/sell/slips?order={market.fresh.id}&prices=yes&message=Thank+you",
        f"/sell/orders/{market.refunded.id}",
        f"/sell/orders/{market.processing.id}",
        f"/sell/orders/{market.refunded.id}/funds",
        "/sell/subscriptions",
        f"/sell/subscriptions/{market.subscription.id}",
        "/sell/requests",
        f"/sell/requests/{market.asked.id}",
        f"/sell/requests/{market.asked.id}/accept",
        "/sell/debts",
        "/sell/disputes?view=all",
        "/sell/merchant",
        "/sell/stripe-data?kind=payouts",
        f"/sell/stripe-data/{market.payout_id}",
        "/sell/brand",
        "/sell/earnings",
        "/sell/payouts",
        f"/sell/payouts/{market.payout_id}",
        "/sell/statements",
        f"/sell/statements/{market.fresh.created_at[:7]}",
        "/sell/plan",
        f"/sell/plan/change?plan={market.dearer.id}",
        "/sell/plan/end",
        f"/sell/disputes/{market.dispute_id}",
        f"/sell/disputes/{market.dispute_id}/evidence",
    )
    found += look_at(
        dora, "/sell", "/sell/connect", "/sell/orders", "/sell/earnings", "/sell/payouts"
    )
    assert not found, "\n".join(found)


def test_what_operators_see(
    signed_in: Callable[..., Visitor],
    market: Scenery,
    services: Services,
    worker: Callable[[], None],
) -> None:
    """The overview, and everything on the way to a refund."""
    worker()
    with services.store.transaction() as tx:
        refund_requests.act(tx, market.asked.id, "seller", "pass_on")
    olga = signed_in("Olga")
    found = look_at(
        olga,
        "/admin",
        "/admin/orders",
        f"/admin/orders/{market.refunded.id}",
        "/admin/subscriptions",
        f"/admin/subscriptions/{market.subscription.id}",
        "/admin/refunds",
        f"/admin/refunds/{market.refunded.id}",
        f"/admin/refunds/{market.refunded.id}/{market.refund.id}",
        f"/admin/refunds/{market.processing.id}",
        f"/admin/refunds/{market.refunded.id}/fee",
        "/admin/refunds/policies",
        "/admin/refunds/failed",
        f"/admin/refunds/{market.refunded.id}/{market.refund.id}/repayment",
        "/admin/requests",
        f"/admin/requests/{market.asked.id}",
        f"/admin/requests/{market.asked.id}/accept",
        "/admin/debts",
        "/admin/disputes?view=all",
        "/admin/disputes?view=won",
        "/admin/disputes/policies",
        "/admin/merchants",
        "/admin/disputes/answers",
        "/admin/disputes/warnings",
        "/admin/disputes/numbers",
        f"/admin/disputes/numbers?seller={market.shop.seller.id}",
        f"/admin/disputes/{market.dispute_id}",
        f"/admin/disputes/{market.dispute_id}/evidence",
        f"/admin/disputes/{market.dispute_id}/submit",
        f"/admin/debts/{market.debt_id}",
        "/admin/refunds/external",
        f"/admin/refunds/{market.fresh.id}/{market.elsewhere.id}/review",
        f"/admin/refunds/{market.fresh.id}/{market.reviewed.id}/review",
        "/admin/sellers",
        f"/admin/sellers/{market.shop.seller.id}",
        f"/admin/sellers/{market.shop.seller.id}/disconnect",
        f"/admin/sellers/{market.shop.seller.id}/earnings",
        "/admin/events",
        "/admin/calls",
        "/admin/calls?view=all",
        "/admin/fees",
        "/admin/plans",
        "/admin/plans/new",
        f"/admin/plans/{market.plan.id}",
        "/admin/plans/subscribers",
        "/admin/fees/report",
        "/admin/reconciliation",
        "/admin/stored",
        f"/admin/stored/{market.shop.account}?kind=customers",
        f"/admin/stored/{market.shop.account}/{market.payout_id}",
        "/admin/setup",
        "/admin/setup/webhooks",
        f"/admin/orders/{market.refunded.id}/funds",
        f"/admin/objects/{market.refunded.stripe_charge_id}",
    )
    olga.opens("/admin/events")
    olga.page.locator("tbody a").first.click()
    found += faults(olga)
    olga.opens(f"/admin/refunds/{market.refunded.id}")
    olga.presses("Review refund")
    olga.sees(refund_pages.NO_WAY_BACK)
    found += faults(olga)
    assert not found, "\n".join(found)


def test_what_is_wrong_would_be_found(guest: Visitor) -> None:
    """Grey on grey, a field without a name, and something too wide."""
    guest.opens("/sign-in")
    guest.page.evaluate("""() => {
      document.querySelector("label[for=email]").remove();
      document.querySelector("h1").style.color = "#999";
      document.querySelector("main").style.minWidth = "400px";
    }""")
    found = "\n".join(faults(guest))
    assert "light: label at #email" in found
    assert "light: color-contrast at h1" in found
    assert "40 px too wide for 360 px" in found
