"""An account that we create for a shop, completed by its owner on Stripe's pages.

For platforms to which Stripe has closed OAuth. https://docs.stripe.com/connect/express-accounts
and https://docs.stripe.com/api/account_links: a link opens once, for some minutes, and is kept
nowhere; one that is over leads to an address of ours that makes another.
"""

import logging
from dataclasses import dataclass
from typing import Any

from storefront.clock import now, timestamp
from storefront.config import ACCOUNT_LINKS, Config
from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.sellers import accounts, countries, repository
from storefront.sellers.account_changes import service as account_changes
from storefront.sellers.repository import Seller, stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Conflict, Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.users.service import User

log = logging.getLogger(__name__)

CREATE = "account.create"


@dataclass(frozen=True, slots=True)
class Way:
    """Where Stripe leads the owner: back to us, or to a new link if the old one is over."""

    return_url: str
    refresh_url: str


def register(outcomes: Outcomes) -> None:
    """Listen to the call that creates an account."""
    outcomes.on(CREATE, _created)


def create(services: Services, user: User, seller: Seller, country: str) -> StripeCall | None:
    """Create the shop's account, once however often this is asked; None if there is one.

    The call is open as long as nobody knows whether Stripe has made it. Raises Refused if this
    way is not offered, the address is not confirmed, or Stripe says no; Invalid for an unknown
    country.
    """
    if ACCOUNT_LINKS not in services.config.connect_ways:
        raise Refused("Accounts are not created here. Please connect one that you have.")
    if not user.email_verified:
        raise Refused("Please confirm your e-mail address first; we sent you a link.")
    if country not in countries.CODES:
        raise Invalid("Please choose the country that your business is in.")
    with services.store.transaction() as tx:
        repository.lock(tx, seller.id)
        if stripe_accounts.connected_account(tx, seller.id):
            return None
        if not account_changes.agreed(tx, seller.id):
            raise Refused(account_changes.AGREE_FIRST)
        sent = _parameters(services.config, user, seller, country)
        call = stripe_calls.prepare(tx, CREATE, seller.id, sent, actor_id=user.id)
    call = stripe_calls.execute(services, call.id)
    if not call.open and call.stripe_object_id is None:
        raise Refused(f"Stripe could not create the account: {call.error_message}")
    return call


def reconnect(services: Services, seller: Seller) -> None:
    """Connect again the account that we created, after it was disconnected here.

    There is no OAuth connection to renew: Stripe lets us see it all the time. Raises Refused if
    the shop has left no account that we created.
    """
    with services.store.transaction() as tx:
        repository.lock(tx, seller.id)
        left = account_changes.last(tx, seller.id)
        if left is None or not made_here(tx, left):
            raise Refused("Your shop has left no account that was created here.")
        stripe_accounts.connect_account(tx, left.stripe_account_id, seller.id, timestamp())
    accounts.read(services.store, services.gateway, left.stripe_account_id)


def link(services: Services, seller: Seller, way: Way) -> str:
    """A new link to Stripe's pages about the shop's account.

    Raises Refused if the shop has no account that we created, and StripeFailure.
    """
    account = _own(services, seller)
    return services.gateway.account_link(account.stripe_account_id, way.return_url, way.refresh_url)


def dashboard(services: Services, seller: Seller) -> str:
    """A link that signs the owner in to the account's dashboard. Raises as `link` does."""
    account = _own(services, seller)
    if not account.details_submitted:
        raise Refused("The dashboard opens as soon as Stripe knows what it needs of you.")
    return services.gateway.login_link(account.stripe_account_id)


def creation(tx: Tx, seller_id: str) -> StripeCall | None:
    """The newest call that was to create an account for a shop."""
    return stripe_calls.of_subject(tx, CREATE, seller_id)


def made_here(tx: Tx, account: ConnectedAccount | None) -> bool:
    """Whether we created an account, so that its owner completes it through links."""
    call = creation(tx, account.seller_id) if account else None
    return bool(call and account and call.stripe_object_id == account.stripe_account_id)


def _own(services: Services, seller: Seller) -> ConnectedAccount:
    with services.store.read() as tx:
        account = stripe_accounts.connected_account(tx, seller.id)
        ours = made_here(tx, account)
    if account is None or not ours:
        raise Refused("Your shop has no account that was created here.")
    return account


def _parameters(config: Config, user: User, seller: Seller, country: str) -> dict[str, Any]:
    """An account with Stripe's own onboarding, for whose losses and fees the platform answers.

    Destination charges are meant for such accounts:
    https://docs.stripe.com/connect/destination-charges
    """
    profile = {"name": seller.name}
    if config.secure:  # Stripe refuses the address of a machine that only we can reach
        profile["url"] = f"{config.public_url}/shops/{seller.slug}"
    return {
        "country": country,
        "email": user.email,
        "business_profile": profile,
        "controller": {
            "stripe_dashboard": {"type": "express"},
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
        },
        "capabilities": {
            "card_payments": {"requested": True},
            "transfers": {"requested": True},
        },
        "metadata": {"seller_id": seller.id, "asked_at": str(int(now().timestamp()))},
    }


def _created(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    """Connect the account. One that came through OAuth meanwhile stays, and this one is unused."""
    if answer is None:
        return
    repository.lock(tx, call.subject_id)  # else `create` sees no account, then no open call either
    account_id = answer["id"]
    try:
        with tx.savepoint():
            stripe_accounts.connect_account(tx, account_id, call.subject_id, timestamp())
    except Conflict:
        log.warning("account.unused", extra={"account": account_id, "seller": call.subject_id})
        return
    accounts.record(tx, account_id, answer, timestamp())
