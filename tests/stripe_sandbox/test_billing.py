"""Subscriptions and their invoices: begun, renewed, in arrears, ended; each payment booked."""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.club import Club

Client = stripe.StripeClient
DAY = 86400


def period(subscription: stripe.Subscription) -> tuple[int, int]:
    item: Any = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def test_the_first_invoice_is_a_destination_charge(club: Club) -> None:
    joined = club.join(club.member())
    assert joined.status == "active"
    (invoice,) = club.invoices(joined)
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        "paid", 900, "subscription_create",
    )  # fmt: skip
    assert invoice.parent.subscription_details.subscription == joined.id  # type: ignore[union-attr]
    expanded: Any = club.v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
    intent = expanded.payments.data[0].payment.payment_intent
    paid: Any = club.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge.transfer"]})
    charge = paid.latest_charge
    assert (charge.transfer.amount, charge.application_fee_amount) == (900, 90)
    assert charge.transfer.destination == club.shop.account
    balances = club.shop.sandbox.read("balances")[club.shop.account]["usd"]
    assert balances["available"] == 810


def test_renewals_follow_each_other_without_gaps(club: Club) -> None:
    joined = club.join(club.member())
    first = period(joined)
    club.pass_days(100)
    renewed = club.now(joined)
    starts, ends = period(renewed)
    assert len(club.invoices(joined)) == 4
    assert ends > starts > first[1]
    lines: list[Any] = [invoice.lines.data[0] for invoice in club.invoices(joined)[::-1]]
    for earlier, later in itertools.pairwise(lines):
        assert earlier.period.end == later.period.start
    day = datetime.fromtimestamp(first[0], UTC).day
    assert all(datetime.fromtimestamp(line.period.start, UTC).day in {day, 28, 29, 30}
               for line in lines)  # fmt: skip


def test_arrears_are_recovered_by_a_new_card(club: Club) -> None:
    member = club.member()
    joined = club.join(member)
    club.change_card(member, "pm_card_chargeCustomerFail")
    club.pass_days(32)
    assert club.now(joined).status == "past_due"
    owed = club.invoices(joined)[0]
    assert (owed.status, owed.attempt_count) == ("open", 1)
    assert owed.next_payment_attempt
    club.change_card(member, "pm_card_visa")
    club.pass_days(3)
    assert club.now(joined).status == "active"
    assert [invoice.status for invoice in club.invoices(joined)] == ["paid", "paid"]


@pytest.mark.parametrize("ends", ["canceled", "unpaid", "past_due"])
def test_when_every_retry_has_failed_the_switch_decides(club: Club, ends: str) -> None:
    club.control("switches", dunning_ends=ends)
    member = club.member()
    joined = club.join(member)
    club.change_card(member, "pm_card_chargeCustomerFail")
    for days in (32, 3, 5, 7):
        club.pass_days(days)
    assert club.now(joined).status == ends
    assert club.invoices(joined)[-2].attempt_count == 4


def test_a_trial_costs_nothing_until_it_ends(club: Club) -> None:
    joined = club.join(club.member(), trial_period_days=14)
    assert (joined.status, club.invoices(joined)[0].amount_due) == ("trialing", 0)
    club.pass_days(12)
    types = [event["type"] for event in club.shop.sandbox.read("events")["events"]]
    assert "customer.subscription.trial_will_end" in types
    club.pass_days(3)
    assert club.now(joined).status == "active"
    assert club.invoices(joined)[0].amount_paid == 900


def test_a_declined_start_is_incomplete_and_expires(club: Club) -> None:
    joined = club.join(club.member("pm_card_chargeCustomerFail"))
    assert joined.status == "incomplete"
    club.pass_days(1)
    assert club.now(joined).status == "incomplete_expired"
    assert club.invoices(joined)[0].status == "void"
    assert club.v1.subscriptions.list().data == []
    assert len(club.v1.subscriptions.list({"status": "all"}).data) == 1


def test_a_start_can_be_refused_or_confirmed_by_the_client(club: Club) -> None:
    with pytest.raises(stripe.CardError):
        club.join(club.member("pm_card_chargeCustomerFail"), payment_behavior="error_if_incomplete")
    assert club.v1.subscriptions.list({"status": "all"}).data == []
    waiting = club.join(club.member(), payment_behavior="default_incomplete")
    assert waiting.status == "incomplete"
    invoice: Any = club.v1.invoices.retrieve(str(waiting.latest_invoice), {"expand": ["payments"]})
    intent = invoice.payments.data[0].payment.payment_intent
    club.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    assert club.now(waiting).status == "active"


def test_it_ends_at_once_or_at_the_end_of_its_period(club: Club) -> None:
    now, later = club.join(club.member()), club.join(club.member())
    gone = club.v1.subscriptions.cancel(now.id)
    assert (gone.status, gone.cancellation_details.reason) == (  # type: ignore[union-attr]
        "canceled", "cancellation_requested",
    )  # fmt: skip
    marked = club.v1.subscriptions.update(later.id, {"cancel_at_period_end": True})
    assert (marked.status, marked.cancel_at) == ("active", period(later)[1])
    club.pass_days(32)
    assert club.now(later).status == "canceled"
    assert len(club.invoices(later)) == 1
    with pytest.raises(stripe.InvalidRequestError):
        club.v1.subscriptions.update(now.id, {"metadata": {"a": "b"}})


def test_what_is_owed_at_the_end_is_not_collected_any_more(club: Club) -> None:
    """Neither after a cancellation nor after the customer is gone; others renew all the same."""
    canceled, deleted, other = club.member(), club.member(), club.member()
    subscriptions = [club.join(member) for member in (canceled, deleted, other)]
    for member in (canceled, deleted):
        club.change_card(member, "pm_card_chargeCustomerFail")
    club.pass_days(32)
    club.v1.subscriptions.cancel(subscriptions[0].id)
    club.change_card(canceled, "pm_card_visa")
    club.v1.customers.delete(deleted)
    club.pass_days(32)
    for ended in subscriptions[:2]:
        assert [invoice.status for invoice in club.invoices(ended)] == ["open", "paid"]
    assert len(club.invoices(subscriptions[2])) == 3


@pytest.mark.parametrize("quantity", [-1, -1000])
def test_nobody_buys_less_than_nothing(club: Club, quantity: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        club.join(club.member(), items=[{"price": club.price, "quantity": quantity}])
    assert refused.value.param == "items[0][quantity]"


def test_nobody_pays_with_somebody_elses_card(club: Club) -> None:
    (foreign,) = club.v1.customers.payment_methods.list(club.member()).data
    joined = club.join(club.member())
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        club.join(club.member(), default_payment_method=foreign.id)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        club.v1.subscriptions.update(joined.id, {"default_payment_method": foreign.id})


def test_fee_and_share_exclude_each_other_later_too(club: Club) -> None:
    joined = club.join(club.member())
    share: Any = {"destination": club.shop.account, "amount_percent": 50}
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        club.v1.subscriptions.update(joined.id, {"transfer_data": share})
    club.pass_days(32)
    assert [invoice.total for invoice in club.invoices(joined)] == [900, 900]


def test_another_price_counts_from_the_next_invoice(club: Club) -> None:
    joined = club.join(club.member())
    item = joined["items"].data[0].id
    dearer: Any = {"items": [{"id": item, "price": club.recurring(2000)}]}
    with pytest.raises(stripe.InvalidRequestError, match="does not prorate"):
        club.v1.subscriptions.update(joined.id, dearer)
    club.v1.subscriptions.update(joined.id, dearer | {"proration_behavior": "none"})
    club.pass_days(32)
    assert [invoice.total for invoice in club.invoices(joined)] == [2000, 900]
    yearly: Any = {"items": [{"id": item, "price": club.recurring(9000, "year")}]}
    club.v1.subscriptions.update(joined.id, yearly | {"proration_behavior": "none"})
    assert club.invoices(joined)[0].total == 9000


def test_another_price_can_begin_a_period_at_once(club: Club) -> None:
    joined = club.join(club.member())
    item, dearer = joined["items"].data[0], club.recurring(1900)
    change: Any = {"items": [{"id": item.id, "price": dearer}], "proration_behavior": "none"}
    club.v1.subscriptions.update(joined.id, change | {"billing_cycle_anchor": {"type": "now"}})
    latest, first = club.invoices(joined)
    assert (latest.billing_reason, latest.amount_paid, first.amount_paid) == (
        "subscription_update", 1900, 900,
    )  # fmt: skip


@pytest.mark.parametrize("behavior", ["allow_incomplete", "error_if_incomplete"])
def test_a_change_that_cannot_be_paid(club: Club, behavior: Any) -> None:
    member = club.member()
    joined = club.join(member)
    club.change_card(member, "pm_card_chargeCustomerFail")
    item, before = joined["items"].data[0], club.now(joined).to_dict()
    change: Any = {
        "items": [{"id": item.id, "price": club.recurring(1900)}], "proration_behavior": "none",
        "billing_cycle_anchor": {"type": "now"}, "payment_behavior": behavior,
    }  # fmt: skip
    if behavior == "error_if_incomplete":
        with pytest.raises(stripe.CardError) as refused:
            club.v1.subscriptions.update(joined.id, change)
        assert (refused.value.http_status, club.now(joined).to_dict()) == (402, before)
        assert len(club.invoices(joined)) == 1
    else:
        assert club.v1.subscriptions.update(joined.id, change).status == "past_due"
        assert club.now(joined).latest_invoice == club.invoices(joined)[0].id


def test_a_trial_can_end_with_a_change(club: Club) -> None:
    joined = club.join(club.member(), trial_period_days=10)
    item, dearer = joined["items"].data[0], club.recurring(1900)
    change: Any = {"items": [{"id": item.id, "price": dearer}], "proration_behavior": "none"}
    assert club.v1.subscriptions.update(joined.id, change | {"trial_end": "now"}).status == "active"
    assert [invoice.amount_paid for invoice in club.invoices(joined)] == [1900, 0]


def test_an_end_without_the_flag(club: Club) -> None:
    """As the portal ends subscriptions of flexible billing."""
    joined = club.join(club.member())
    both: Any = {"cancel_at": "", "cancel_at_period_end": False}
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        club.v1.subscriptions.update(joined.id, both)
    ends: Any = {"cancel_at": "min_period_end"}
    told = club.v1.subscriptions.update(joined.id, ends)
    assert (told.cancel_at, told.cancel_at_period_end) == (period(joined)[1], False)
    assert club.v1.subscriptions.update(joined.id, {"cancel_at": ""}).cancel_at is None
    club.v1.subscriptions.update(joined.id, ends)
    club.pass_days(32)
    assert (club.now(joined).status, len(club.invoices(joined))) == ("canceled", 1)


def test_a_trial_goes_on_whatever_is_chosen_meanwhile(club: Club) -> None:
    joined = club.join(club.member(), trial_period_days=10)
    item, yearly = joined["items"].data[0], club.recurring(9000, "year")
    change: Any = {"items": [{"id": item.id, "price": yearly}], "proration_behavior": "none"}
    club.v1.subscriptions.update(joined.id, change)
    assert (club.now(joined).status, len(club.invoices(joined))) == ("trialing", 1)
    club.pass_days(11)
    assert club.invoices(joined)[0].amount_paid == 9000


def test_paused_and_resumed(club: Club) -> None:
    joined = club.join(club.member())
    assert club.v1.subscriptions.pause(joined.id).status == "paused"
    club.pass_days(60)
    assert len(club.invoices(joined)) == 1
    assert club.v1.subscriptions.resume(joined.id).status == "active"
    assert len(club.invoices(joined)) == 2


def test_deleting_a_customer_ends_what_it_pays(club: Club) -> None:
    member = club.member()
    joined = club.join(member)
    club.v1.customers.delete(member)
    assert club.now(joined).status == "canceled"


@pytest.mark.parametrize(
    ("terms", "param"),
    [
        ({"items": []}, "items"),
        ({"customer": "cus_none"}, "customer"),
        ({"application_fee_percent": 101}, "application_fee_percent"),
        ({"application_fee_percent": "1.234"}, "application_fee_percent"),
        ({"transfer_data": {"destination": "acct_none"}}, "transfer_data[destination]"),
        ({"trial_end": 1}, "trial_end"),
        ({"default_payment_method": "pm_none"}, "default_payment_method"),
        ({"discounts": [{"coupon": "x"}]}, "discounts"),
        ({"days_until_due": 3}, "days_until_due"),
    ],
)
def test_terms_that_make_no_sense(club: Club, terms: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        club.join(club.member(), **terms)
    assert refused.value.param == param


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    amount=st.integers(100, 99_999),
    hundredths=st.integers(0, 10_000),
    by_fee=st.booleans(),
    rounding=st.sampled_from(["floor", "nearest"]),
)
def test_every_cent_of_an_invoice_is_somebodys(
    club: Club, sandbox: RunningSandbox, amount: int, hundredths: int, by_fee: bool, rounding: str
) -> None:
    club.control("switches", fee_percent_rounding=rounding)
    club.price, percent = club.recurring(amount), f"{hundredths / 100:.2f}"
    before = sandbox.read("balances")
    split: dict[str, Any] = {"application_fee_percent": percent}
    if not by_fee:
        data = {"destination": club.shop.account, "amount_percent": percent}
        split = {"application_fee_percent": None, "transfer_data": data}
    club.join(club.member(), **split)
    after = sandbox.read("balances")

    def gained(account: str) -> int:
        sums = [
            each.get(account, {}).get("usd", {}).get("available", 0) for each in (after, before)
        ]
        return int(sums[0] - sums[1])

    seller = gained(club.shop.account)
    exact = amount * hundredths
    wanted = (exact + 5000 * (rounding == "nearest")) // 10_000
    assert seller == (amount - wanted if by_fee else wanted)
    platform = next(name for name in after if name != club.shop.account)
    stripe_fee = amount - seller - gained(platform)
    assert stripe_fee == (amount * 29 + 500) // 1000 + 30
