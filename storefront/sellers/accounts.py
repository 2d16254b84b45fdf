"""Connected accounts: what Stripe says of them, kept fresh.

An event tells only that something changed; the account is then read, and the newest read
wins, so that late and repeated events do no harm.
"""

import logging
from typing import Any

from storefront.clock import ago, in_future, timestamp
from storefront.current import Services
from storefront.sellers import account_mails, requirements
from storefront.sellers.repository import stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Store, Tx
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_gateway.operations import NO_ACCESS

log = logging.getLogger(__name__)

_BATCH = 20
_PREFIX_LENGTH = 10
_RETRY_SECONDS, _RETRY_NO_ACCESS_SECONDS = 60, 900


def earlier(tx: Tx, seller_id: str) -> list[ConnectedAccount]:
    """The accounts that a shop had before, the newest first."""
    return [known for known in stripe_accounts.accounts_of(tx, seller_id) if not known.connected]


def read(store: Store, gateway: Gateway, stripe_account_id: str) -> bool:
    """Read an account from Stripe and store it; False if Stripe did not tell."""
    asked_at = timestamp()
    try:
        answer = gateway.account(stripe_account_id)
    except StripeFailure as failure:
        _not_read(store, stripe_account_id, failure)
        return False
    with store.transaction() as tx:
        record(tx, stripe_account_id, answer, asked_at)
    return True


def record(tx: Tx, stripe_account_id: str, answer: dict[str, Any], asked_at: str) -> bool:
    """Store Stripe's answer to a question of that time, and tell the seller what is new of it.

    False if we know a newer answer.
    """
    stripe_accounts.lock_account(tx, stripe_account_id)
    recorded = stripe_accounts.record_account(tx, stripe_account_id, _facts(answer), asked_at)
    account = stripe_accounts.find_account(tx, stripe_account_id)
    if recorded and account and account.connected:
        account_mails.tell(tx, account)
    return recorded


def refresh_stale(services: Services) -> int:
    """Read the accounts that changed, and those not looked at for a day; how many."""
    with services.store.read() as tx:
        due = stripe_accounts.stale_accounts(tx, timestamp(), ago(days=1), _BATCH)
    return sum(read(services.store, services.gateway, account_id) for account_id in due)


def changed(tx: Tx, stripe_account_id: str) -> bool:
    """Something about an account changed at Stripe; False if it is none of ours."""
    if stripe_accounts.find_account(tx, stripe_account_id) is None:
        return False
    stripe_accounts.mark_stale(tx, stripe_account_id, timestamp())
    return True


def disconnect(tx: Tx, account: ConnectedAccount) -> None:
    """The connection has ended: nothing of the shop is for sale, and its seller is told once."""
    if stripe_accounts.disconnect_account(tx, account.stripe_account_id, timestamp()):
        account_mails.tell_disconnected(tx, account)


def without_access(tx: Tx, until: str) -> list[str]:
    """The connected accounts that Stripe has not shown us since a time or longer."""
    found = stripe_accounts.closed_accounts(tx, requirements.NO_ACCESS)
    return [
        account.stripe_account_id
        for account in found
        if max(account.requirements["since"], account.connected_at) <= until
    ]


def _not_read(store: Store, stripe_account_id: str, failure: StripeFailure) -> None:
    """Ask again later. Until we have access again, nothing is for sale: nobody could be paid.

    It is no disconnection yet: a wrong platform key looks the same, and heals (`leaving.events`).
    """
    no_access = failure.code in NO_ACCESS
    again = in_future(seconds=_RETRY_NO_ACCESS_SECONDS if no_access else _RETRY_SECONDS)
    with store.transaction() as tx:
        stripe_accounts.mark_stale(tx, stripe_account_id, again)
        if no_access:
            closed = requirements.NO_ACCESS
            stripe_accounts.close_account(tx, stripe_account_id, closed, timestamp())
    log.warning("account.not_read", extra={"account": stripe_account_id, "code": failure.code})


def _facts(answer: dict[str, Any]) -> dict[str, Any]:
    capabilities = answer.get("capabilities") or {}
    profile = answer.get("business_profile") or {}
    settings = answer.get("settings") or {}
    dashboard, payouts = settings.get("dashboard") or {}, settings.get("payouts") or {}
    debits = payouts.get("debit_negative_balances")
    return {
        "charges_enabled": bool(answer.get("charges_enabled")),
        "payouts_enabled": bool(answer.get("payouts_enabled")),
        "details_submitted": bool(answer.get("details_submitted")),
        "transfers_capability": capabilities.get("transfers") or "inactive",
        "card_payments_capability": capabilities.get("card_payments") or "inactive",
        "requirements": {
            **(answer.get("requirements") or {}),
            "future": answer.get("future_requirements") or {},
        },
        "display_name": dashboard.get("display_name") or profile.get("name") or "",
        "country": answer.get("country") or "",
        "default_currency": answer.get("default_currency") or "",
        "statement_prefix": statement_prefix(answer),
        "debits_negative_balances": None if debits is None else int(debits),
        "payout_interval": (payouts.get("schedule") or {}).get("interval") or "",
    }


def statement_prefix(answer: dict[str, Any]) -> str:
    """How statements of an account's card payments begin.

    https://docs.stripe.com/get-started/account/statement-descriptors
    """
    settings = answer.get("settings") or {}
    own = (settings.get("card_payments") or {}).get("statement_descriptor_prefix")
    whole = (settings.get("payments") or {}).get("statement_descriptor")
    return str(own or (whole or "")[:_PREFIX_LENGTH]).strip()
