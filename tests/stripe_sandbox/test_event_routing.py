"""Which endpoint gets which event, with which object: one table over all that is emitted."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.hooks import Hooks
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop

Story = Callable[[Shop], Any]
BANK: dict[str, Any] = {"bank": "succeed"}


def _pay(shop: Shop, how: dict[str, Any], **split: Any) -> Any:
    return shop.sandbox.control(f"sessions/{shop.session(**split).id}/pay", **how)


def _bank_debit(shop: Shop, outcome: str) -> None:
    session = _pay(shop, BANK)["session"]
    shop.sandbox.control(f"sessions/{session}/settle", outcome=outcome)


def _refund(shop: Shop) -> Any:
    shop.topup(1000)
    return shop.refund(shop.sell(), reverse_transfer=True, refund_application_fee=True)


def _failed_refund(shop: Shop) -> None:
    shop.sandbox.control(f"refunds/{_refund(shop).id}/fail")


def _dispute(shop: Shop, outcome: str) -> None:
    charge = shop.sell()
    dispute = shop.sandbox.control(f"charges/{charge.id}/dispute")["id"]
    shop.client.v1.disputes.update(dispute, {"evidence": {"product_description": "A shirt"}})
    shop.sandbox.control(f"disputes/{dispute}/decide", outcome=outcome)


def _manual(shop: Shop) -> Any:
    return _pay(shop, {}, capture_method="manual")["payment_intent"]


def _stopped_at_authentication(shop: Shop) -> None:
    paid = _pay(shop, {"card": "4000002760003184", "authenticate": None})
    shop.sandbox.control(f"sessions/{paid['session']}/expire")


def _notes(shop: Shop) -> None:
    transfer, v1 = str(shop.sell().transfer), shop.client.v1
    v1.transfers.update(transfer, {"metadata": {"a": "b"}})
    (fee,) = v1.application_fees.list().data
    back = v1.application_fees.refunds.create(fee.id, {"amount": 1})
    v1.application_fees.refunds.update(fee.id, back.id, {"metadata": {"a": "b"}})


def _fraud(shop: Shop) -> None:
    charge = shop.sell(card="4000000000005423")
    shop.sandbox.control("clock/advance", seconds=2)
    shop.sandbox.control(f"charges/{charge.id}/dispute")


def _settings(shop: Shop) -> None:
    shop.client.v1.balance_settings.update({"payments": {"debit_negative_balances": False}})


def _payout(shop: Shop, account: str | None) -> None:
    shop.topup(500, account)
    shop.sandbox.control("payout", currency="usd", amount=200, account=account)


def _topups(shop: Shop) -> None:
    topups = shop.client.v1.topups
    arrives, fails, given_up = (
        topups.create({"amount": 500, "currency": "usd"}).id for _ in range(3)
    )
    shop.sandbox.control(f"topups/{arrives}/arrive")
    shop.sandbox.control(f"topups/{fails}/fail")
    topups.cancel(given_up)


def _payouts(shop: Shop) -> None:
    shop.sell()
    shop.sandbox.control("payouts/automatic", currency="usd")
    shop.topup(1000)
    payouts = shop.client.v1.payouts
    noted, fails, given_up = (
        payouts.create({"amount": 100, "currency": "usd"}).id for _ in range(3)
    )
    payouts.update(noted, {"metadata": {"a": "b"}})
    shop.sandbox.control(f"payouts/{fails}/fail")
    payouts.cancel(given_up)
    shop.sandbox.control("clock/advance", seconds=7 * 24 * 60 * 60)


def _bank_accounts(shop: Shop) -> None:
    made: Any = {"type": "custom", "capabilities": {"transfers": {"requested": True}}}
    account = shop.client.v1.accounts.create(made).id
    banks = shop.client.v1.accounts.external_accounts
    first, second = (
        banks.create(account, {"external_account": "btok_us_verified"}).id for _ in range(2)
    )
    banks.update(account, first, {"metadata": {"a": "b"}})
    banks.delete(account, second)


def _people(shop: Shop) -> None:
    made: Any = {"type": "custom", "business_type": "company"}
    made["capabilities"] = {"transfers": {"requested": True}}
    account = shop.client.v1.accounts.create(made).id
    persons = shop.client.v1.accounts.persons
    person = persons.create(account, {"first_name": "Ada"}).id
    persons.update(account, person, {"last_name": "Byron"})
    persons.delete(account, person)


def _direct_charge(shop: Shop) -> None:
    intent: Any = {
        "amount": 1000,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "application_fee_amount": 100,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    shop.client.v1.payment_intents.create(intent, {"stripe_account": shop.account})


def _destination_payment(shop: Shop) -> None:
    shop.sandbox.control("switches", destination_payment_events=True)
    shop.sell()


def _customer(shop: Shop) -> None:
    v1 = shop.client.v1
    customer = v1.customers.create({}).id
    v1.customers.update(customer, {"name": "Bob"})
    saved = v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    v1.payment_methods.update(saved, {"metadata": {"a": "b"}})
    v1.payment_methods.detach(saved)
    v1.customers.delete(customer)


def _catalog(shop: Shop) -> None:
    v1 = shop.client.v1
    product = v1.products.create({"name": "Mug"}).id
    v1.products.update(product, {"active": False})
    v1.products.delete(product)
    price: Any = {"currency": "usd", "unit_amount": 1, "product_data": {"name": "Cup"}}
    v1.prices.update(v1.prices.create(price).id, {"active": False})


def _club(shop: Shop, card: str = "pm_card_visa", **terms: Any) -> Any:
    v1 = shop.client.v1
    price: Any = {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Club"}}
    price["recurring"] = {"interval": "month"}
    member = v1.customers.create({"payment_method": card}).id
    wanted: Any = {"customer": member, "items": [{"price": v1.prices.create(price).id}]}
    return v1.subscriptions.create(wanted | terms)


def _club_life(shop: Shop) -> None:
    v1 = shop.client.v1
    trial = _club(shop, trial_period_days=4)
    v1.subscriptions.update(trial.id, {"metadata": {"a": "b"}})
    shop.sandbox.control("clock/advance", seconds=2 * 24 * 60 * 60)
    v1.subscriptions.pause(trial.id)
    v1.subscriptions.resume(trial.id)
    v1.subscriptions.cancel(trial.id)


def _club_unpaid(shop: Shop) -> None:
    _club(shop, "pm_card_chargeCustomerFail")
    shop.sandbox.control("clock/advance", seconds=24 * 60 * 60)


def _setup(shop: Shop) -> None:
    intents = shop.client.v1.setup_intents
    intents.create({"payment_method": "pm_card_visa", "confirm": True})
    asked = intents.create({"payment_method": "pm_card_authenticationRequired", "confirm": True})
    intents.cancel(asked.id)
    declined: Any = {"payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
    with pytest.raises(stripe.CardError):
        intents.create(declined)


def _portal(shop: Shop) -> None:
    portal, customer = shop.client.v1.billing_portal, shop.client.v1.customers.create({}).id
    features: Any = {"invoice_history": {"enabled": True}}
    made = portal.configurations.create({"features": features})
    portal.configurations.update(made.id, {"active": False})
    portal.sessions.create({"customer": customer})


PLATFORM, CONNECT = "/platform", "/connect"
TABLE: list[tuple[str, Story, str, str]] = [
    (
        "payment_intent.created payment_intent.succeeded",
        lambda shop: shop.sell(),
        PLATFORM,
        "payment_intent",
    ),
    ("charge.succeeded charge.updated", lambda shop: shop.sell(), PLATFORM, "charge"),
    ("customer.created customer.updated customer.deleted", _customer, PLATFORM, "customer"),
    (
        "payment_method.attached payment_method.updated payment_method.detached",
        _customer,
        PLATFORM,
        "payment_method",
    ),
    (
        "customer.subscription.created customer.subscription.updated"
        " customer.subscription.deleted customer.subscription.paused"
        " customer.subscription.resumed customer.subscription.trial_will_end",
        _club_life,
        PLATFORM,
        "subscription",
    ),
    (
        "invoice.created invoice.finalized invoice.updated invoice.paid invoice.payment_succeeded",
        _club,
        PLATFORM,
        "invoice",
    ),
    ("invoice.payment_failed invoice.voided", _club_unpaid, PLATFORM, "invoice"),
    (
        "billing_portal.configuration.created billing_portal.configuration.updated",
        _portal,
        PLATFORM,
        "billing_portal.configuration",
    ),
    ("billing_portal.session.created", _portal, PLATFORM, "billing_portal.session"),
    (
        "setup_intent.created setup_intent.succeeded setup_intent.requires_action"
        " setup_intent.setup_failed setup_intent.canceled",
        _setup,
        PLATFORM,
        "setup_intent",
    ),
    ("product.created product.updated product.deleted", _catalog, PLATFORM, "product"),
    ("price.created price.updated", _catalog, PLATFORM, "price"),
    ("transfer.created", lambda shop: shop.sell(), PLATFORM, "transfer"),
    ("application_fee.created", lambda shop: shop.sell(), PLATFORM, "application_fee"),
    ("checkout.session.completed", lambda shop: shop.sell(), PLATFORM, "checkout.session"),
    ("refund.created", _refund, PLATFORM, "refund"),
    ("charge.refunded", _refund, PLATFORM, "charge"),
    ("transfer.reversed", _refund, PLATFORM, "transfer"),
    ("application_fee.refunded", _refund, PLATFORM, "application_fee"),
    ("refund.updated refund.failed", _failed_refund, PLATFORM, "refund"),
    (
        "charge.dispute.created charge.dispute.funds_withdrawn charge.dispute.updated "
        "charge.dispute.closed charge.dispute.funds_reinstated",
        lambda shop: _dispute(shop, "won"),
        PLATFORM,
        "dispute",
    ),
    (
        "charge.pending charge.failed",
        lambda shop: _bank_debit(shop, "fail"),
        PLATFORM,
        "charge",
    ),
    (
        "payment_intent.processing payment_intent.payment_failed",
        lambda shop: _bank_debit(shop, "fail"),
        PLATFORM,
        "payment_intent",
    ),
    (
        "checkout.session.async_payment_failed",
        lambda shop: _bank_debit(shop, "fail"),
        PLATFORM,
        "checkout.session",
    ),
    (
        "checkout.session.async_payment_succeeded",
        lambda shop: _bank_debit(shop, "succeed"),
        PLATFORM,
        "checkout.session",
    ),
    ("checkout.session.expired", _stopped_at_authentication, PLATFORM, "checkout.session"),
    (
        "payment_intent.requires_action payment_intent.canceled",
        _stopped_at_authentication,
        PLATFORM,
        "payment_intent",
    ),
    ("payment_intent.amount_capturable_updated", _manual, PLATFORM, "payment_intent"),
    (
        "charge.captured",
        lambda shop: shop.client.v1.payment_intents.capture(_manual(shop)),
        PLATFORM,
        "charge",
    ),
    ("transfer.updated", _notes, PLATFORM, "transfer"),
    ("application_fee.refund.updated", _notes, PLATFORM, "fee_refund"),
    ("payout.created payout.paid", lambda shop: _payout(shop, None), PLATFORM, "payout"),
    ("payout.created payout.paid", lambda shop: _payout(shop, shop.account), CONNECT, "payout"),
    (
        "payout.updated payout.failed payout.canceled payout.reconciliation_completed",
        _payouts,
        PLATFORM,
        "payout",
    ),
    (
        "topup.created topup.succeeded topup.failed topup.canceled",
        _topups,
        PLATFORM,
        "topup",
    ),
    ("balance_settings.updated", _settings, PLATFORM, "balance_settings"),
    (
        "balance.available",
        lambda shop: shop.sell(card="4000000000000077"),
        PLATFORM,
        "balance",
    ),
    (
        "radar.early_fraud_warning.created radar.early_fraud_warning.updated",
        _fraud,
        PLATFORM,
        "radar.early_fraud_warning",
    ),
    (
        "account.external_account.created account.external_account.updated "
        "account.external_account.deleted",
        _bank_accounts,
        CONNECT,
        "bank_account",
    ),
    ("person.created person.updated person.deleted", _people, CONNECT, "person"),
    (
        "account.application.authorized",
        lambda shop: shop.connect("Another"),
        CONNECT,
        "application",
    ),
    (
        "account.application.deauthorized",
        lambda shop: shop.sandbox.control(f"accounts/{shop.account}/disconnect"),
        CONNECT,
        "application",
    ),
    (
        "account.application.deauthorized",
        lambda shop: shop.client.v1.accounts.delete(shop.account),
        CONNECT,
        "application",
    ),
    (
        "account.updated",
        lambda shop: shop.sandbox.control(
            f"accounts/{shop.account}/requirements", currently_due=["external_account"]
        ),
        CONNECT,
        "account",
    ),
    (
        "capability.updated",
        lambda shop: shop.sandbox.control(
            f"accounts/{shop.account}/capabilities", transfers="inactive"
        ),
        CONNECT,
        "capability",
    ),
    (
        "payment_intent.created payment_intent.succeeded",
        _direct_charge,
        CONNECT,
        "payment_intent",
    ),
    ("charge.succeeded charge.updated", _direct_charge, CONNECT, "charge"),
    ("application_fee.created", _direct_charge, PLATFORM, "application_fee"),
    ("payment.created", _destination_payment, CONNECT, "charge"),
]


@pytest.mark.parametrize(
    ("types", "story", "path", "kind"), TABLE, ids=[f"{row[0]} {row[2]}" for row in TABLE]
)
def test_each_event_goes_to_the_endpoint_of_whose_it_is(
    shop: Shop, listener: Listener, types: str, story: Story, path: str, kind: str
) -> None:
    hooks = Hooks(shop, listener)
    story(shop)
    events = [event for event in hooks.arrived() if event.type in types.split()]
    assert {event.type for event in events} == set(types.split())
    assert {event.data.object.object for event in events} == {kind}
    assert {event.id for event in events} <= {event.id for event in hooks.arrived(path)}
    assert all(("account" in event) == (path == CONNECT) for event in events)
    updates = [event for event in events if event.type.endswith(".updated")]
    assert all("previous_attributes" in event.data for event in updates)
    assert not any("previous_attributes" in e.data for e in events if e.type.endswith("created"))
