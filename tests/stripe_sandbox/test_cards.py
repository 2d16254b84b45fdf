"""Every test card and test bank account does what docs.stripe.com/testing says."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.payments.cards import CARDS
from tests.stripe_sandbox.shop import Shop

SUCCEEDS = [
    ("4242424242424242", "pm_card_visa", "visa"),
    ("5555555555554444", "pm_card_mastercard", "mastercard"),
    ("378282246310005", "pm_card_amex", "amex"),
    ("6200000000000005", "pm_card_unionpay", "unionpay"),
    ("6205500000000000004", "pm_card_unionpay19", "unionpay"),
    ("4000000000000077", "pm_card_bypassPending", "visa"),
]
DECLINES = [
    ("4000000000000002", "pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    (
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
    ),
    ("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    (
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "processing_error",
        "processing_error",
    ),
    (
        "4000000000006975",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        "card_declined",
        "card_velocity_exceeded",
    ),
    ("4000000000000341", "pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ("4100000000000019", "pm_card_radarBlock", "card_declined", "fraudulent"),
]
CHALLENGES = [
    ("4000002500003155", "pm_card_authenticationRequiredOnSetup", None),
    ("4000002760003184", "pm_card_authenticationRequired", None),
    ("4000000000003220", "pm_card_threeDSecure2Required", None),
    ("4000008400001629", "pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"),
    ("4000008260003178", "pm_card_threeDSecureInsufficientFunds", "insufficient_funds"),
]
LATER = [
    ("4000000000000259", "pm_card_createDispute", ["needs_response fraudulent"]),
    (
        "4000000000002685",
        "pm_card_createDisputeProductNotReceived",
        ["needs_response product_not_received"],
    ),
    ("4000000000001976", "pm_card_createDisputeInquiry", ["warning_needs_response fraudulent"]),
    ("4000000404000079", "pm_card_createMultipleDisputes", ["needs_response fraudulent"] * 2),
    ("4000000000005423", "pm_card_createIssuerFraudRecord", ["warning misc"]),
]
REFUNDS = [
    ("4000000000005126", "pm_card_refundFail", "succeeded", "failed"),
    ("4000000000007726", "pm_card_pendingRefund", "pending", "succeeded"),
]


def test_no_card_is_forgotten() -> None:
    tables: list[list[Any]] = [SUCCEEDS, DECLINES, CHALLENGES, LATER, REFUNDS]
    known = {(row[0], row[1]) for table in tables for row in table}
    assert known == {(card.number, card.token) for card in CARDS}


def intent_params(shop: Shop, method: str) -> Any:
    return {
        "amount": 1000,
        "currency": "usd",
        "payment_method": method,
        "confirm": True,
        "transfer_data": {"destination": shop.account},
        "application_fee_amount": 123,
    }


@pytest.mark.parametrize(("number", "token", "brand"), SUCCEEDS)
def test_a_card_that_succeeds(shop: Shop, number: str, token: str, brand: str) -> None:
    intent = shop.client.v1.payment_intents.create(intent_params(shop, token))
    charge = shop.sell(card=number)
    assert (intent.status, charge.status) == ("succeeded", "succeeded")
    assert charge.payment_method_details is not None
    card = charge.payment_method_details.card
    assert card is not None
    assert (card.brand, card.last4) == (brand, number[-4:])
    assert shop.balances == (128, 1754)


@pytest.mark.parametrize(("number", "token", "code", "decline"), DECLINES)
def test_a_card_that_is_declined(
    shop: Shop, number: str, token: str, code: str, decline: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        shop.client.v1.payment_intents.create(intent_params(shop, token))
    assert refused.value.error is not None
    assert (refused.value.code, refused.value.error.decline_code) == (code, decline)
    session = shop.session()
    paid = shop.sandbox.control(f"sessions/{session.id}/pay", card=number)
    assert (paid["decline"]["code"], paid["decline"]["decline_code"]) == (code, decline)
    assert (paid["status"], paid["payment_intent_status"]) == ("open", "requires_payment_method")
    charge = shop.client.v1.charges.retrieve(paid["charge"])
    assert (charge.status, charge.failure_code, charge.paid) == ("failed", code, False)
    assert charge.outcome is not None
    blocked = number == "4100000000000019"
    assert charge.outcome.type == ("blocked" if blocked else "issuer_declined")
    assert shop.balances == (0, 0)


@pytest.mark.parametrize(("number", "token", "decline"), CHALLENGES)
def test_a_card_that_asks_for_authentication(
    shop: Shop, number: str, token: str, decline: str | None
) -> None:
    session = shop.session(application_fee_amount=123)
    paid = shop.sandbox.control(f"sessions/{session.id}/pay", card=number)
    assert (paid["decline"] or {}).get("decline_code") == decline
    params = intent_params(shop, token)
    passed, failed = (shop.client.v1.payment_intents.create(params) for _ in range(2))
    assert (passed.status, passed.latest_charge) == ("requires_action", None)
    shop.sandbox.control(f"payment_intents/{passed.id}/authenticate")
    shop.sandbox.control(f"payment_intents/{failed.id}/authenticate", passed=False)
    passed = shop.client.v1.payment_intents.retrieve(passed.id)
    assert passed.status == ("requires_payment_method" if decline else "succeeded")
    failed = shop.client.v1.payment_intents.retrieve(failed.id)
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert shop.balances == ((0, 0) if decline else (128, 1754))


@pytest.mark.parametrize(("number", "token", "found"), LATER)
def test_a_card_with_consequences(shop: Shop, number: str, token: str, found: list[str]) -> None:
    intent = shop.client.v1.payment_intents.create(intent_params(shop, token))
    shop.sell(card=number)
    shop.sandbox.control("clock/advance", seconds=10)
    for wanted in ({"payment_intent": intent.id}, {}):
        disputes = shop.client.v1.disputes.list(wanted).data  # type: ignore[arg-type]
        warnings = shop.client.v1.radar.early_fraud_warnings.list(wanted).data  # type: ignore[arg-type]
        seen = [f"{each.status} {each.reason}" for each in disputes]
        seen += [f"warning {each.fraud_type}" for each in warnings]
        assert seen == (found if wanted else found * 2)


@pytest.mark.parametrize(("number", "token", "first", "last"), REFUNDS)
def test_a_card_whose_refunds_take_time(
    shop: Shop, number: str, token: str, first: str, last: str
) -> None:
    shop.topup(9000)
    shop.client.v1.payment_intents.create(intent_params(shop, token))
    shop.sell(card=number)
    refunds = [shop.refund(charge) for charge in shop.client.v1.charges.list().data]
    assert [each.status for each in refunds] == [first, first]
    shop.sandbox.control("clock/advance", seconds=61)
    found = shop.client.v1.refunds.list().data
    assert [each.status for each in found] == [last, last]


BANKS = [
    ("sepa_debit", "eur", {"iban": "AT321904300235473204"}, None),
    ("sepa_debit", "eur", {"iban": "AT861904300235473202"}, "insufficient_funds"),
    ("au_becs_debit", "aud", {"bsb_number": "000000", "account_number": "900123456"}, None),
    (
        "au_becs_debit",
        "aud",
        {"bsb_number": "000000", "account_number": "111111113"},
        "account_closed",
    ),
    (
        "us_bank_account",
        "usd",
        {"routing_number": "110000000", "account_number": "000111111116"},
        "no_account",
    ),
]


@pytest.mark.parametrize(("kind", "currency", "numbers", "failure"), BANKS)
def test_a_bank_debit_takes_three_minutes(
    shop: Shop, kind: str, currency: str, numbers: dict[str, str], failure: str | None
) -> None:
    params: Any = {
        "amount": 1000,
        "currency": currency,
        "confirm": True,
        "payment_method_data": {"type": kind, kind: numbers},
        "transfer_data": {"destination": shop.account},
    }
    intent = shop.client.v1.payment_intents.create(params)
    assert intent.status == "processing"
    shop.sandbox.control("clock/advance", seconds=179)
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "processing"
    shop.sandbox.control("clock/advance", seconds=2)
    intent = shop.client.v1.payment_intents.retrieve(intent.id)
    assert intent.status == ("requires_payment_method" if failure else "succeeded")
    charge = shop.client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.failure_code, charge.status) == (failure, "failed" if failure else "succeeded")
    assert shop.balance(shop.account, currency) == (0 if failure else 1000)


@pytest.mark.parametrize("end", ["settle", "cancel", "expire"])
def test_a_refund_that_asks_the_customer(shop: Shop, end: str) -> None:
    shop.topup(5000, currency="sek")
    session = shop.session(1000, "sek", application_fee_amount=100)
    shop.sandbox.control(f"sessions/{session.id}/pay", bank="succeed", email="jo@example.com")
    shop.sandbox.control(f"sessions/{session.id}/settle", outcome="succeed")
    (charge,) = shop.client.v1.charges.list().data
    before = shop.balance(currency="sek")
    refund = shop.refund(charge, instructions_email="jo@example.com")
    assert (refund.status, shop.balance(currency="sek")) == ("requires_action", before - 1000)
    assert refund.next_action is not None
    assert refund.next_action.display_details is not None
    assert refund.next_action.display_details.email_sent.email_sent_to == "jo@example.com"
    if end == "settle":
        shop.sandbox.control(f"refunds/{refund.id}/settle")
    elif end == "cancel":
        shop.client.v1.refunds.cancel(refund.id)
    else:
        shop.client.v1.test_helpers.refunds.expire(refund.id)
    refund = shop.client.v1.refunds.retrieve(refund.id)
    status = {"settle": "succeeded", "cancel": "canceled", "expire": "failed"}[end]
    assert (refund.status, refund.next_action) == (status, None)
    back = 0 if end == "settle" else 1000
    assert shop.balance(currency="sek") == before - 1000 + back
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.test_helpers.refunds.expire(refund.id)


def test_a_dispute_ends_refunds_that_wait_for_money(shop: Shop) -> None:
    charge = shop.sell()
    refund = shop.refund(charge)
    assert refund.pending_reason == "insufficient_funds"
    shop.sandbox.control(f"charges/{charge.id}/dispute")
    refund = shop.client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == (
        "failed",
        "charge_for_pending_refund_disputed",
    )
    assert refund.failure_balance_transaction is None
