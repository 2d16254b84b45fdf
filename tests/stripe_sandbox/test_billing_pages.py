"""Subscriptions and saved cards on pages: hosted Checkout, the billing portal, an invoice."""

from typing import Any

import pytest
import requests
import stripe

from tests.stripe_sandbox.club import Club
from tests.stripe_sandbox.shop import SUCCESS

Client = stripe.StripeClient


def checkout(club: Club, **more: Any) -> stripe.checkout.Session:
    data = {"transfer_data": {"destination": club.shop.account}, "application_fee_percent": 10}
    params: Any = {
        "mode": "subscription", "success_url": SUCCESS,
        "line_items": [{"price": club.price, "quantity": 1}], "subscription_data": data,
    }  # fmt: skip
    return club.v1.checkout.sessions.create(params | more)


def test_checkout_begins_a_subscription(club: Club) -> None:
    session = checkout(club)
    assert (session.amount_total, session.subscription, session.customer) == (900, None, None)
    club.control(f"sessions/{session.id}/pay", email="eve@example.com")
    done: Any = club.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription", "invoice", "customer"]}
    )
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "paid", None)
    assert (done.subscription.status, done.invoice.status) == ("active", "paid")
    assert done.customer.email == "eve@example.com"
    assert done.subscription.default_payment_method
    club.pass_days(32)
    assert [invoice.total for invoice in club.invoices(done.subscription)] == [900, 900]


def test_a_decline_at_checkout_leaves_no_subscription(club: Club) -> None:
    session = checkout(club)
    declined = club.control(f"sessions/{session.id}/pay", card="4000000000000002")
    assert declined["status"] == "open"
    assert club.v1.subscriptions.list({"status": "all"}).data == []
    club.control(f"sessions/{session.id}/pay", card="4000002500003155")
    assert len(club.v1.subscriptions.list().data) == 1


def test_one_time_goods_and_trials_at_checkout(club: Club) -> None:
    once: Any = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Badge"}}
    data: Any = {"trial_period_days": 7}
    items = [{"price": club.price, "quantity": 1}, {"price_data": once, "quantity": 1}]
    session = checkout(club, line_items=items, subscription_data=data)
    assert session.amount_total == 500
    club.control(f"sessions/{session.id}/pay")
    done: Any = club.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert done.subscription.status == "trialing"
    free = checkout(club, subscription_data=data)
    club.control(f"sessions/{free.id}/pay")
    assert club.v1.checkout.sessions.retrieve(free.id).payment_status == "no_payment_required"


def test_checkout_saves_a_card_in_mode_setup(club: Club) -> None:
    customer = club.v1.customers.create({}).id
    params: Any = {"mode": "setup", "success_url": SUCCESS, "customer": customer,
                   "currency": "usd"}  # fmt: skip
    session = club.v1.checkout.sessions.create(params)
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert club.control(f"sessions/{session.id}/pay", card="4000000000000002")["status"] == "open"
    club.control(f"sessions/{session.id}/pay")
    done: Any = club.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert (done.status, done.setup_intent.status) == ("complete", "succeeded")
    assert len(club.v1.customers.payment_methods.list(customer).data) == 1


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"mode": "subscription"}, "line_items"),
        ({"mode": "subscription", "payment_intent_data": {"description": "x"}},
         "payment_intent_data"),
        ({"mode": "payment", "subscription_data": {"description": "x"}}, "subscription_data"),
        ({"mode": "setup", "line_items": [{"price": "x"}]}, "line_items"),
        ({"mode": "nonsense"}, "mode"),
    ],
)  # fmt: skip
def test_modes_refuse_what_belongs_to_others(
    client: Client, params: dict[str, Any], param: str
) -> None:
    wrong: Any = {"success_url": SUCCESS} | params
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(wrong)
    assert str(refused.value.param).startswith(param)


def test_setup_intents(client: Client) -> None:
    intents = client.v1.setup_intents
    customer = client.v1.customers.create({}).id
    saved = intents.create(
        {"customer": customer, "payment_method": "pm_card_visa", "confirm": True}
    )
    assert saved.status == "succeeded"
    assert len(client.v1.customers.payment_methods.list(customer).data) == 1
    waiting = intents.create({})
    asked = intents.confirm(waiting.id, {"payment_method": "pm_card_authenticationRequired"})
    assert asked.status == "requires_action"
    with pytest.raises(stripe.CardError):
        intents.create({"payment_method": "pm_card_visa_chargeDeclined", "confirm": True})
    assert intents.cancel(waiting.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        intents.confirm(waiting.id)
    assert [i.id for i in intents.list({"customer": customer}).data] == [saved.id]


def post(url: str, **values: str) -> tuple[int, str]:
    """Send a form as a browser does; the status and the page that it leads to."""
    answer = requests.post(url, values, timeout=10)
    return answer.status_code, answer.text


def test_the_portal_changes_what_a_customer_pays(club: Club) -> None:
    dearer = club.recurring(2000)
    products: Any = [
        {"product": club.v1.prices.retrieve(price).product, "prices": [price]}
        for price in (club.price, dearer)
    ]
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": products}
    features: Any = {
        "subscription_update": update, "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True}, "subscription_cancel": {"enabled": True},
    }  # fmt: skip
    configuration = club.v1.billing_portal.configurations.create({"features": features})
    member = club.member("pm_card_chargeCustomerFail")
    joined = club.join(member, trial_period_days=3)
    opened = club.v1.billing_portal.sessions.create(
        {"customer": member, "configuration": configuration.id,
         "return_url": "http://127.0.0.1:9/account"}
    )  # fmt: skip
    page = requests.get(opened.url, timeout=10).text
    for words in ("Club", "Free until", "ending in 0341", "Invoices", "http://127.0.0.1:9/account"):
        assert words in page
    mine = {"subscription": joined.id}
    assert "Your plan is changed" in post(opened.url, deed="change", price=dearer, **mine)[1]
    declined = post(opened.url, deed="pay_with", card_number="4000000000000002")
    assert (declined[0], "Your card was declined" in declined[1]) == (422, True)
    saved = post(opened.url, deed="pay_with", card_number="4242424242424242")
    assert "charged from now on" in saved[1]
    assert "It ends when" in post(opened.url, deed="cancel", **mine)[1]
    assert club.now(joined).cancel_at_period_end
    assert "goes on" in post(opened.url, deed="keep", **mine)[1]
    club.pass_days(4)
    assert club.invoices(joined)[0].amount_paid == 2000
    for wrong in ({"deed": "nonsense"}, {"deed": "cancel", "subscription": "sub_none"},
                  {"deed": "change", "price": "price_none", **mine}):  # fmt: skip
        assert post(opened.url, **wrong)[0] == 422
    assert requests.get(opened.url + "x", timeout=10).status_code == 404


def test_a_portal_for_one_thing_leads_back_when_it_is_done(club: Club) -> None:
    member = club.member()
    joined = club.join(member)
    back = {"type": "redirect", "redirect": {"return_url": f"{club.shop.sandbox.url}/x"}}
    flow: Any = {
        "type": "subscription_cancel", "subscription_cancel": {"subscription": joined.id},
        "after_completion": back,
    }  # fmt: skip
    opened = club.v1.billing_portal.sessions.create({"customer": member, "flow_data": flow})
    assert "Cancel your subscription" in requests.get(opened.url, timeout=10).text
    answer = requests.post(
        opened.url, {"deed": "cancel", "subscription": joined.id}, timeout=10,
        allow_redirects=False,
    )  # fmt: skip
    assert answer.headers["Location"] == f"{club.shop.sandbox.url}/x"
    other = club.join(club.member())
    flow["subscription_cancel"]["subscription"] = other.id
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        club.v1.billing_portal.sessions.create({"customer": member, "flow_data": flow})


def test_an_open_invoice_can_be_paid_on_its_page(club: Club) -> None:
    member = club.member("pm_card_chargeCustomerFail")
    joined = club.join(member)
    (invoice,) = club.invoices(joined)
    address = str(invoice.hosted_invoice_url)
    assert post(address)[0] == 402
    club.change_card(member, "pm_card_visa")
    assert "Paid" in post(address)[1]
    assert club.now(joined).status == "active"
    assert post(address)[0] == 409


@pytest.mark.parametrize("mode", ["subscription", "setup"])
def test_the_hosted_page_serves_every_mode(club: Club, mode: str) -> None:
    if mode == "subscription":
        session = checkout(club)
    else:
        wanted: Any = {"mode": "setup", "success_url": SUCCESS, "customer": club.member()}
        session = club.v1.checkout.sessions.create(wanted)
    page = requests.get(str(session.url), timeout=10).text
    assert {"subscription": "Subscribe to", "setup": "Save a card with"}[mode] in page
    form = {
        "email": "bob@example.com", "name": "Bob", "card_number": "4000002500003155",
        "expiry": "12 / 34", "cvc": "123", "method": "card", "action": "pay",
    }  # fmt: skip
    challenge = requests.post(str(session.url), form, timeout=10)
    assert challenge.url.endswith("/authenticate")
    failed = post(challenge.url, decision="fail")
    assert "unable to authenticate" in failed[1]
    requests.post(str(session.url), form, timeout=10)
    requests.post(challenge.url, {"decision": "complete"}, timeout=10, allow_redirects=False)
    assert club.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert requests.get(str(session.url), timeout=10).status_code == 200
