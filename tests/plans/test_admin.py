"""The operator's pages about plans."""

import csv
import io
from collections.abc import Callable

import pytest

from storefront.audit import service as audit
from storefront.plans import service as plans
from tests.client import HTMX, Browser
from tests.plans.conftest import Market

pytestmark = pytest.mark.one_database
PLANS = "/admin/plans"
TYPED = {
    "name": "Pro", "price": "29", "currency": "usd", "interval": "month", "trial_days": "0",
    "percent": "5", "features": "Lower fee\n\n Priority support ", "position": "1",
}  # fmt: skip


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_plan_is_made_edited_and_archived(
    olga: Browser, market: Market, headers: dict[str, str]
) -> None:
    assert "No plans yet" in olga.page(PLANS).text
    olga.page(f"{PLANS}/new")
    assert olga.post(PLANS, data=TYPED, headers=headers).status_code in {200, 303}
    with market.services.store.read() as tx:
        [plan] = plans.offered(tx)
    price = market.sandbox.get(f"/v1/prices/{plan.stripe_price_id}")
    assert (price["unit_amount"], price["recurring"]["interval"]) == (2900, "month")
    text = market.alice.page("/sell/plan").text
    assert "Priority support" in text
    edited = {"name": "Pro 2", "position": "2", "recommended": "y"}
    assert olga.post(f"{PLANS}/{plan.id}", data=edited, headers=headers).status_code in {200, 303}
    assert "Recommended" in market.alice.page("/sell/plan").text
    assert "$29.00 a month" in olga.page(f"{PLANS}/{plan.id}").text
    olga.submit(f"{PLANS}/{plan.id}", f"{PLANS}/{plan.id}/archive")
    assert "Pro 2" not in market.alice.page("/sell/plan").text
    olga.submit(f"{PLANS}/{plan.id}", f"{PLANS}/{plan.id}/offer")
    assert "Pro 2" in market.alice.page("/sell/plan").text
    assert "Sellers on Pro 2" in olga.page("/admin/fees").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "give the plan a name"),
        ({"price": "free"}, "is not an amount"),
        ({"price": "0"}, "The smallest possible amount is $0.50"),
        ({"percent": "a tenth"}, "is not a percentage"),
        ({"trial_days": "731"}, "between 0 and 730"),
        ({"interval": "week"}, "Not a valid choice"),
        ({"fixed": "30 cents"}, "is not like “usd 0.30”"),
    ],
)
def test_a_wrong_plan_comes_back_with_the_reason(
    olga: Browser, changes: dict[str, str], words: str
) -> None:
    olga.page(f"{PLANS}/new")
    answer = olga.post(PLANS, data=TYPED | changes)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_refused_price_is_said_and_tried_again(olga: Browser, market: Market) -> None:
    market.sandbox.fault("status", "/v1/prices", status=400)
    plan = market.plan()
    assert "Refused by Stripe" in olga.page(PLANS).text
    assert "Pro" not in market.alice.page("/sell/plan").text
    olga.submit(PLANS, f"{PLANS}/{plan.id}/price")
    assert "Offered" in olga.page(PLANS).text
    assert olga.post(f"{PLANS}/{plan.id}/price").status_code == 409


def test_who_is_paid_and_active(olga: Browser, market: Market) -> None:
    assert "Nobody yet" in olga.page(f"{PLANS}/subscribers").text
    plan = market.plan("Yearly", 12_000, interval="year")
    market.subscribe(plan)
    assert "$10.00" in olga.page(PLANS).text  # a month
    page = olga.page(f"{PLANS}/subscribers")
    for words in ("Alice's shop", "Yearly", "Paid", "$120.00", market.shop.account, "cus_"):
        assert words in page.text, words
    assert "Nobody yet" in olga.page(f"{PLANS}/subscribers?status=past_due").text
    [row] = csv.DictReader(io.StringIO(olga.get(f"{PLANS}/subscribers.csv").text))
    assert (row["status"], row["amount"], row["subscription"]) == (
        "active", "120.00", market.subscription(),
    )  # fmt: skip
    assert "Yearly" in olga.page("/admin/sellers").text
    sale = {"shop": market.shop.seller.slug, "category": "art", "currency": "usd", "amount": "100"}
    tried = olga.get("/admin/fees/try", query_string=sale, headers=HTMX).text
    assert "Yearly plan: 5%, on $100.00" in tried
    with market.services.store.read() as tx:
        acts = [each.action for each in audit.of_subject(tx, market.shop.seller.id)]
    assert sorted(acts) == ["plan.began", "plan.chosen"]
    assert "Yearly" in olga.page(f"/admin/sellers/{market.shop.seller.id}").text
