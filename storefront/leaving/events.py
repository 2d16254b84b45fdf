"""`account.application.deauthorized`: an account says that it has left, and the newest fact wins.

https://docs.stripe.com/connect/oauth-reference. An event may come late, after the account was
connected again, and Stripe's clock is not ours. One that is not clearly newer than the connection
is therefore only a doubt: Stripe is asked, and its answer counts. One that never comes is made up
for by an account that Stripe has not shown us for a day.
"""

from functools import partial

from storefront.clock import ago, in_future, parse, timestamp
from storefront.current import Services
from storefront.leaving import repository, service
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_gateway.operations import NO_ACCESS
from storefront.stripe_objects.events import Event, Fold, Handlers

MARGIN_SECONDS = 60
_BATCH = 20


def register(handlers: Handlers, client_id: str) -> None:
    """Fold what says that an account has left. `client_id` is our application at Stripe."""
    handlers.on(
        "account.application.deauthorized", partial(_deauthorized, client_id), scope="connect"
    )


def _deauthorized(client_id: str, tx: Tx, event: Event) -> Fold:
    """The object is the application, not the account; another application is not our matter.

    Without a client id of ours nothing tells which it was, so Stripe is asked.
    """
    if client_id and event.object.get("id") != client_id:
        return "ignored"
    account = sellers.account_by_id(tx, event.account)
    if account is None:
        return "parked"
    connected_at = int(parse(account.connected_at).timestamp())
    if client_id and event.created > connected_at + MARGIN_SECONDS:
        service.has_left(tx, account.stripe_account_id)
    else:
        repository.doubt(tx, account.stripe_account_id, timestamp())
    return "done"


def settle_doubts(services: Services) -> int:
    """Ask Stripe about the accounts that may have left; about how many it has told."""
    with services.store.read() as tx:
        doubted = repository.doubted(tx, timestamp(), _BATCH)
    return sum(_settle(services, account_id) for account_id in doubted)


def _settle(services: Services, account_id: str) -> int:
    asked_at = timestamp()
    try:
        answer = services.gateway.account(account_id)
    except StripeFailure as failure:
        return _unseen(services, account_id, asked_at, gone=failure.code in NO_ACCESS)
    with services.store.transaction() as tx:
        accounts.record(tx, account_id, answer, asked_at)
        repository.without_doubt(tx, account_id, asked_at)
    return 1


def settle_lost(services: Services) -> int:
    """Find the accounts that have left although no event has said so; how many.

    The key of another platform, or one that was revoked, sees none of them either. So it must see a
    Checkout Session of ours, after it did not see the account. Before the first order nothing
    shows whose key it is; but nothing is open then that anybody could still pay.
    """
    with services.store.read() as tx:
        lost, session_id = accounts.without_access(tx, ago(days=1)), repository.newest_session(tx)
    return sum(_settle_lost(services, each, session_id) for each in lost) if session_id else 0


def _settle_lost(services: Services, account_id: str, session_id: str) -> int:
    asked_at = timestamp()
    try:
        services.gateway.account(account_id)
    except StripeFailure as failure:
        if failure.code in NO_ACCESS and _is_ours(services, session_id):
            return _unseen(services, account_id, asked_at, gone=True)
    return 0


def _is_ours(services: Services, session_id: str) -> bool:
    try:
        services.gateway.session(session_id)
    except StripeFailure:
        return False
    return True


def _unseen(services: Services, account_id: str, asked_at: str, *, gone: bool) -> int:
    """Stripe does not show the account: it has left; or does not answer: ask again later."""
    with services.store.transaction() as tx:
        account = sellers.account_by_id(tx, account_id)
        if gone and account is not None and account.connected_at <= asked_at:
            service.has_left(tx, account_id)
            repository.without_doubt(tx, account_id, asked_at)
        elif not gone:
            repository.doubt(tx, account_id, in_future(seconds=30))
    return int(gone)
