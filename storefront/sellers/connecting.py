"""Connecting a shop to a Stripe account through OAuth, and every way this can go wrong.

https://docs.stripe.com/connect/oauth-reference. A code used twice revokes the connection, so
it is claimed in our database before it is sent, once, and never sent again.
"""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from storefront.clock import ago, in_future, timestamp
from storefront.config import OAUTH, Config
from storefront.current import Services
from storefront.errors import Refused
from storefront.ids import digest, new_token
from storefront.sellers import accounts, creating, repository
from storefront.sellers.account_changes import service as account_changes
from storefront.sellers.oauth import repository as states
from storefront.sellers.repository import Seller, stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Conflict, Row, Store, Tx
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import Rejected, StripeFailure
from storefront.users.service import User

log = logging.getLogger(__name__)

STATE_MINUTES = 10
SCOPE = "read_write"


class NotConnected(Exception):
    """The way back from Stripe ended without a connection. Has a page of its own."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who comes back from Stripe: a person, in the browser that set out."""

    user_id: str
    session_hash: str


def said_no() -> NotConnected:
    """The seller pressed *cancel* at Stripe; that is no error."""
    return NotConnected(
        200,
        "You said no, and that is fine",
        "Nothing was connected. Your shop stays as it is; shoppers can pay you as soon as you"
        " connect a Stripe account.",
    )


def start(services: Services, user: User, seller: Seller, session_hash: str, back: str) -> str:
    """The address at Stripe where the seller agrees. `back` is our callback's address.

    Raises Refused if OAuth is not offered, for somebody whose own address is not confirmed, and
    while an account is being created for the shop.
    """
    if OAUTH not in services.config.connect_ways:
        raise Refused("Accounts are not connected this way here. Please set one up instead.")
    if not user.email_verified:
        raise Refused("Please confirm your e-mail address first; we sent you a link.")
    state = new_token(256)
    with services.store.transaction() as tx:
        _check_nothing_under_way(tx, seller)
        expires_at = in_future(minutes=STATE_MINUTES)
        states.insert_state(tx, digest(state), user.id, session_hash, timestamp(), expires_at)
    prefill = {"email": user.email, "business_name": seller.name}
    return services.gateway.authorize_url(state=state, redirect_uri=back, prefill=prefill)


def finish(services: Services, traveller: Traveller, sent: Mapping[str, str]) -> str:
    """Connect the account that Stripe's answer stands for; its id. Raises NotConnected."""
    state, code = sent.get("state", ""), sent.get("code", "")
    if "error" in sent:
        _give_back(services.store, traveller, state)
        raise _refusal_of_stripe(sent)
    if not code:
        raise _bad_return("Stripe's answer had no code in it.")
    with services.store.transaction() as tx:
        _claim(tx, traveller, state, code)
    account_id = _exchange(services.config, services.gateway, code)
    _connect(services, traveller.user_id, account_id)
    accounts.read(services.store, services.gateway, account_id)
    return account_id


def clean_up(services: Services) -> int:
    """Delete states that expired without a code; how many."""
    with services.store.transaction() as tx:
        return states.delete_unused_states(tx, ago(days=1))


def _check_nothing_under_way(tx: Tx, seller: Seller) -> None:
    call = creating.creation(tx, seller.id)
    if call is not None and call.open:
        raise Refused(
            "An account is being created for your shop at this moment. Please look again in a"
            " minute."
        )


def _claim(tx: Tx, traveller: Traveller, state: str, code: str) -> None:
    row = states.find_state(tx, digest(state)) if state else None
    _check_state(row, traveller)
    try:
        with tx.savepoint():
            claimed = states.claim_state(tx, digest(state), digest(code), timestamp())
    except Conflict:
        claimed = False
    if not claimed:
        raise _used()


def _check_state(row: Row | None, traveller: Traveller) -> None:
    """Whether this browser and this person set out with that state, a short while ago."""
    if row is None:
        raise _bad_return("It did not begin on our page.")
    same_person = row["user_id"] == traveller.user_id
    same_browser = hmac.compare_digest(row["session_hash"], traveller.session_hash)
    if not same_person or not same_browser:
        raise _bad_return("It began in another browser, or with another account of ours.")
    if row["used_at"] is not None:
        raise _used()
    if row["expires_at"] <= timestamp():
        raise NotConnected(
            400,
            "That took too long",
            f"For your safety the way to Stripe and back is open for {STATE_MINUTES} minutes."
            " Nothing was connected. Please start again.",
        )


def _give_back(store: Store, traveller: Traveller, state: str) -> None:
    """A state that came back with a refusal is used up, if it is this person's."""
    with store.transaction() as tx:
        row = states.find_state(tx, digest(state)) if state else None
        if row is not None and row["session_hash"] == traveller.session_hash:
            states.claim_state(tx, digest(state), None, timestamp())


def _exchange(config: Config, gateway: Gateway, code: str) -> str:
    """Trade the code for the account's id; nothing else of the answer is kept."""
    try:
        answer = gateway.exchange_code(code)
    except Rejected as failure:
        log.warning("oauth.rejected", extra={"code": failure.code})
        raise _bad_return("Stripe did not accept its code any more.") from failure
    except StripeFailure as failure:
        log.warning("oauth.unanswered", extra={"code": failure.code})
        raise _unanswered() from failure
    account_id = str(answer.get("stripe_user_id") or "")
    if answer.get("livemode") is not config.livemode:
        mode = "live" if config.livemode else "test"
        raise _bad_return(f"The account is not in {mode} mode, as this marketplace is.")
    if answer.get("scope") != SCOPE or not account_id:
        raise _bad_return("Stripe granted less than what is needed to pay you.")
    return account_id


def _connect(services: Services, user_id: str, account_id: str) -> None:
    with services.store.transaction() as tx:
        seller = repository.find_by_user(tx, user_id)
        if seller is None:
            raise _bad_return("There is no shop to connect it to.")
        unexpected = account_changes.is_unexpected(tx, seller.id, account_id)
        other = _make_room(tx, seller.id, account_id)
        known = stripe_accounts.find_account(tx, account_id)
        if known is not None and known.seller_id != seller.id:
            raise _belongs_to_another()
        taken = not unexpected and _is_taken(tx, seller.id, account_id)
    if unexpected:
        _let_go(services.gateway, account_id)
        raise _is_another(account_id)
    if taken:
        _let_go(services.gateway, account_id)
        raise _has_another(other.stripe_account_id if other else "")


def _make_room(tx: Tx, seller_id: str, account_id: str) -> ConnectedAccount | None:
    """The shop's other account; None if it was created here and never completed: it gives way."""
    other = stripe_accounts.connected_account(tx, seller_id)
    if other is None or other.stripe_account_id == account_id or other.details_submitted:
        return other
    if not creating.made_here(tx, other):
        return other
    stripe_accounts.disconnect_account(tx, other.stripe_account_id, timestamp())
    return None


def _is_taken(tx: Tx, seller_id: str, account_id: str) -> bool:
    """Connect the account, unless the shop has another one; whether it has."""
    try:
        with tx.savepoint():
            stripe_accounts.connect_account(tx, account_id, seller_id, timestamp())
    except Conflict:
        return True
    return False


def _let_go(gateway: Gateway, account_id: str) -> None:
    """End a connection that nobody can use. If Stripe does not answer, it does no harm."""
    try:
        gateway.deauthorize(account_id)
    except StripeFailure as failure:
        log.warning("oauth.not_let_go", extra={"account": account_id, "code": failure.code})


def _refusal_of_stripe(sent: Mapping[str, str]) -> NotConnected:
    if sent["error"] == "access_denied":
        return said_no()
    said = sent.get("error_description") or sent["error"]
    return NotConnected(400, "Stripe could not connect the account", f"Stripe says: {said[:300]}")


def _bad_return(why: str) -> NotConnected:
    return NotConnected(
        400,
        "This way back from Stripe is not valid",
        f"{why} Nothing was connected. Please start again from here.",
    )


def _used() -> NotConnected:
    return NotConnected(
        400,
        "This way back from Stripe was used before",
        "It works once. If your account is connected, there is nothing to do; otherwise please"
        " start again.",
    )


def _unanswered() -> NotConnected:
    return NotConnected(
        502,
        "Stripe did not answer",
        "We do not know whether your account was connected, so nothing changed here. Please"
        " start again in a minute; choosing the same account twice does no harm.",
    )


def _belongs_to_another() -> NotConnected:
    return NotConnected(
        409,
        "This account belongs to another shop here",
        "One Stripe account pays one shop. Choose another account at Stripe, or write to us if"
        " the other shop is yours.",
    )


def _is_another(account_id: str) -> NotConnected:
    return NotConnected(
        409,
        "This is another account than before",
        f"You have chosen {account_id}, and nothing was connected. {account_changes.AGREE_FIRST}"
        " Or choose the account that your shop had.",
    )


def _has_another(account_id: str) -> NotConnected:
    return NotConnected(
        409,
        "Your shop has another account already",
        f"It is paid through {account_id}. Another account can take its place after you have"
        " disconnected this one, on the Stripe page of your shop.",
    )
