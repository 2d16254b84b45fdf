"""An account leaves: at Stripe, where its owner can disconnect at any time, or from here.

Beforehand nothing is lost by it, and afterwards nothing waits for nobody: listings are paused,
open Checkout Sessions expire, what is to be paid into the account waits there (`repayments`,
`debts`) until it comes back. Orders keep their account, whatever the shop is connected with later.

From here it is one call to Stripe, https://docs.stripe.com/connect/oauth-reference#post-deauthorize.
It is not idempotent at Stripe: sent twice, the second time says that we are not connected, which
is looked up (`stripe_gateway.operations`). The newest fact wins: a call that is still open when the
account is known to have left is over, so that it cannot end a later connection.
"""

from typing import Any

from storefront.audit import service as audit
from storefront.checkout.service import EXPIRE
from storefront.clock import timestamp
from storefront.current import Services
from storefront.debts import service as debts
from storefront.errors import Refused
from storefront.leaving import notices, repository
from storefront.plans import follow as plans
from storefront.repayments import service as repayments
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.operations import DEAUTHORIZE
from storefront.subscriptions import service as subscriptions

CONTROLLED = "no_deauth_on_controlled_account"
"""What Stripe says where the platform itself made the account: then leaving is ours alone."""

_AT_ONCE = 20


matters = repository.matters


def register(outcomes: Outcomes) -> None:
    """Listen to the calls of this feature."""
    outcomes.on(DEAUTHORIZE, _answered)


def leave(services: Services, seller_id: str, actor_id: str) -> StripeCall:
    """Disconnect a shop's account, once however often it is asked; the call as it stands.

    Raises Refused for a shop without an account.
    """
    with services.store.transaction() as tx:
        account = sellers.account_of(tx, seller_id)
        if account is None:
            raise Refused("This shop is not connected to Stripe, so there is nothing to end.")
        sellers.lock_account(tx, account.stripe_account_id)
        if not sellers.is_connected(tx, account.stripe_account_id):
            raise Refused("Stripe has ended the connection already.")
        expiring = _take_down(tx, account)
        call = _prepare(tx, account, actor_id)
    for each in expiring[:_AT_ONCE]:
        stripe_calls.execute(services, each.id)
    return stripe_calls.execute(services, call.id)


def call_of(tx: Tx, account: ConnectedAccount) -> StripeCall | None:
    """How our own way of ending this connection of an account stands; None if nobody asked."""
    call = stripe_calls.of_subject(tx, DEAUTHORIZE, account.stripe_account_id)
    return call if call is not None and call.created_at >= account.connected_at else None


def has_left(tx: Tx, stripe_account_id: str) -> None:
    """An account is known to have left: all that follows from it, once."""
    stripe_calls.happened(tx, DEAUTHORIZE, stripe_account_id)  # first, as Stripe's answer does
    sellers.lock_account(tx, stripe_account_id)
    account = sellers.account_by_id(tx, stripe_account_id)
    if account is None or not account.connected:
        return
    _take_down(tx, account)
    accounts.disconnect(tx, account)
    subscriptions.end_all_into(tx, stripe_account_id)
    repayments.hurry(tx)
    debts.hurry(tx, stripe_account_id)
    plans.account_left(tx, account.seller_id)
    notices.tell_operators(tx, account)


def come_back(services: Services) -> int:
    """Put on sale again what was paused when shops left that have an account now; how many."""
    with services.store.read() as tx:
        back = repository.returned(tx)
    if not back:
        return 0
    with services.store.transaction() as tx:
        return sum(repository.resume_listings(tx, seller_id, timestamp()) for seller_id in back)


def _take_down(tx: Tx, account: ConnectedAccount) -> list[StripeCall]:
    """Nothing more is sold into an account: the calls that expire what is open at Stripe."""
    repository.pause_listings(tx, account.seller_id, timestamp())
    return [
        stripe_calls.prepare(tx, EXPIRE, row["id"], {}, target=row["session_id"])
        for row in repository.open_checkouts(tx, account.stripe_account_id)
    ]


def _prepare(tx: Tx, account: ConnectedAccount, actor_id: str) -> StripeCall:
    before = call_of(tx, account)
    if before is None or not before.open:
        audit.record(tx, actor_id, "account.left", account.seller_id, account.stripe_account_id)
    sent = {"stripe_user_id": account.stripe_account_id}
    return stripe_calls.prepare(
        tx,
        DEAUTHORIZE,
        account.stripe_account_id,
        sent,
        target=account.stripe_account_id,
        actor_id=actor_id,
    )


def _answered(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    """It has left if Stripe says so, or leaves us the decision; else it sells as before."""
    if answer is not None or CONTROLLED in call.error_message:
        has_left(tx, call.target)
