"""The control room: every button, what keeps itself up to date, objects and dashboards."""

import re
from typing import Any

import html5lib
import pytest
import requests
from playwright.sync_api import Browser, expect

from stripe_sandbox.pages.deeds import DEEDS, FAULTS, SIGNING
from tests.stripe_sandbox.club import Club
from tests.stripe_sandbox.shop import Shop


def read(address: str) -> str:
    """A page, which is HTML without a mistake."""
    answer = requests.get(address, timeout=10)
    assert answer.status_code == 200, answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return answer.text


def press(shop: Shop, deed: str, **values: Any) -> str:
    """What the room says after a button."""
    answer = requests.post(f"{shop.sandbox.url}/room/{deed}", values, timeout=10)
    assert answer.status_code == 200
    said = re.search(r'role="status">([^<]*)', answer.text)
    assert said is not None
    return said[1]


def test_the_whole_graph_of_a_dispute(shop: Shop) -> None:
    charge = shop.sell()
    form = {"id": charge.id, "kind": "inquiry", "reason": "duplicate", "amount": "400"}
    assert "is open" in press(shop, "dispute", **form)
    (dispute,) = shop.client.v1.disputes.list().data
    assert (dispute.amount, dispute.reason, dispute.status) == (
        400, "duplicate", "warning_needs_response",
    )  # fmt: skip
    for outcome, status in (
        ("escalate", "needs_response"), ("lost", "lost"), ("appeal", "appeal_under_review"),
        ("won", "won"),
    ):  # fmt: skip
        said = press(shop, "decide", id=dispute.id, outcome=outcome)
        assert status in said or "appeal" in said
    assert "Not possible" in press(shop, "decide", id=dispute.id, outcome="escalate")
    assert "warns of fraud" in press(shop, "warn", id=charge.id)


def test_money_comes_and_goes(shop: Shop) -> None:
    shop.sell()
    press(shop, "topup", account="", amount=5000, currency="usd")
    for deed, says in (("arrive-payout", "Not possible"), ("fail-payout", "sent the payout back")):
        press(shop, "drain", account=shop.account, currency="usd")
        payouts = shop.client.v1.payouts.list(options={"stripe_account": shop.account}).data
        assert says in press(shop, deed, id=payouts[0].id)
    assert "inactive" in press(shop, "transfers", id=shop.account)
    assert "disconnected" in press(shop, "disconnect", id=shop.account)


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_planned_and_forgotten(shop: Shop, fault: str) -> None:
    assert "The next API call" in press(shop, "fault", fault=fault)
    assert len(shop.sandbox.read("faults")["faults"]) == 1
    assert "as usual" in press(shop, "forget-faults")
    assert shop.sandbox.read("faults")["faults"] == []


def test_switches_signatures_and_deliveries(shop: Shop) -> None:
    assert press(shop, "switch", name="strict_pending", value="True") == "strict_pending is True."
    assert shop.sandbox.read("switches")["strict_pending"] is True
    assert "Not possible" in press(shop, "switch", name="strict_pending", value="perhaps")
    for signing, says in SIGNING.items():
        assert says in press(shop, "sign", signing=signing)
    assert "Not possible" in press(shop, "deliver", id="nothing", what="drop")


def test_the_state_is_kept_restored_and_forgotten(shop: Shop) -> None:
    charge = shop.sell()
    assert "is kept" in press(shop, "snapshot")
    shop.sell()
    assert "Back at the snapshot" in press(shop, "restore")
    assert [found.id for found in shop.client.v1.charges.list().data] == [charge.id]
    assert "Not possible" in press(shop, "reset")
    assert "forgotten" in press(shop, "reset", sure="yes")
    assert shop.client.v1.charges.list().data == []


def test_what_is_no_button_is_said(shop: Shop) -> None:
    assert "Not possible" in press(shop, "nonsense")
    assert set(DEEDS) >= {"advance", "settle", "expire", "mode", "flush", "resend"}


def test_the_live_part_is_sent_only_when_it_has_changed(shop: Shop) -> None:
    page = read(shop.sandbox.url)
    address = re.search(r'hx-get="([^"]+)"', page)
    assert address is not None
    live = shop.sandbox.url + address[1]
    assert requests.get(live, timeout=10).status_code == 204
    charge = shop.sell()
    changed = requests.get(live, timeout=10)
    assert changed.status_code == 200
    assert charge.id in changed.text


def test_an_object_shows_what_belongs_to_it(shop: Shop) -> None:
    charge = shop.sell()
    page = read(f"{shop.sandbox.url}/objects/{charge.id}")
    for part in (charge.transfer, charge.payment_intent, "charge.succeeded", "$9.41"):
        assert str(part) in page
    assert requests.get(f"{shop.sandbox.url}/objects/ch_none", timeout=10).status_code == 404


def test_dashboards_of_sellers_and_of_the_platform(shop: Shop, club: Club) -> None:
    for _ in range(26):
        charge = shop.sell()
    club.join(club.member())
    home = f"{shop.sandbox.url}/dashboard"
    seller = read(f"{home}/{shop.account}")
    assert "$8.77" in seller  # net of the fee
    assert "Older" in seller
    platform = shop.client.v1.accounts.retrieve_current().id
    for name in ("Payments", "Transfers", "Application fees", "Customers", "Subscriptions"):
        assert "None." not in read(f"{home}/{platform}?list={name}")
    for name in ("Refunds", "Payouts", "Disputes", "nonsense"):
        read(f"{home}/{platform}?list={name}")
    assert charge.id in read(f"{home}/{platform}")
    assert requests.get(f"{home}/acct_none", timeout=10).status_code == 404


@pytest.mark.browser
def test_the_room_follows_what_happens(shop: Shop, browser: Browser) -> None:
    page = browser.new_context().new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda each: problems.append(each.text) if each.type == "error" else None)
    page.goto(shop.sandbox.url)
    charge = shop.sell()
    expect(page.get_by_text(charge.id).first).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Chargeback").click()
    page.get_by_role("button", name="Lose").click()
    expect(page.get_by_role("status")).to_have_text("The dispute is lost.")
    assert problems == []
