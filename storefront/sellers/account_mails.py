"""Mails about a connected account, when what Stripe lets it do has changed.

They follow from what is known, not from how it came to be known: a mail that has not gone is
taken back when the state changes again, and a seller who knows the new state already gets none.
"""

from storefront.mail import service as mail
from storefront.sellers import repository, states
from storefront.sellers.repository import stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Tx
from storefront.users import service as users
from storefront.users.service import User

STATE, DISCONNECTED = "account_state", "account_disconnected"
WANTED = "wanted"
"""Our word for a ready account of which Stripe wants to know more."""


def tell(tx: Tx, account: ConnectedAccount) -> None:
    """Tell the seller how the account stands now, unless they know.

    The first read after connecting is no news: the page that they come back to shows it.
    """
    news = _news(account)
    if news == account.told_state:
        return
    taken_back = mail.overtake_about(tx, STATE, account.stripe_account_id)
    known = account.told_before if taken_back else account.told_state
    if known not in {"", news}:
        _write(tx, account, news)
    stripe_accounts.note_told(tx, account.stripe_account_id, news, known)


def tell_disconnected(tx: Tx, account: ConnectedAccount) -> None:
    """Tell the seller that the connection has ended, once for each connection."""
    mail.overtake_about(tx, STATE, account.stripe_account_id)
    found = _owner(tx, account)
    if found:
        user, shop_name = found
        subject = f"{account.stripe_account_id} {account.connected_at}"
        said = {"name": user.name, "shop_name": shop_name}
        mail.enqueue(tx, DISCONNECTED, subject, user.email, said)


def _news(account: ConnectedAccount) -> str:
    state = states.state_of(account)
    wanted = state == states.READY and states.requirements_of(account).missing
    return WANTED if wanted else state


def _write(tx: Tx, account: ConnectedAccount, news: str) -> None:
    found = _owner(tx, account)
    if not found:
        return
    user, shop_name = found
    needed = states.requirements_of(account)
    said = {
        "name": user.name,
        "shop_name": shop_name,
        "news": news,
        "why_not": states.why_not(account),
        "missing": needed.missing,
        "due_at": needed.due_at,
    }
    mail.enqueue(tx, STATE, f"{account.stripe_account_id} {account.read_at}", user.email, said)


def _owner(tx: Tx, account: ConnectedAccount) -> tuple[User, str] | None:
    seller = repository.find(tx, account.seller_id)
    user = users.by_id(tx, seller.user_id) if seller else None
    return (user, seller.name) if seller and user else None
