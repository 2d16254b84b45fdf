"""Who is the merchant of record of a sale: the platform, or the seller with `on_behalf_of`.

Accounts need the capability card_payments for it; without it the platform stays the merchant. What
an account's terms are right now is the view `account_terms` of the database.
https://docs.stripe.com/connect/destination-charges#settlement-merchant
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from storefront import clock
from storefront.current import Services
from storefront.errors import Invalid
from storefront.merchants import repository
from storefront.merchants.repository import PlatformAccount
from storefront.seller_policies.service import Policies, SellerPolicy, Table
from storefront.sellers import service as sellers
from storefront.sellers.accounts import statement_prefix
from storefront.sellers.service import ConnectedAccount
from storefront.store import Tx
from storefront.stripe_gateway.failures import StripeFailure

__all__ = ["MerchantRule", "PlatformAccount", "out_of_reach", "platform", "suffix"]

PLATFORM, SELLER = "platform", "seller"
MERCHANTS: Final = {
    PLATFORM: "The platform",
    SELLER: "The seller",
}
SUFFIX_LENGTH = 10
"""Prefix, an asterisk, a space and suffix have 22 characters at most; a prefix has up to 10
(https://docs.stripe.com/get-started/account/statement-descriptors).
"""
_SUFFIX = re.compile(r"(?=.*[A-Z])[A-Z0-9 .,&+/-]*")

platform = repository.platform
out_of_reach = repository.out_of_reach
suffix = repository.suffix


@dataclass(frozen=True, slots=True)
class MerchantRule(SellerPolicy):
    """Who is to be the merchant of record, if the account can."""

    merchant: str


def _check(wanted: MerchantRule) -> None:
    if wanted.merchant not in MERCHANTS:
        raise Invalid("Please choose who is the merchant of record.")


RULES: Final = Policies(
    Table("merchant_rules", MerchantRule, ("merchant",)),
    standard=MerchantRule("", PLATFORM),
    noun="rule",
    audited="merchant_rule",
    in_words=lambda decided: decided.merchant,
    check=_check,
)
of_seller = RULES.of_seller
of_platform = RULES.of_platform
decide = RULES.decide


def why_platform(tx: Tx, account: ConnectedAccount) -> str:
    """Why the platform is the merchant of record although the rule names the seller."""
    if account.on_behalf_of or of_seller(tx, account.seller_id).merchant == PLATFORM:
        return ""
    return (
        "Stripe has not activated card payments for the account, so sales are in the"
        " platform's name until then."
    )


def change_suffix(tx: Tx, seller_id: str, typed: str) -> str:
    """Change what a shop adds on statements; as it will stand there. Raises Invalid."""
    text = " ".join(typed.upper().split())
    if len(text) > SUFFIX_LENGTH:
        raise Invalid(f"Banks have room for {SUFFIX_LENGTH} characters; these are {len(text)}.")
    if text and not _SUFFIX.fullmatch(text):
        raise Invalid("Banks print letters A to Z, digits, spaces and . , & + / - only,"
                      " with at least one letter.")  # fmt: skip
    repository.set_suffix(tx, seller_id, text)
    return text


def on_statement(prefix: str, suffix: str) -> str:
    """What a shopper reads on a statement."""
    return f"{prefix}* {suffix}" if suffix else prefix


def statement_of(tx: Tx, seller_id: str, platform_name: str, suffix: str | None = None) -> str:
    """What a shopper of a shop reads on a statement, with its suffix or another one."""
    account = sellers.account_of(tx, seller_id)
    prefix = platform(tx).statement_prefix or platform_name.upper()[:10]
    if account and account.on_behalf_of:
        prefix = account.statement_prefix or "YOUR NAME"
    return on_statement(prefix, repository.suffix(tx, seller_id) if suffix is None else suffix)


def read_platform(services: Services) -> int:
    """Read the platform's own account from Stripe, once a day; 1 if it was read."""
    with services.store.read() as tx:
        if repository.platform_read_since(tx, clock.ago(days=1)):
            return 0
    try:
        told = services.gateway.own_account()
    except StripeFailure:
        return 0
    with services.store.transaction() as tx:
        repository.record_platform(tx, _platform(told))
    return 1


def _platform(told: dict[str, Any]) -> PlatformAccount:
    return PlatformAccount(told.get("country") or "", statement_prefix(told))
