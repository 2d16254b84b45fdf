"""What a platform does with the accounts that it controls."""

from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.shop import Shop

BANK: Any = {
    "object": "bank_account",
    "country": "US",
    "currency": "usd",
    "account_number": "000123456789",
}


def _make(shop: Shop, kind: Any = "custom", **more: Any) -> str:
    wanted: Any = {"transfers": {"requested": True}, "card_payments": {"requested": True}}
    params: Any = {"type": kind, "country": "US", "capabilities": wanted, **more}
    return shop.client.v1.accounts.create(params).id


def _members(kind: Any) -> set[str]:
    optional = {"deleted", "OBJECT_NAME", "description", "iin", "issuer"}
    return set(kind.__annotations__) - optional


def test_external_accounts_have_one_default_per_currency(shop: Shop) -> None:
    account, banks = _make(shop), shop.client.v1.accounts.external_accounts
    first = banks.create(account, {"external_account": BANK})
    second = banks.create(account, {"external_account": "btok_us_verified"})
    euro = banks.create(account, {"external_account": {**BANK, "currency": "eur"}})
    card = banks.create(account, {"external_account": "tok_visa_debit"})
    assert _members(stripe.BankAccount) <= first.to_dict().keys()
    assert _members(stripe.Card) <= card.to_dict().keys()
    assert (first["default_for_currency"], second["default_for_currency"]) == (True, False)
    assert euro["default_for_currency"]
    with pytest.raises(stripe.InvalidRequestError):
        banks.delete(account, first.id)
    banks.update(account, second.id, {"default_for_currency": True, "metadata": {"a": "b"}})
    assert banks.delete(account, first.id).deleted
    listed = banks.list(account, {"object": "bank_account"}).data
    assert [(each.id, each["default_for_currency"]) for each in listed] == [
        (euro.id, True),
        (second.id, True),
    ]
    shown = shop.client.v1.accounts.retrieve(account).external_accounts
    assert shown is not None
    assert [each.id for each in shown.data] == [card.id, euro.id, second.id]
    options: Any = {"stripe_account": account}
    events = [each.type for each in shop.client.v1.events.list({}, options).data]
    assert events[0] == "account.external_account.deleted"
    assert "account.external_account.updated" in events


def test_an_account_can_be_made_with_its_bank(shop: Shop) -> None:
    account = shop.client.v1.accounts.retrieve(_make(shop, external_account=BANK))
    assert account.external_accounts is not None
    assert [each["last4"] for each in account.external_accounts.data] == ["6789"]
    assert account.requirements is not None
    assert account.requirements.currently_due == ["tos_acceptance.date"]


def test_without_a_bank_there_is_no_payout(shop: Shop) -> None:
    account = _make(shop)
    due = ["external_account"]
    shop.sandbox.control(f"accounts/{account}/requirements", currently_due=due)
    shop.topup(5000, account)
    options: Any = {"stripe_account": account}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.payouts.create({"amount": 1000, "currency": "usd"}, options)
    assert "external accounts" in str(refused.value.user_message)


@pytest.mark.parametrize(
    ("reason", "disabled"),
    [
        ("fraud_other", "rejected.platform_fraud"),
        ("terms_of_service", "rejected.platform_terms_of_service"),
        ("other", "rejected.platform_other"),
    ],
)
def test_a_rejected_account_is_neither_paid_nor_pays_out(
    shop: Shop, reason: Any, disabled: str
) -> None:
    account = _make(shop, external_account=BANK)
    shop.topup(5000)
    shop.topup(5000, account)
    rejected = shop.client.v1.accounts.reject(account, {"reason": reason})
    assert rejected.requirements is not None
    assert (rejected.requirements.disabled_reason, rejected.charges_enabled) == (disabled, False)
    transfer: Any = {"amount": 100, "currency": "usd", "destination": account}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.transfers.create(transfer)
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    with pytest.raises(stripe.InvalidRequestError) as stopped:
        shop.client.v1.payouts.create(
            {"amount": 1000, "currency": "usd"}, {"stripe_account": account}
        )
    assert stopped.value.code == "payouts_not_allowed"
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.accounts.reject(account, {"reason": reason})
    assert shop.client.v1.accounts.unreject(account).charges_enabled
    assert shop.client.v1.transfers.create(transfer).amount == 100


def test_capabilities_say_what_they_wait_for(shop: Shop) -> None:
    account = _make(shop)
    due = ["individual.verification.document"]
    shop.sandbox.control(
        f"accounts/{account}/requirements",
        currently_due=due,
        disabled_reason="requirements.past_due",
    )
    shop.sandbox.control(f"accounts/{account}/capabilities", transfers="inactive")
    waiting = shop.client.v1.accounts.capabilities.retrieve(account, "transfers")
    assert set(waiting.to_dict()) == _members(stripe.Capability)
    assert waiting.requirements is not None
    assert (waiting.status, waiting.requirements.currently_due) == ("inactive", due)
    active = shop.client.v1.accounts.capabilities.retrieve(account, "card_payments")
    assert active.requirements is not None
    assert (active.status, active.requirements.currently_due) == ("active", [])
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.accounts.capabilities.retrieve(account, "telepathy")
    assert refused.value.http_status == 404


def test_login_links_are_for_express_accounts(shop: Shop) -> None:
    express = _make(shop, "express")
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.accounts.login_links.create(express)
    shop.sandbox.control(f"accounts/{express}/requirements", currently_due=[])
    link = shop.client.v1.accounts.login_links.create(express)
    assert link.url.startswith(shop.sandbox.url)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.accounts.login_links.create(_make(shop, "custom"))


def test_an_account_session_tells_what_it_opens(shop: Shop) -> None:
    wanted: Any = {"payments": {"enabled": True, "features": {"refund_management": True}}}
    made = shop.client.v1.account_sessions.create({"account": shop.account, "components": wanted})
    assert set(made.to_dict()) == _members(stripe.AccountSession)
    assert made.components.payments.features.refund_management
    assert not made.components.payments.features.dispute_management
    assert not made.components.payouts.enabled


def test_persons_are_kept_without_their_secrets(shop: Shop) -> None:
    account, persons = _make(shop), shop.client.v1.accounts.persons
    person = persons.create(
        account,
        {
            "first_name": "Jo",
            "ssn_last_4": "0000",
            "relationship": {"owner": True, "title": "CEO"},
            "dob": {"day": 1, "month": 2, "year": 1990},
        },
    )
    assert _members(stripe.Person) <= person.to_dict().keys()
    assert (person.ssn_last_4_provided, "0000" in str(person)) == (True, False)
    persons.create(account, {"relationship": {"director": True}})
    owners = persons.list(account, {"relationship": {"owner": True}}).data
    assert [each.id for each in owners] == [person.id]
    changed = persons.update(account, person.id, {"last_name": "Doe", "dob": ""})
    assert (changed.first_name, changed.last_name) == ("Jo", "Doe")
    assert changed.dob is not None
    assert changed.dob.day is None
    assert persons.delete(account, person.id).deleted
    with pytest.raises(stripe.InvalidRequestError) as refused:
        persons.retrieve(account, person.id)
    assert refused.value.code == "resource_missing"


def test_what_belongs_to_a_standard_account_is_its_owners(shop: Shop) -> None:
    v1, account = shop.client.v1, shop.account
    for attempt in (
        lambda: v1.accounts.persons.list(account),
        lambda: v1.accounts.external_accounts.list(account),
        lambda: v1.accounts.reject(account, {"reason": "other"}),
    ):
        with pytest.raises(stripe.PermissionError):
            attempt()
