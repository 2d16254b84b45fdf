"""Payouts, by hand and by schedule, top-ups, and the banks behind them."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import Refused
from tests.stripe_sandbox.shop import Shop

DAY = 86400
NO_ACCOUNT = "000111111116"


@pytest.fixture
def custom(shop: Shop) -> str:
    """A Custom account with a bank and 5000 in its balance."""
    account = shop.client.v1.accounts.create(
        {"type": "custom", "country": "US", "capabilities": {"transfers": {"requested": True}}}
    ).id
    shop.sandbox.control(f"accounts/{account}/requirements", currently_due=[])
    add_bank(shop, account)
    shop.topup(5000, account)
    return account


def add_bank(shop: Shop, account: str, number: str = "000123456789", **more: Any) -> str:
    bank: Any = {"object": "bank_account", "country": "US", "currency": "usd"}
    params: Any = {"external_account": {**bank, "account_number": number}, **more}
    return str(shop.client.v1.accounts.external_accounts.create(account, params).id)


def pay_out(shop: Shop, account: str | None = None, amount: int = 1000, **more: Any) -> Any:
    params: Any = {"amount": amount, "currency": "usd", **more}
    options: Any = {"stripe_account": account} if account else {}
    return shop.client.v1.payouts.create(params, options)


def types(shop: Shop, account: str | None = None, **wanted: Any) -> list[tuple[str, int]]:
    """Balance transactions, oldest first."""
    options: Any = {"stripe_account": account} if account else {}
    params: Any = {"limit": 100, **wanted}
    found = shop.client.v1.balance_transactions.list(params, options).data
    return [(each.type, each.net) for each in found][::-1]


def test_a_payout_leaves_at_once_and_arrives_later(shop: Shop) -> None:
    shop.topup(5000)
    payout = pay_out(shop, statement_descriptor="SHOP", metadata={"batch": "7"})
    assert (payout.status, payout.automatic, payout.method) == ("pending", False, "standard")
    assert payout.reconciliation_status == "not_applicable"
    assert (payout.metadata.batch, payout.statement_descriptor) == ("7", "SHOP")
    assert shop.balance() == 4000
    shop.sandbox.control("clock/advance", seconds=2 * 3600)
    assert shop.client.v1.payouts.retrieve(payout.id).status == "in_transit"
    shop.sandbox.control("clock/advance", seconds=DAY)
    assert shop.client.v1.payouts.retrieve(payout.id).status == "paid"
    assert shop.event_types()[-3:] == ["payout.created", "payout.updated", "payout.paid"]
    assert shop.client.v1.payouts.list({"status": "paid"}).data[0].id == payout.id
    late: Any = {"arrival_date": {"gt": payout.arrival_date}}
    assert shop.client.v1.payouts.list(late).data == []


def test_a_payout_shows_every_member(shop: Shop) -> None:
    shop.topup(5000)
    made = pay_out(shop).to_dict()
    assert set(stripe.Payout.__annotations__) - {"OBJECT_NAME"} <= made.keys()


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amount": 5001}, "balance_insufficient"),
        ({"amount": 0}, "parameter_invalid_integer"),
        ({"method": "instant"}, "instant_payouts_unsupported"),
        ({"destination": "ba_unknown"}, "resource_missing"),
    ],
)
def test_payouts_that_cannot_be(shop: Shop, params: dict[str, Any], code: str) -> None:
    shop.topup(5000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_out(shop, **params)
    assert refused.value.code == code
    assert shop.balance() == 5000


def test_forints_are_paid_out_whole(shop: Shop) -> None:
    shop.topup(5050, currency="huf")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_out(shop, amount=5050, currency="huf")
    assert refused.value.param == "amount"
    assert pay_out(shop, amount=5000, currency="huf").currency == "huf"


def test_standard_accounts_pay_themselves_out(shop: Shop) -> None:
    shop.topup(5000, shop.account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_out(shop, shop.account)
    assert refused.value.code == "not_allowed_on_standard_account"
    options: Any = {"stripe_account": shop.account}
    assert shop.client.v1.payouts.list({}, options).data == []


def test_a_pending_payout_can_be_canceled(shop: Shop) -> None:
    shop.topup(5000)
    payout = shop.client.v1.payouts.cancel(pay_out(shop).id)
    assert (payout.status, shop.balance()) == ("canceled", 5000)
    assert types(shop)[1:] == [("payout", -1000), ("payout_cancel", 1000)]
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.payouts.cancel(payout.id)


def test_a_failing_bank_returns_the_money(shop: Shop, custom: str) -> None:
    add_bank(shop, custom, NO_ACCOUNT, default_for_currency=True)
    payout = pay_out(shop, custom)
    shop.sandbox.control("clock/advance", seconds=2 * DAY)
    options: Any = {"stripe_account": custom}
    payout = shop.client.v1.payouts.retrieve(payout.id, {}, options)
    assert (payout.status, payout.failure_code) == ("failed", "no_account")
    assert types(shop, custom)[-2:] == [("payout", -1000), ("payout_failure", 1000)]
    returned = shop.client.v1.balance_transactions.retrieve(
        payout.failure_balance_transaction, {}, options
    )
    assert (returned.amount, returned.source, returned.reporting_category) == (
        1000,
        payout.id,
        "payout_reversal",
    )
    bank = shop.client.v1.accounts.external_accounts.retrieve(custom, str(payout.destination))
    assert bank["status"] == "errored"
    events = shop.client.v1.events.list({"type": "payout.failed"}, options).data
    assert [(event.account, event.data.object["id"]) for event in events] == [(custom, payout.id)]


def test_even_a_paid_payout_can_fail(shop: Shop) -> None:
    shop.topup(5000)
    payout = pay_out(shop)
    shop.sandbox.control(f"payouts/{payout.id}/arrive")
    failed = shop.sandbox.control(f"payouts/{payout.id}/fail", failure_code="account_closed")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert shop.balance() == 5000
    with pytest.raises(Refused):
        shop.sandbox.control(f"payouts/{payout.id}/fail")


def test_a_payout_of_a_connected_account_can_be_reversed(shop: Shop, custom: str) -> None:
    options: Any = {"stripe_account": custom}
    payout = pay_out(shop, custom)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.payouts.reverse(payout.id, {}, options)
    shop.sandbox.control(f"payouts/{payout.id}/arrive")
    reversal = shop.client.v1.payouts.reverse(payout.id, {}, options)
    assert (reversal.amount, reversal.original_payout) == (-1000, payout.id)
    assert shop.client.v1.payouts.retrieve(payout.id, {}, options).reversed_by == reversal.id
    assert shop.balance(custom) == 5000
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.payouts.reverse(payout.id, {}, options)


def test_a_debit_card_takes_instant_payouts(shop: Shop, custom: str) -> None:
    card = shop.client.v1.accounts.external_accounts.create(
        custom, {"external_account": "tok_visa_debit"}
    )
    payout = pay_out(shop, custom, destination=card.id, method="instant")
    assert (payout.method, payout.type) == ("instant", "card")
    shop.sandbox.control("clock/advance", seconds=1801)
    options: Any = {"stripe_account": custom}
    assert shop.client.v1.payouts.retrieve(payout.id, {}, options).status == "paid"


def test_nothing_is_paid_out_by_itself_unless_asked(shop: Shop) -> None:
    shop.sell()
    shop.sandbox.control("clock/advance", seconds=10 * DAY)
    assert shop.client.v1.payouts.list().data == []
    assert shop.balances == (64, 877)


@pytest.mark.parametrize("itself", [False, True])
def test_the_transactions_of_an_automatic_payout_add_up_to_it(shop: Shop, itself: bool) -> None:
    shop.sandbox.control("switches", automatic_payouts=True, payout_lists_itself=itself)
    shop.topup(3000)
    shop.refund(shop.sell(), amount=300, reverse_transfer=True)
    shop.sandbox.control("clock/advance", seconds=DAY + 60)
    (payout,) = shop.client.v1.payouts.list().data
    assert (payout.automatic, payout.reconciliation_status) == (True, "completed")
    settled = types(shop, payout=payout.id)
    assert sum(net for _, net in settled) == (0 if itself else payout.amount)
    assert ("payout" in dict(settled)) is itself
    assert {kind for kind, _ in settled} >= {"topup", "charge", "transfer", "refund"}
    assert shop.balances == (0, 0)
    seller: Any = {"stripe_account": shop.account}
    (other,) = shop.client.v1.payouts.list({}, seller).data
    assert sum(net for _, net in types(shop, shop.account, payout=other.id)) == (
        0 if itself else other.amount
    )


def test_a_failed_automatic_payout_is_part_of_the_next(shop: Shop) -> None:
    shop.topup(3000)
    first = shop.sandbox.control("payouts/automatic")
    shop.topup(500)
    shop.sandbox.control(f"payouts/{first['id']}/fail", failure_code="declined")
    with pytest.raises(Refused):
        shop.sandbox.control("payouts/automatic")
    assert types(shop, payout=first["id"]) == [("topup", 3000)]
    assert shop.balance() == 3500
    shop.sandbox.control(f"accounts/{shop.sandbox.read('platform')['account']}/bank")
    second = shop.sandbox.control("payouts/automatic")
    assert types(shop, payout=second["id"]) == [("topup", 500), ("payout_failure", 3000)]


def test_manual_payouts_do_not_say_what_they_settle(shop: Shop) -> None:
    shop.topup(3000)
    payout = pay_out(shop)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.balance_transactions.list({"payout": payout.id})
    assert refused.value.param == "payout"
    automatic = shop.sandbox.control("payouts/automatic")
    assert types(shop, payout=automatic["id"]) == [("topup", 3000), ("payout", -1000)]


@pytest.mark.parametrize(
    ("schedule", "days", "paid"),
    [
        ({"interval": "manual"}, 40, False),
        ({"interval": "daily"}, 1, True),
        ({"interval": "weekly", "weekly_payout_days": ["monday"]}, 7, True),
        ({"interval": "monthly", "monthly_payout_days": [31]}, 31, True),
    ],
)
def test_the_schedule_decides(
    shop: Shop, custom: str, schedule: dict[str, Any], days: int, paid: bool
) -> None:
    shop.sandbox.control("switches", automatic_payouts=True)
    settings: Any = {"settings": {"payouts": {"schedule": schedule}}}
    shop.client.v1.accounts.update(custom, settings)
    shop.sandbox.control("clock/advance", seconds=days * DAY + 60)
    assert shop.balance(custom) == (0 if paid else 5000)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_negative_balance_is_debited_from_the_bank(
    shop: Shop, custom: str, allowed: bool
) -> None:
    shop.sandbox.control("switches", negative_balance_debits=True, seller_shortfall="negative")
    settings: Any = {"settings": {"payouts": {"debit_negative_balances": allowed}}}
    shop.client.v1.accounts.update(custom, settings)
    pay_out(shop, custom, amount=5000)
    shop.topup(9000)
    transfer = shop.client.v1.transfers.create(
        {"amount": 700, "currency": "usd", "destination": custom}
    )
    pay_out(shop, custom, amount=700)
    shop.client.v1.transfers.reversals.create(transfer.id)
    assert shop.balance(custom) == -700
    assert shop.client.v1.balance.retrieve().connect_reserved[0].amount == 700
    shop.sandbox.control("clock/advance", seconds=DAY + 60)
    assert shop.balance(custom) == (0 if allowed else -700)


def test_topups_arrive_fail_and_are_canceled(shop: Shop) -> None:
    ask: Any = {"amount": 2000, "currency": "usd", "description": "Reserve"}
    first, second = (shop.client.v1.topups.create(ask) for _ in range(2))
    third = shop.client.v1.topups.create({**ask, "source": "btok_us_verified_noAccount"})
    assert (first.status, shop.balance()) == ("pending", 0)
    assert set(stripe.Topup.__annotations__) - {"OBJECT_NAME"} <= first.to_dict().keys()
    assert shop.client.v1.topups.cancel(second.id).status == "canceled"
    shop.sandbox.control("clock/advance", seconds=DAY + 60)
    found = {each.id: each for each in shop.client.v1.topups.list({"amount": {"gte": 2000}}).data}
    assert [found[each.id].status for each in (first, second, third)] == [
        "succeeded",
        "canceled",
        "failed",
    ]
    assert found[third.id].failure_code == "no_account"
    assert types(shop) == [("topup", 2000)]
    assert shop.client.v1.balance_transactions.list().data[0].source == first.id
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.topups.cancel(first.id)


def test_balance_settings_are_the_settings_of_the_account(shop: Shop, custom: str) -> None:
    options: Any = {"stripe_account": custom}
    before = shop.client.v1.balance_settings.retrieve({}, options)
    assert not before.payments.debit_negative_balances
    wanted: Any = {
        "debit_negative_balances": True,
        "payouts": {"schedule": {"interval": "weekly", "weekly_payout_days": ["friday"]}},
        "settlement_timing": {"delay_days_override": 7},
    }
    changed = shop.client.v1.balance_settings.update({"payments": wanted}, options)
    assert changed.payments.settlement_timing.delay_days == 7
    settings = shop.client.v1.accounts.retrieve(custom).settings
    assert settings is not None
    assert settings.payouts is not None
    assert settings.payouts.debit_negative_balances
    assert settings.payouts.schedule.interval == "weekly"
    assert settings.payouts.schedule.delay_days == 7
